"""The scanner of JSON lines gives what the engine's parser gives, and leaves to it what it does not understand."""

from __future__ import annotations

import itertools
import json
import random
from functools import cache
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.record.snapshots import work

from udsyn.record.parser import BadLine, Parser, leaves_for
from udsyn.record.reader import Reader
from udsyn.record.sources import lines as reading
from udsyn.record.sources import schema

OPENALEX = "https://openalex.org/"
COLUMNS = schema.columns("works", ("topics",), ("citations", "funders", "raw"))

#: Pieces that are put into lines at random places, or stand in place of what is there.
PIECES = [
    *(b'" \\ , : { } [ ] {} [] null true false nul 0 -0 01 1.5 1. -1e5 1e999 1E+2 NaN 12345678901234567890'.split()),
    *(rb'\n \u00e9 \ud83d\ude00 \ud83d \ude00 \u0000 \x "" "a" ,"id":1 ,"title":"x" ,} ,] "id" /'.split()),
    *("ø 京 🙂".encode().split()),
    *(b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\x00", b"\x01", b"\t", b"\r", b" ", b"\n", b"  \n\n"),
]


@cache
def reader() -> Reader:
    return Reader()


def parser(scan: bool) -> Parser:
    return Parser(reader().connection, reader().slate, "works", COLUMNS, schema.ENTITIES["works"].ids, scan)


def chunk_of(content: bytes) -> reading.Chunk:
    whole = content if content.endswith(b"\n") else content + b"\n"
    return reading.Chunk(np.frombuffer(whole + bytes(reading.PADDING), np.uint8)[: len(whole)])


def both(content: bytes) -> tuple[list[Any], list[BadLine], int]:
    """What both ways give for these lines, and how many only the engine understood. Fails where the ways differ."""
    leaves, scanned, parsed = leaves_for(COLUMNS), parser(True), parser(False)
    assert leaves is not None
    rows, bad = scanned.read(chunk_of(content))
    others = leaves.read(chunk_of(content).text)[2]
    expected, expected_bad = parsed.read(chunk_of(content))
    assert rows.to_pylist() == leaves.alike(expected, parsed.numbers).to_pylist()
    assert bad == expected_bad
    assert scanned.line == parsed.line
    return rows.to_pylist(), bad, len(others)


def test_an_ordinary_line_is_understood() -> None:
    rows, bad, left = both(b"".join(orjson.dumps(work(n)) + b"\n" for n in range(1, 50)))
    assert (len(rows), bad, left) == (49, [], 0)


TEXT = st.text(alphabet=st.sampled_from('aø京🙂"\\/\b\f\n\r\t\x7f\u2028 {}[],:'), max_size=40)
NUMBER = st.one_of(
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(0, 1).map(lambda x: round(x, 4)),
)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBER, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)
ID = st.one_of(
    st.integers(0, 10**12).map(lambda n: f"{OPENALEX}A{n}"),
    st.none(),
    st.sampled_from(["A5", "", f"{OPENALEX}A", OPENALEX]),
)
LEVEL = st.one_of(st.none(), st.integers(1, 9999).map(lambda n: {"id": f"{OPENALEX}fields/{n}", "display_name": "x"}))
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.one_of(TEXT, st.none(), ANYTHING),
    "publication_year": st.one_of(st.integers(-40000, 40000), st.none(), ANYTHING),
    "is_retracted": st.one_of(st.booleans(), st.none(), ANYTHING),
    "referenced_works": st.one_of(st.lists(ID, max_size=4), st.none(), ANYTHING),
    "topics": st.lists(
        st.fixed_dictionaries({"id": ID}, optional={"score": NUMBER, "field": LEVEL, "extra": ANYTHING}), max_size=3
    ),
    "authorships": st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "author": st.fixed_dictionaries({"id": ID}, optional={"display_name": TEXT}),
                "institutions": st.lists(st.fixed_dictionaries({"id": ID, "country_code": TEXT}), max_size=3),
                "countries": st.one_of(st.none(), st.lists(TEXT, max_size=2)),
                "is_corresponding": st.one_of(st.booleans(), st.none()),
            },
        ),
        max_size=3,
    ),
    "unread": ANYTHING,
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries({}, optional=FIELDS), min_size=1, max_size=5), st.booleans())
def test_any_objects_give_the_same_rows(objects: list[dict[str, Any]], spaced: bool) -> None:
    made = [{**one, "id": f"{OPENALEX}W{n}"} for n, one in enumerate(objects, 1)]
    separators = (", ", ": ") if spaced else (",", ":")
    both(b"\n".join(json.dumps(one, ensure_ascii=spaced, separators=separators).encode() for one in made))


def damaged(dice: random.Random) -> bytes:
    """Some works with pieces put in, taken out or replaced at random places."""
    lines = [orjson.dumps(work(n)) for n in range(1, 5)]
    for _ in range(dice.randrange(1, 4)):
        which = dice.randrange(len(lines))
        line, piece = lines[which], dice.choice(PIECES)
        at = dice.randrange(len(line))
        lines[which] = line[:at] + piece + line[at + dice.choice([0, 0, 1, 2, len(piece)]) :]
    return b"\n".join(lines)


def damage(rounds: int, seed: int) -> int:
    """How many damaged lines the scanner understood nevertheless, the engine agreeing, or left to the engine."""
    dice, left = random.Random(seed), 0
    for _ in range(rounds):
        left += both(damaged(dice))[2]
    return left


def test_damaged_lines_are_read_or_refused_alike() -> None:
    assert damage(60, seed=1) > 20


@pytest.mark.prove
def test_thousands_of_damaged_lines_are_read_or_refused_alike() -> None:
    assert damage(1_000, seed=2) > 500


@pytest.mark.parametrize("before", range(0, 140, 7))
def test_escapes_at_every_place_of_a_block(before: int) -> None:
    titles = ["x" * before + mark for mark in ('"', "\\", '\\"', "\\\\" * 40, "\n", "🙂", "\\u0041")]
    content = b"\n".join(orjson.dumps({"id": f"{OPENALEX}W{n}", "title": title}) for n, title in enumerate(titles, 1))
    content += b"\n" + b"\n".join(
        rb'{"id":"%sW9","title":"%s\ud83d\ude42%s\/"}' % (OPENALEX.encode(), b"y" * k, b"z" * before) for k in range(70)
    )
    rows, bad, left = both(content)
    assert [row["title"] for row in rows[: len(titles)]] == titles
    assert (bad, left) == ([], 0)


@pytest.mark.parametrize("first", [*range(0x80, 0x100, 5), 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4])
def test_letters_are_utf8_or_left_to_the_engine(first: int) -> None:
    leaves = leaves_for(COLUMNS)
    assert leaves is not None
    ends = (
        b"",
        b"\x80",
        b"\x9f\x80",
        b"\xa0\xbf",
        b"\x8f\x80\x80",
        b"\x90\xbf\xbf",
        b"\xc0\x80\x80",
        b"\x80\x80\x80\x80",
    )
    for before, rest in itertools.product((0, 40, 49, 50, 51, 52), ends):
        line = b'{"x":"' + b"y" * before + bytes([first]) + rest + b'"}\n'
        understood = len(leaves.read(chunk_of(line).text)[1]) == 1
        assert understood == (line.decode(errors="ignore").encode() == line), line

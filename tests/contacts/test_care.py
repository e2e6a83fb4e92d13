"""Who has opted out is in no answer of any command or verb, also after the next release; corrections stay too."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.contacts.conftest import WORKS, work_object
from tests.record.snapshots import OPENALEX, partition, write

from udsyn import contacts
from udsyn.briefs.asking import named
from udsyn.briefs.country import who
from udsyn.briefs.sections import Pair
from udsyn.cli import main
from udsyn.cli.contacts import contacts as commands
from udsyn.contacts.answers import LISTS
from udsyn.errors import UdsynError
from udsyn.record import care
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.report import explain

HIDDEN, NAME = "A4", "Min-ji Seo"
QUESTION = "low-temperature electrolysis of water"

#: command → what is asked of it, in every form that could name people; None: it names nobody of the record
ASKED: dict[str, list[list[str]] | None] = {
    "find": [[QUESTION, "--home", "DK", "--warm", "--list", list_] for list_ in LISTS]
    + [["someone for A1"], ["W13", "--country", "KR"], [HIDDEN]],
    "path": [["A1", "A5"], ["A1", HIDDEN], [HIDDEN, "A1"]],
    "introduce": [["--to", "A5", "--home", "DK"], ["--to", HIDDEN, "--home", "DK"]],
    "about": [["A3"], ["A5"], ["A7"], [HIDDEN]],
    "optout": None,
    "score": None,
}

#: verb → calls
CALLED: dict[str, list[Callable[[Path], Any]] | None] = {
    "about": [lambda record: contacts.about(record, "A7")],
    "find_contacts": [
        lambda record, list_=list_: contacts.find_contacts(record, QUESTION, home="DK", warm=True, list_=list_)
        for list_ in LISTS
    ],
    "introduce": [lambda record: contacts.introduce(record, "A5", "DK")],
    "opened": None,
    "path_between": [lambda record: contacts.path_between(record, "A1", "A5")],
    "people_for": [
        lambda record: contacts.people_for(record, "KR", "DK"),
        lambda record: contacts.people_for(record, "KR", "DK", topics=[10001]),
    ],
    "score_submissions": None,
}


def test_every_command_and_verb_is_asked_here() -> None:
    assert set(ASKED) == set(commands.commands)
    assert set(CALLED) == set(contacts.VERBS)


def printed(capsys: pytest.CaptureFixture[str], record: Path, command: str, asked: list[str], format_: str) -> str:
    with suppress(SystemExit):  # refused: asked for somebody who is not listed
        main(["contacts", command, *asked, "--record", str(record), "--format", format_])
    return capsys.readouterr().out


def everything(capsys: pytest.CaptureFixture[str], record: Path) -> str:
    said = [
        printed(capsys, record, command, asked, format_)
        for command, questions in ASKED.items()
        for asked in questions or []
        for format_ in ("json", "csv")
    ]
    said += [json.dumps(call(record), ensure_ascii=False) for calls in CALLED.values() for call in calls or []]
    return "\n".join(said)


def is_named(text: str) -> bool:
    return NAME in text or any(f"{HIDDEN}{end}" in text for end in ('"', " ", ",", ")", "\n"))


def test_who_has_opted_out_is_in_no_answer(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert is_named(everything(capsys, record))
    main(["contacts", "optout", HIDDEN, "--record", str(record)])
    assert not is_named(everything(capsys, record))


def test_the_next_release_changes_neither_opt_outs_nor_corrections(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    care.opt_out(Record.open(record), int(HIDDEN[1:]))
    (record / "contacts" / "corrections.yaml").write_text("merge:\n  - [A5, A7]\nnot:\n  - [W14, A5]\n")
    before = contacts.about(record, "A5")
    release = tmp_path / "release.jsonl"
    objects = [work_object(work, "2026-06-01") for work in WORKS]
    objects += [{**work_object(13, "2026-06-01"), "id": "https://openalex.org/W99", "title": "Electrolysis anew"}]
    release.write_text("".join(json.dumps(item) + "\n" for item in objects), encoding="utf-8")
    ingest_openalex(release, record, extras=("abstracts", "funders"))
    assert "Electrolysis anew" in json.dumps(contacts.find_contacts(record, "electrolysis anew", ["SE"]))
    assert not is_named(everything(capsys, record))
    assert contacts.about(record, "A5")["titles"] == before["titles"]
    assert contacts.about(record, "A7")["id"] == "A5"


def test_who_has_opted_out_stays_out_when_a_release_merges_them(
    record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    partition(tmp_path / "release", "2026-06-01", [work_object(13, "2026-06-01")])
    merged = [b"merge_date,id,merge_into_id", f"2026-06-01,{OPENALEX}{HIDDEN},{OPENALEX}A40".encode()]
    write(tmp_path / "release/data/merged_ids/authors/2026.csv.gz", merged)
    ingest_openalex(tmp_path / "release", record)
    assert NAME in everything(capsys, record)
    care.opt_out(Record.open(record), int(HIDDEN[1:]))
    assert care.unlisted(Record.open(record)) == {4, 40}
    assert NAME not in everything(capsys, record)


def test_who_is_corrected_to_be_one_person_opts_out_once(record: Path) -> None:
    (record / "contacts").mkdir(exist_ok=True)
    (record / "contacts" / "corrections.yaml").write_text("merge:\n  - [A5, A7]\n  - [A9, A5]\n")
    care.opt_out(Record.open(record), 7)
    assert care.unlisted(Record.open(record)) == {5, 7, 9}


def test_the_account_of_a_work_names_nobody_who_has_opted_out(record: Path) -> None:
    assert NAME in repr(explain(record, "W13"))
    care.opt_out(Record.open(record), int(HIDDEN[1:]))
    assert NAME not in repr(explain(record, "W13"))


def test_a_brief_names_nobody_who_has_opted_out(record: Path) -> None:
    pair = Pair(named("DK"), named("KR"))
    assert NAME in repr(who(Record.open(record), pair, None))
    care.opt_out(Record.open(record), int(HIDDEN[1:]))
    assert NAME not in repr(who(Record.open(record), pair, None))


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in itertools.pairwise("abcdefghijk")
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB + "merge: *k\n", "references"),
        ("merge: &m [[A1, *m]]", "references"),
        ("merge: " + "[" * 100_000 + "]" * 100_000, "deep"),
        ("merge: [[" + "1:" * 400_000 + "1, A2]]", "a word or number of"),
        ("#" * 6_000_000, "larger than"),
        ("merge: [[A1, A2], [A2, A3], [A3, A1]]", "into itself"),
        ("merg: [[A1, A2]]", "is no part of it"),
        ("merge: [['{{ 7*7 }}<script>', A2]]", "is not an id"),
        ('merge: [["\\e[2J", A2]]', "is not an id"),
        ("merge: !!python/object/apply:os.system ['touch hit']", "not YAML"),
        ("merge: {A1: A2}", "Write merge"),
        ("- A1", "Write merge"),
        (b"merge: [[A1, A\xff]]", "UTF-8"),
        (f"merge: [[A{'9' * 900}, A2]]", "is not an id"),
    ],
)
def test_corrections_that_mean_harm_are_refused_at_once(record: Path, text: str | bytes, told: str) -> None:
    file = record / "contacts" / "corrections.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    began = time.process_time()
    with pytest.raises(UdsynError, match=told) as refused:
        care.corrections(Record.open(record))
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 1_000
    assert time.process_time() - began < 5


def test_a_long_chain_of_merges_is_followed_once() -> None:
    began = time.process_time()
    found = care.follow(tuple((n, n + 1) for n in range(1, 100_000)))
    assert set(found) == {(1, n) for n in range(2, 100_001)}
    assert time.process_time() - began < 5


@pytest.mark.parametrize("content", [b"A\xff\n", b"\x1b[2J\n", b"<script>\n", b"A1 A2\n", b"#" * 6_000_000])
def test_an_opt_out_file_that_cannot_be_read_stops_the_answer(record: Path, content: bytes) -> None:
    """Nobody is listed because the list of those who do not want it was overlooked."""
    file = record / "contacts" / "optout.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    with pytest.raises(UdsynError, match=re.escape(str(file))) as refused:
        care.opted_out(Record.open(record))
    assert str(refused.value).isprintable()

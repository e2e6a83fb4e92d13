"""The glossary's word stands wherever its idea is meant: a term has one Danish word in the whole catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from udsyn.desk.ops import messages

GLOSSARY = Path(__file__).parents[2] / "docs/glossary.md"
ROW = re.compile(r"^\| ([a-z -]+) \| ([a-zæøå, ]+) \| .+ \|$", re.MULTILINE)
TERMS = {term: word for term, word in ROW.findall(GLOSSARY.read_text(encoding="utf-8")) if term != "word"}
#: everyday words too, as in "stay" and "call": only where the text is the term itself
EVERYDAY = {
    "call",
    "application",
    "grant",
    "stay",
    "request",
    "post",
    "outcome",
    "centre",
    "assessment",
    "introduction",
}
#: what somebody did, where Danish leaves out to what: the row's name stands beside it
DID = re.compile(r"^(\w+ed|sent) ")


def texts():
    """English → Danish, of all texts of the desk."""
    for one in messages.stored():
        if one.id and one.string:
            yield from zip(*(((x,) if isinstance(x, str) else x) for x in (one.id, one.string)), strict=False)


def said_otherwise(term: str, word: str) -> list[tuple[str, str]]:
    named = re.compile(rf"\b{term}s?\b(?!\))", re.IGNORECASE)
    means = named.fullmatch if term in EVERYDAY else named.search
    stems = [one[: max(4, len(one) - 3)] for one in word.split(", ")]  # Danish inflects the end: bevillingernes
    said = [(en, da) for en, da in texts() if means(en) and not DID.match(en)]
    return [(en, da) for en, da in said if not any(stem in da.casefold() for stem in stems)]


def test_the_glossary_holds_the_words_of_the_desk():
    assert len(TERMS) > 20


@pytest.mark.parametrize("term", TERMS)
def test_a_term_has_one_danish_word(term):
    assert said_otherwise(term, TERMS[term]) == []


def test_another_word_would_be_found():
    assert said_otherwise("client", "klient")

"""Why a verdict is what it is: a sentence and what stands in it, so that a reader's language can be put round it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from udsyn.facts import countries


@dataclass(frozen=True)
class Reason:
    """A sentence in English with named gaps, and what fills them. The desk translates the sentence, not its filling."""

    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.values


@dataclass(frozen=True)
class Lands:
    """Countries in a sentence, by code; in English unless a reader's language names them."""

    codes: tuple[str, ...]

    def __str__(self) -> str:
        return self.in_language("en")

    def in_language(self, language: str) -> str:
        return ", ".join(countries.name(code, language) for code in self.codes)


COLUMN = "the entry's country"
ADDRESS = "the entry's address “%(address)s”"
PROGRAMME = "no address, but the programme %(programme)s"
NO_COUNTRY = "neither address nor the programme %(programme)s names one country"
BORN = "the date of birth (%(births)s)"
NOT_BORN = "what the act says of the person"
SAME = "The names are the same, and both are in %(country)s (%(by)s)."
SIMILAR = "The names are alike (%(listed)s, %(likeness)s %%), and both are in %(country)s (%(by)s): a person must look."
WEAK = "Only the short name %(listed)s is the same, both in %(country)s (%(by)s): a person must look."
ELSEWHERE = "The names are the same, but what is listed is in %(theirs)s (%(by)s), and this is in %(country)s."
NOWHERE = "The names are the same, but %(by)s: a person must look."
UNPLACED = "The names are the same, but this one's country is not known; what is listed is in %(theirs)s (%(by)s)."
PERSON = "A person of this name is listed. A name alone confirms nobody: compare %(with_)s."
RELATED = "Its %(relation)s in ROR, %(name)s, is listed: %(reason)s Whether that reaches this one, a person must say."
CONFIRMED = "%(person)s confirmed on %(day)s that it is: %(words)s. %(reason)s"
DISMISSED = "%(person)s said on %(day)s that it is not: %(words)s. %(reason)s"
LAPSED_ENTRY = "What %(person)s decided on %(day)s has lapsed, since the entry changed. %(reason)s"
LAPSED_RECORD = "What %(person)s decided on %(day)s has lapsed, since the record says otherwise of it. %(reason)s"
NOT_YET = "It is not in force on %(day)s, but from %(since)s. %(reason)s"
ENDED = "It ended on %(until)s. %(reason)s"
UNDATED = "%(reason)s Since when, the list does not say."

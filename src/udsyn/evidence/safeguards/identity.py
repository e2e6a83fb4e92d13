"""Is a body the one that a list names? A verdict with its reason, both ways: is, is_not, or ask a person.

*is* takes the printed name, letter for letter but for case, accents and punctuation, and the same country. What is only
alike is asked. An equal name in another country is refused, with the reason. Nobody is confirmed by a name alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz, process

from udsyn.evidence.safeguards import crosswalk, names, reasons, whereabouts
from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.entries import Entry, Key
from udsyn.evidence.safeguards.names import Name
from udsyn.evidence.safeguards.reasons import Lands, Reason
from udsyn.evidence.safeguards.whereabouts import Whereabouts
from udsyn.facts import countries
from udsyn.record.lists.listing import BODY, PERSON, THING

IS, IS_NOT, ASK = "is", "is_not", "ask"
ORDER = {IS: 0, ASK: 1, IS_NOT: 2}
#: Names less alike than this, letter by letter with their words in order, are not looked at further.
WORTH_A_LOOK = 60
#: Names compared at a time: what is alike is a table of bytes, this many rows high.
ROWS = 256


@dataclass(frozen=True)
class Match:
    """A listed name that is the body's own, or like it: 1 where it is the same letter for letter."""

    listed: str
    likeness: float
    weak: bool = False


@dataclass(frozen=True)
class Verdict:
    """What is so of a body and an entry."""

    verdict: str
    entry: Entry
    reason: Reason
    match: Match

    def as_row(self) -> dict[str, object]:
        entry = self.entry
        return {
            "verdict": self.verdict,
            "entry": f"{entry.name} ({entry.id})",
            "act": entry.act,
            "annex": entry.annex,
            "measure": entry.measure,
            "known_from": entry.known_from,
            "in_force_from": entry.in_force_from,
            "until": entry.until,
            "reason": str(self.reason),
        }


@dataclass(frozen=True)
class Listed:
    """A name under which an entry is listed."""

    name: Name
    entry: Entry
    weak: bool


#: What a body may be: by entry, the entry and its nearest name.
Found = dict[Key, tuple[Entry, Match]]


@dataclass
class Pool:
    """Listed names of one country, as they are looked through."""

    listed: list[Listed] = field(default_factory=list)

    @cached_property
    def looks(self) -> list[str]:
        return [one.name.look for one in self.listed]


class Lists:
    """The entries that a body may be, in the order in which they are looked through."""

    def __init__(self, entries: Mapping[Key, Entry], decisions: crosswalk.Crosswalk | None = None) -> None:
        self.decisions = decisions or {}
        self.by_key = {crosswalk.key_of(key): entry for key, entry in entries.items()}
        self.confirmed: dict[tuple[str, str], list[str]] = {}  # body → entries that it was said to be
        for (body, country, sealed), decision in self.decisions.items():
            if decision.decision == IS:
                self.confirmed.setdefault((body, country), []).append(sealed)
        self.places: dict[Key, Whereabouts] = {}
        self.pools: dict[str | None, Pool] = {}
        self.printed: dict[tuple[str, ...], list[Listed]] = {}
        self.people: dict[str, list[Entry]] = {}
        every: list[Name] = []
        for key, entry in entries.items():
            if entry.kind == PERSON:
                for text in (entry.name, *entry.names):
                    self.people.setdefault(Name(text).key, []).append(entry)
            elif entry.kind in (BODY, THING):
                place = self.places[key] = whereabouts.of(entry)
                for one in listed_names(entry):
                    every.append(one.name)
                    self.printed.setdefault(names.words(one.name.text), []).append(one)
                    for code in sorted(place.countries) or (None,):  # in one order, so that a draw repeats
                        self.pools.setdefault(code, Pool()).listed.append(one)
        self.weight = names.Weights(every)

    def matches(self, bodies: list[Body]) -> Iterator[Found]:
        """For each body, the entries whose name is its own, or like it in its country; the nearest name of each."""
        found: list[Found] = [{} for _ in bodies]
        by_country: dict[str | None, list[tuple[Body, Found]]] = {}
        for body, matches in zip(bodies, found, strict=True):
            for name in body.said():
                for one in self.printed.get(names.words(name.text), ()):
                    keep(matches, one, Match(one.name.text, 1.0, one.weak or name.is_weak))
            by_country.setdefault(body.country, []).append((body, matches))
        for country, some in by_country.items():
            self.compare(some, self.pools.get(country))
        for body, matches in zip(bodies, found, strict=True):
            for key in self.confirmed.get(crosswalk.name_of(body), ()):
                entry = self.by_key.get(key)  # whatever their names
                if entry is not None and entry.key in self.places:
                    matches.setdefault(entry.key, (entry, Match(entry.name, 0.0)))
        return iter(found)

    def compare(self, bodies: list[tuple[Body, Found]], pool: Pool | None) -> None:
        """Put to each body of a country the listed names of that country that are like its own."""
        if pool is None:
            return
        asked = [
            (matches, name)
            for body, matches in bodies
            for said in body.said()
            if not (name := Name(bare(said.text, body.country))).is_weak
        ]
        for start in range(0, len(asked), ROWS):
            some = asked[start : start + ROWS]
            table = process.cdist(
                [name.look for _, name in some],
                pool.looks,
                scorer=fuzz.ratio,
                score_cutoff=WORTH_A_LOOK,
                dtype=np.uint8,
            )
            for row, column in zip(*np.nonzero(table), strict=True):
                (matches, name), one = some[row], pool.listed[column]
                alike = names.likeness(name, one.name, self.weight)
                if not one.name.is_weak and names.is_near(alike, name, one.name):
                    keep(matches, one, Match(one.name.text, min(alike, 0.99), one.weak))


def listed_names(entry: Entry) -> Iterator[Listed]:
    for text in dict.fromkeys((entry.name, *entry.names)):
        yield Listed(Name(text), entry, False)
    for text in entry.weak_names:
        yield Listed(Name(text), entry, True)


def keep(found: Found, one: Listed, match: Match) -> None:
    held = found.get(one.entry.key)
    if held is None or (match.likeness, not match.weak) > (held[1].likeness, not held[1].weak):
        found[one.entry.key] = (one.entry, match)


def bare(name: str, country: str | None) -> str:
    """A name without the country in brackets that registers put after a firm's: Gazprom (Russia)."""
    before, bracket, said = name.rpartition(" (")
    return before if bracket and said.endswith(")") and countries.resolve(said[:-1]) == country is not None else name


def judge(lists: Lists, bodies: Iterable[Body], day: dt.date) -> Iterator[tuple[Body, list[Verdict]]]:
    """The verdicts of each body on a day, those that stand against it first."""
    asked = list(bodies)
    related = list({id(other): other for body in asked for _, other in body.related}.values())
    theirs = {
        id(other): verdicts_of(lists, other, found, day)
        for other, found in zip(related, lists.matches(related), strict=True)
    }
    for body, found in zip(asked, lists.matches(asked), strict=True):
        own = verdicts_of(lists, body, found, day)
        met = {verdict.entry.key for verdict in own}
        for relation, other in body.related:
            own += [
                through(verdict, relation, other)
                for verdict in theirs[id(other)]
                if verdict.verdict == IS and verdict.entry.key not in met
            ]
        yield body, sorted(own, key=lambda one: (ORDER[one.verdict], str(one.entry.key)))


def verdicts_of(lists: Lists, body: Body, found: Found, day: dt.date) -> list[Verdict]:
    judged = (verdict_of(body, entry, match, lists.places[entry.key]) for entry, match in found.values())
    return [on(decided(verdict, body, lists.decisions), day) for verdict in judged]


def decided(verdict: Verdict, body: Body, decisions: crosswalk.Crosswalk) -> Verdict:
    """A verdict as a person decided it; where the entry or the record changed since, as it is, and that is said."""
    one = decisions.get((*crosswalk.name_of(body), crosswalk.key_of(verdict.entry.key)))
    if one is None:
        return verdict
    values = {"person": one.person, "day": one.decided_on, "words": one.reason, "reason": verdict.reason}
    if changed := crosswalk.lapsed(one, body, verdict.entry):
        sentence = reasons.LAPSED_ENTRY if changed == "entry" else reasons.LAPSED_RECORD
        said = ASK if verdict.match.likeness == 0 else verdict.verdict
        return Verdict(said, verdict.entry, Reason(sentence, values), verdict.match)
    sentence = reasons.CONFIRMED if one.decision == IS else reasons.DISMISSED
    return Verdict(one.decision, verdict.entry, Reason(sentence, values), verdict.match)


def verdict_of(body: Body, entry: Entry, match: Match, place: Whereabouts) -> Verdict:
    """The verdict of a name and a country, whatever the day."""
    here, theirs = Lands((body.country,) if body.country else ()), Lands(tuple(sorted(place.countries)))
    values: dict[str, object] = {"country": here, "theirs": theirs, "by": place.by, "listed": f"“{match.listed}”"}
    if not place.countries:
        return Verdict(ASK, entry, Reason(reasons.NOWHERE, values), match)
    if body.country is None:
        return Verdict(ASK, entry, Reason(reasons.UNPLACED, values), match)
    if body.country not in place.countries:
        return Verdict(IS_NOT, entry, Reason(reasons.ELSEWHERE, values), match)
    if match.likeness < 1:
        values["likeness"] = f"{match.likeness:.0%}".rstrip("%")
        return Verdict(ASK, entry, Reason(reasons.SIMILAR, values), match)
    if match.weak:
        return Verdict(ASK, entry, Reason(reasons.WEAK, values), match)
    return Verdict(IS, entry, Reason(reasons.SAME, values), match)


def on(verdict: Verdict, day: dt.date) -> Verdict:
    """A verdict as it is on a day: what is not in force then stands against nobody."""
    entry = verdict.entry
    if verdict.verdict == IS_NOT:
        return verdict
    if not entry.in_force(day):
        ended = entry.until is not None and str(day) > entry.until
        sentence = reasons.ENDED if ended else reasons.NOT_YET
        values = {"day": day, "since": entry.in_force_from, "until": entry.until, "reason": verdict.reason}
        return Verdict(IS_NOT, entry, Reason(sentence, values), verdict.match)
    if entry.in_force_from is None:
        return Verdict(verdict.verdict, entry, Reason(reasons.UNDATED, {"reason": verdict.reason}), verdict.match)
    return verdict


def through(verdict: Verdict, relation: str, other: Body) -> Verdict:
    values = {"relation": relation, "name": other.name, "reason": verdict.reason}
    return Verdict(ASK, verdict.entry, Reason(reasons.RELATED, values), verdict.match)


def people(lists: Lists, name: str, day: dt.date) -> list[Verdict]:
    """Listed people of a name, in whatever order its parts stand. A name alone is never more than a question."""
    found = {entry.key: entry for entry in lists.people.get(Name(name).key, ())}
    return [
        on(Verdict(ASK, entry, Reason(reasons.PERSON, {"with_": compare(entry)}), Match(entry.name, 1.0)), day)
        for entry in found.values()
    ]


def compare(entry: Entry) -> Reason:
    births = ", ".join(entry.birth_dates)
    return Reason(reasons.BORN, {"births": births}) if births else Reason(reasons.NOT_BORN)

"""The ledger of ties as treatment: which pairs an instrument joined or turned down, when, and with which rating.

One file holds the ties of one instrument or of many: `instrument` says which. A pair counts from its first tie that was
kept; one that was only refused, cancelled or not funded is untreated, and is what the others are compared with.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from udsyn.errors import UsageError
from udsyn.record import ids
from udsyn.record.sources.tabular import separator_of, text_of, unpacked

COLUMNS = ("date", "instrument", "a", "b", "funded", "rating", "status")
KEPT, CANCELLED, REFUSED = "kept", "cancelled", "refused"
#: what became of a tie, in the words that ledgers use
STATUSES = {
    **dict.fromkeys(
        ("", KEPT, "made", "held", "met", "agreed", "awarded", "funded", "granted", "done", "closed"), KEPT
    ),
    **dict.fromkeys(("active", "open", "completed", "finished", "accepted", "approved", "ended"), KEPT),
    **dict.fromkeys((CANCELLED, "canceled", "withdrawn", "stopped", "dropped", "gone", "no_show"), CANCELLED),
    **dict.fromkeys((REFUSED, "declined", "rejected", "silent", "turned_down", "unfunded", "not_funded"), REFUSED),
}
#: question → how ledgers call its instrument
INSTRUMENTS = {
    "grants": ("grant", "grants", "application", "applications", "award", "awards", "call", "calls"),
    "stays": ("stay", "stays", "visit", "visits"),
    "events": ("event", "events", "meeting", "meetings", "event_meeting", "appointment", "appointments"),
    "introductions": ("introduction", "introductions"),
}
QUESTION_OF = {word: question for question, words in INSTRUMENTS.items() for word in words}

Members = tuple[str, int, int]  #: A (people) or I (institutions), and two ids, the smaller first


@dataclass(frozen=True)
class Entry:
    """One line of a ledger."""

    year: int
    instrument: str
    members: Members
    treated: bool
    above: bool | None  #: funded, whatever became of it; None where the ledger does not say
    rating: float | None


@dataclass(frozen=True)
class Pair:
    """Two people or institutions and what the instrument did to them: the year of the first tie that was kept, or None;
    the first application, by which it stands at the line; and how many ties were kept in that first year."""

    members: Members
    treated_from: int | None
    first: Entry
    dose: int = 0


def load_ledger(path: Path) -> list[Entry]:
    """The lines of a ledger (CSV, plain or gzip). Raises UsageError with the line for what cannot be read."""
    text = text_of(unpacked(path), path)
    reader = csv.DictReader(io.StringIO(text.decode(), newline=""), delimiter=separator_of(text))
    try:
        if missing := {"date", "a", "b"} - set(reader.fieldnames or ()):
            raise UsageError(
                f"{path}: the first line lacks {', '.join(sorted(missing))}; a ledger has the columns "
                f"{', '.join(COLUMNS)}."
            )
        entries = [parse_line(row, f"{path}, line {reader.line_num}") for row in reader if any(row.values())]
    except csv.Error as error:
        raise UsageError(f"{path} is not a CSV file: {error}.") from None
    if not entries:
        raise UsageError(f"{path} holds no ties.")
    return entries


def parse_line(row: dict[str, str | None], where: str) -> Entry:
    """One line. `funded` may be left out where `status` says it, and the other way round."""
    text = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    status = STATUSES.get(text["status"].casefold().replace(" ", "_"))
    if status is None:
        raise UsageError(f"{where}: status {text['status'][:40]!r} is none of kept, cancelled, refused.")
    above = parse_flag(text["funded"], where)
    return Entry(
        year=parse_year(text["date"], where),
        instrument=text["instrument"].casefold().replace(" ", "_"),
        members=parse_members(text["a"], text["b"], where),
        treated=status == KEPT and above is not False,
        above=above if above is not None else status != REFUSED,
        rating=parse_rating(text["rating"], where),
    )


def parse_year(text: str, where: str) -> int:
    """The year of a day (2019-05-31) or a year alone."""
    try:
        return int(text) if len(text) == 4 and text.isdecimal() else dt.date.fromisoformat(text[:10]).year
    except ValueError:
        raise UsageError(f"{where}: {text[:40]!r} is no day; write 2019-05-31.") from None


def parse_flag(text: str, where: str) -> bool | None:
    flags = {"": None, "1": True, "0": False, "1.0": True, "0.0": False, "true": True, "false": False}
    if text.casefold() not in flags:
        raise UsageError(f"{where}: funded is {text[:40]!r}; write 1, 0 or nothing.")
    return flags[text.casefold()]


def parse_rating(text: str, where: str) -> float | None:
    try:
        rating = float(text) if text else None
    except ValueError:
        raise UsageError(f"{where}: the rating {text[:40]!r} is no number.") from None
    return rating if rating is not None and math.isfinite(rating) else None


def parse_members(a: str, b: str, where: str) -> Members:
    """Two ids of one kind: people (A…) or institutions (I…)."""
    for kind, letter in (("author", "A"), ("institution", "I")):
        found = [ids.find(text, kind, bare=False) for text in (a, b)]
        one, other = found
        if one is not None and other is not None:
            if one == other:
                raise UsageError(f"{where}: {letter}{one} is paired with itself.")
            return letter, min(one, other), max(one, other)
    raise UsageError(
        f"{where}: write two ids of people (A123) or of institutions (I123), not {a[:30]!r} and {b[:30]!r}."
    )


def of_instrument(entries: list[Entry], question: str) -> tuple[list[Entry], list[Entry]]:
    """The lines that a question is about, and those of other instruments.

    Lines that name an instrument of no question (a call by its title) belong to it where no line names its own.
    """
    own = [entry for entry in entries if QUESTION_OF.get(entry.instrument) == question]
    if not own:
        own = [entry for entry in entries if entry.instrument not in QUESTION_OF]
    chosen = set(map(id, own))
    return own, [entry for entry in entries if id(entry) not in chosen]


def kept_under(entries: Iterable[Entry], same: Mapping[int, int]) -> Iterator[Entry]:
    """The same lines with people under the id that theirs was merged into; a person is no pair with itself."""
    for entry in entries:
        letter, *members = entry.members
        a, b = sorted(same.get(member, member) if letter == "A" else member for member in members)
        if a != b:
            yield entry if (letter, a, b) == entry.members else replace(entry, members=(letter, a, b))


def pairs_of(entries: Iterable[Entry]) -> Iterator[Pair]:
    """One row a pair, in a fixed order."""
    by_pair: dict[Members, list[Entry]] = {}
    for entry in entries:
        by_pair.setdefault(entry.members, []).append(entry)
    for members in sorted(by_pair):
        lines = sorted(by_pair[members], key=lambda entry: (entry.year, not entry.above))
        kept = [entry.year for entry in lines if entry.treated]
        start = min(kept, default=None)
        yield Pair(members, start, lines[0], sum(year == start for year in kept))

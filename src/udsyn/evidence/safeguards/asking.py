"""What the loaded lists say of one partner, and of every institution of a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.safeguards import bodies, crosswalk, entries, identity
from udsyn.evidence.safeguards.bodies import Known
from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.identity import IS_NOT, Lists, Verdict
from udsyn.record.engine import Place, Record

COLUMNS = (
    "verdict", "entry", "act", "annex", "measure", "known_from", "in_force_from", "until", "reason",
)  # fmt: skip
CHANGE_COLUMNS = ("change", "entry", "act", "measure", "column", "before", "after")
SCREEN_COLUMNS = ("id", "name", "country", "verdict", "measures", "works", "entries", "reason")


def lists_of(place: Place) -> Lists:
    """The lists on a record's shelf. Raises UdsynError where none was loaded: nothing loaded is not nothing listed."""
    record = Record.open(place)
    held = entries.held(record.path)
    if not held:
        raise UdsynError(
            "no list is loaded, so nothing can be said. Load one with `udsyn safeguards load DIR --as eu-acts`."
        )
    return Lists(held, crosswalk.held(record.path))


def check(place: Place, body: Body, day: dt.date, is_named: bool = False) -> list[Verdict]:
    """What the lists say of a body on a day; of people of that name too where only a name `is_named`.

    Raises UsageError for a name without a letter or a digit: nothing is listed under it, and that clears nobody.
    """
    if not any(map(str.isalnum, body.name)):
        raise UsageError(f"{body.name!r:.40} is no name: it has no letter.")
    lists = lists_of(place)
    ((_, found),) = identity.judge(lists, [body], day)
    return found + (identity.people(lists, body.name, day) if is_named else [])


def decide(
    place: Place, body: Body, entry: str, decision: str, person: str, reason: str, day: dt.date
) -> crosswalk.Decision:
    """Keep what a person decided of a body and an entry, named by its name or by its id in the verdicts.

    Raises UsageError where no entry of that name is near the body.
    """
    found = {verdict.entry.key: verdict.entry for verdict in check(place, body, day)}
    fits = [one for one in found.values() if entry in (one.id, one.name, f"{one.name} ({one.id})")]
    if not fits:
        known = "; ".join(f"{one.name} ({one.id})" for one in found.values()) or "none"
        raise UsageError(f"no entry {entry} is near this body. Those that are: {known}.")
    made = [crosswalk.decide(body, one, decision, person, reason, day) for one in fits]
    crosswalk.take_in(Record.open(place).path, made)
    return made[0]


def screen(place: Place, day: dt.date) -> list[dict[str, Any]]:
    """A row per body of the record that a list names, or whose name a list holds and that is not it.

    Columns: id (I…, or ROR's), name, country (ISO-2), verdict (the gravest), measures (of what stands or is asked),
    works (all held, whatever counts), entries, reason. The gravest first, then by works.
    """
    held = bodies.all_of(place)
    known = {id(one.body): one for one in held}
    judged = identity.judge(lists_of(place), [one.body for one in held], day)
    rows = [screened(known[id(body)], found) for body, found in judged if found]
    return sorted(rows, key=lambda row: (identity.ORDER[row["verdict"]], -row["works"], row["id"]))


def screened(one: Known, found: list[Verdict]) -> dict[str, Any]:
    gravest = found[0]
    standing = [verdict for verdict in found if verdict.verdict == gravest.verdict]
    measures = [] if gravest.verdict == IS_NOT else [verdict.entry.measure for verdict in standing]
    return {
        "id": one.id,
        "name": one.body.name,
        "country": one.body.country,
        "verdict": gravest.verdict,
        "measures": sorted(set(measures)),
        "works": one.works,
        "entries": [f"{verdict.entry.name} ({verdict.entry.id})" for verdict in standing],
        "reason": str(gravest.reason),
    }


def changes(place: Place, since: dt.date) -> list[dict[str, Any]]:
    """What the lists say otherwise than at the end of a day; a row per entry that came or went, and per cell."""
    record = Record.open(place)
    found = entries.changed(entries.held(record.path, day=since), entries.held(record.path))
    return [
        {
            "change": change.kind,
            "entry": f"{change.entry.name} ({change.entry.id})",
            "act": change.entry.act,
            "measure": change.entry.measure,
            "column": column,
            "before": before,
            "after": after,
        }
        for change in found
        for column, (before, after) in (change.cells.items() or ((None, (None, None)),))
    ]


def rows(found: Iterable[Verdict]) -> list[dict[str, Any]]:
    return [verdict.as_row() for verdict in found]

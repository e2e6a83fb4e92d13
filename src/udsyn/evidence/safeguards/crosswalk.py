"""The crosswalk: who was confirmed to be a listed body and who dismissed, by a person, with a reason and a day.

RECORD/crosswalk.csv, a line a decision; it can be taken to another record. A decision lapses when the entry or what the
record says of the body changes: both are sealed with it. The last decision about a body and an entry counts.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.entries import Entry, Key
from udsyn.record.lock import locked

FILE = "crosswalk.csv"
DECISIONS = ("is", "is_not")


@dataclass(frozen=True)
class Decision:
    """What a person decided of a body and an entry. `key` is the entry's key as JSON; the seals are of both then."""

    body: str  #: its ROR id, else its name
    country: str
    key: str
    entry: str  #: its name, for people
    decision: str
    person: str
    reason: str
    decided_on: str
    entry_seal: str
    body_seal: str


COLUMNS = tuple(field.name for field in fields(Decision))
#: (body, country, entry's key) → the last decision
Crosswalk = Mapping[tuple[str, str, str], Decision]


def key_of(key: Key) -> str:
    return json.dumps(list(key), ensure_ascii=False)


def name_of(body: Body) -> tuple[str, str]:
    """How a body is named in the crosswalk: by its ROR id, else by its name; and its country."""
    return body.id or body.name.casefold(), body.country or ""


def seal(said: Any) -> str:
    return hashlib.blake2b(json.dumps(said, sort_keys=True, ensure_ascii=False).encode(), digest_size=8).hexdigest()


def seal_of_entry(entry: Entry) -> str:
    return seal(dict(entry.said))


def seal_of_body(body: Body) -> str:
    """Of what the record says: names, country, and what it belongs to. Of a body by name alone, that name."""
    return seal([body.name, body.country, sorted(body.names), sorted(f"{of} {one.name}" for of, one in body.related)])


def decide(body: Body, entry: Entry, decision: str, person: str, reason: str, day: dt.date) -> Decision:
    """A decision of a day. Raises UsageError where it lacks who or why, or is none."""
    if decision not in DECISIONS:
        raise UsageError(f"{decision} is no decision: say is or is_not.")
    if not person.strip() or not reason.strip():
        raise UsageError("say who decides and why: a decision has a person and a reason.")
    said, country = name_of(body)
    seals = seal_of_entry(entry), seal_of_body(body)
    plain = " ".join(person.split()), " ".join(reason.split())
    return Decision(said, country, key_of(entry.key), entry.name, decision, *plain, str(day), *seals)


def lapsed(decision: Decision, body: Body, entry: Entry) -> str | None:
    """What has changed since: the entry, the record, or nothing."""
    if decision.entry_seal != seal_of_entry(entry):
        return "entry"
    return "record" if decision.body_seal != seal_of_body(body) else None


def held(record: Path | str) -> Crosswalk:
    """The decisions of a record."""
    path = Path(record, FILE)
    return latest(parse(path)) if path.is_file() else {}


def latest(decisions: Iterable[Decision]) -> Crosswalk:
    ordered = sorted(decisions, key=lambda one: one.decided_on)  # of one day, the later line
    return {(one.body, one.country, one.key): one for one in ordered}


def parse(path: Path) -> list[Decision]:
    """The decisions of a file. Raises UdsynError for a file that is no crosswalk, with the line where it is not."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, strict=True)
            if missing := [name for name in COLUMNS if name not in (lines.fieldnames or ())]:
                raise UdsynError(f"{path} is no crosswalk: it has no column {', '.join(missing)}.")
            return [decision_of(row, f"{path}, line {lines.line_num}") for row in lines]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UdsynError(f"{path} cannot be read as CSV in UTF-8 ({error}). Save it as CSV (UTF-8).") from None


def decision_of(row: Mapping[str, str | None], where: str) -> Decision:
    said = {name: (row[name] or "").strip() for name in COLUMNS}
    if empty := [name for name in COLUMNS if name != "country" and not said[name]]:
        raise UdsynError(f"{where}: no {', '.join(empty)}.")
    if said["decision"] not in DECISIONS:
        raise UdsynError(f"{where}: {said['decision']} is no decision: is or is_not.")
    try:
        dt.date.fromisoformat(said["decided_on"])
        json.loads(said["key"])
    except ValueError:
        raise UdsynError(f"{where}: decided_on is a day such as 2026-11-27, and key is a JSON list.") from None
    return Decision(**said)


def take_in(record: Path | str, decisions: Iterable[Decision]) -> int:
    """Add decisions to a record's; how many it had not. Those of the same body, entry, day and words are one."""
    path = Path(record, FILE)
    with locked(Path(record)):
        before = parse(path) if path.is_file() else []
        every = list(dict.fromkeys([*before, *decisions]))
        beside = path.with_suffix(".new")
        save(beside, every)
        beside.replace(path)
    return len(every) - len(before)


def save(path: Path, decisions: Iterable[Decision]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(asdict(one) for one in decisions)

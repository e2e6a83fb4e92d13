"""The append-only ledger: every action of the desk is one line, chained to the line before by its hash.

Where somebody is erased, what names them in a line is emptied and the line's own hash stays in the chain. A later line,
"erase", says which lines were emptied and seals what is left of them: so the ledger verifies, and emptying a line
without such a line shows.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import connection
from django.utils import timezone

from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.permissions import Actor

GENESIS = "0" * 64
SEALED = (
    "seq",
    "at",
    "actor_id",
    "actor_name",
    "roles",
    "action",
    "kind",
    "object_id",
    "label",
    "fields",
    "before",
    "after",
    "reason",
    "previous",
)
#: what is emptied of a line that names somebody
EMPTIED = ("label", "fields", "before", "after", "reason", "salt")
ERASE = "erase"
LOCK = 7_302_026  # an arbitrary number, the same in every process that appends


def seal_of(values: Any) -> str:
    """The hash of a plain value, free of key order."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Act:
    """What one line of the ledger tells, before it is sealed."""

    action: str
    row: Any
    fields: Iterable[str] = ()
    before: str = ""
    after: str = ""
    reason: str = ""


def append(
    actor: Actor,
    action: str,
    row: Any,
    *,
    fields: Iterable[str] = (),
    before: str = "",
    after: str = "",
    reason: str = "",
) -> None:
    """Add one line inside the running transaction, so that an action and its line are stored together or not at all."""
    append_all(actor, [Act(action, row, fields, before, after, reason)])


def append_all(actor: Actor, acts: Iterable[Act]) -> None:
    """Add a line for each, in order."""
    if not connection.in_atomic_block:
        raise RuntimeError("the ledger is written inside the transaction of the action it tells of")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Entry.objects.order_by("-seq").values("seq", "hash").first() or {"seq": 0, "hash": GENESIS}
    seq, previous = last["seq"], last["hash"]
    entries = []
    for act in acts:
        seq += 1
        entry = Entry(
            seq=seq,
            at=timezone.now(),
            actor_id=getattr(actor.user, "pk", None),
            actor_name=(actor.name or str(actor.user or "public"))[:200],
            roles=actor.role_names,
            action=act.action,
            kind=type(act.row)._meta.model_name,
            object_id=act.row.pk,
            label=str(act.row)[:300],
            fields=",".join(sorted(act.fields)),
            before=act.before,
            after=act.after,
            reason=act.reason,
            salt=secrets.token_hex(16),
            previous=previous,
        )
        previous = entry.hash = hash_of(entry)
        entries.append(entry)
    Entry.objects.bulk_create(entries, batch_size=500)


def hash_of(entry: Entry) -> str:
    values = [getattr(entry, name) for name in SEALED]
    values[SEALED.index("at")] = entry.at.astimezone(UTC).isoformat()
    return seal_of([*values, entry.salt] if entry.salt else values)


def empty(about: Iterable[int], by: Iterable[int] = ()) -> str:
    """Empty lines that tell of somebody, and in those `by` them their name too; returns what the line that says so has
    as its `fields`: each emptied line with the seal of what is left of it."""
    told, done = set(about), set(by)
    said = []
    for numbers in batched(sorted(told | done)):
        lines = Entry.objects.filter(pk__in=numbers).exclude(action=ERASE)
        lines.filter(pk__in=done.intersection(numbers)).update(actor_name="")
        lines.update(**dict.fromkeys(EMPTIED, ""))
        said += [f"{line.seq}:{hash_of(line)}" for line in lines.order_by("seq")]
    return " ".join(said)


def batched(numbers: list[int], size: int = 500) -> Iterable[list[int]]:
    return (numbers[at : at + size] for at in range(0, len(numbers), size))


def append_emptied(actor: Actor, row: Any, emptied: str, reason: str = "") -> None:
    """The line that says which lines were emptied."""
    append_all(actor, [Act(ERASE, row, [emptied], reason=reason)])


def emptied() -> dict[int, str]:
    """The lines that were emptied, and the seal of what is left of each, as the last line that says so has it."""
    said = Entry.objects.filter(action=ERASE).order_by("seq").values_list("fields", flat=True)
    pairs = (pair.partition(":") for fields in said for pair in fields.split(" ") if pair)
    return {int(seq): seal for seq, _colon, seal in pairs}


@dataclass(frozen=True)
class Verdict:
    lines: int
    emptied: int  #: lines of which an erasure emptied what names somebody
    broken: tuple[str, ...]
    head: str  #: hash of the last line; note it down elsewhere, and a cut-off end shows too

    @property
    def whole(self) -> bool:
        return not self.broken


def verify(head: str = "", limit: int = 20) -> Verdict:
    """Recompute the chain. `head` is a hash noted earlier: it must still be in the chain."""
    broken: list[str] = []
    previous, count, seen = GENESIS, 0, not head
    left = emptied()
    for entry in Entry.objects.order_by("seq").iterator():
        count += 1
        seen = seen or entry.hash == head
        if entry.seq != count:
            broken.append(f"line {count} is missing (the next one held is {entry.seq})")
            count = entry.seq
        if entry.previous != previous:
            broken.append(f"line {entry.seq} does not follow the line before it")
        if left.get(entry.seq, entry.hash) != hash_of(entry):
            broken.append(f"line {entry.seq} was changed after it was written")
        previous = entry.hash
        if len(broken) >= limit:
            break
    if not seen:
        broken.append("the line with the noted hash is gone")
    return Verdict(count, len(left), tuple(broken), previous)

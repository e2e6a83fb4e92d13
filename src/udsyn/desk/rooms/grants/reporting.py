"""The report of a grant: what the record says came of it, which the holder confirms or strikes instead of typing.

A work is on it where it carries the grant's number and somebody of the grant, or where two who take part wrote it
together after the award. One work can be found for several pairs: what is said of it holds for all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import finds
from udsyn.desk.kernel.finds import CONFIRMED, FOUND, STRUCK, Find
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.ties import GONE
from udsyn.desk.rooms.grants.models import Grant, GrantReport

#: what makes a work the grant's; one that cites the other's is none
EVIDENCE = ("acknowledged", "both")


@dataclass(frozen=True)
class Work:
    """A work of the record: its id (W…), what is said of it, and by what it was found."""

    ident: str
    title: str
    day: dt.date
    state: str
    evidence: str
    sure: str

    @property
    def address(self) -> str:
        return f"https://openalex.org/{self.ident}"


def found_of(grant: Grant) -> QuerySet[Find]:
    """All finds of works of a grant, one for each pair they were found for."""
    found = Find.objects.filter(kind=Grant.kind(), object_id=grant.pk, what="work", evidence__in=EVIDENCE)
    return found.exclude(state=GONE)


def works_of(grant: Grant) -> list[Work]:
    """Each work once, the newest first. Struck for one pair is struck; else confirmed for one is confirmed."""
    together: dict[str, list[Find]] = {}
    for find in found_of(grant).order_by("-day", "ident", "pk"):
        together.setdefault(find.ident, []).append(find)
    return [of_finds(found) for found in together.values()]


def of_finds(found: list[Find]) -> Work:
    states = {find.state for find in found}
    first = min(found, key=lambda find: (EVIDENCE.index(find.evidence), find.pk))
    state = next((one for one in (STRUCK, CONFIRMED) if one in states), FOUND)
    return Work(first.ident, str(first), first.day, state, first.evidence, first.sure)


@transaction.atomic
def answer(report: GrantReport, struck: Collection[str], actor: Actor) -> None:
    """The holder's word on every work: those struck, and all others are right."""
    for find in found_of(report.grant):
        state = STRUCK if find.ident in struck else CONFIRMED
        if find.state != state:
            finds.say(find, state, actor.name)


@transaction.atomic
def write(report: GrantReport, struck: Collection[str], text: str, missing: str, actor: Actor) -> None:
    """Keep what the holder says, without sending it."""
    answer(report, struck, actor)
    report.text, report.missing = text, missing
    kernel.save(report, actor)


def may_send(row: GrantReport) -> Any:
    """Why it cannot be sent: somebody has to have looked at what was found."""
    if row.grant.state not in ("running", "stopped"):
        return _("The grant is not taken up, or it is closed.")
    waiting = sum(work.state == FOUND for work in works_of(row.grant))
    if waiting:
        return _("%(count)s works wait to be confirmed or struck.") % {"count": waiting}
    return None

"""Three months, one year and three years after an event those who met there are asked what came of it.

The record is asked every night, as of all ties; the mail leads each of them to their own page, where they strike what
is wrong and add what no record knows. It waits in the outbox of the event's organiser.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from udsyn.desk.kernel import queues
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events import letters
from udsyn.desk.rooms.events.models import Attendee, Talk
from udsyn.desk.rooms.outcomes import asking
from udsyn.desk.rooms.outcomes import commands as outcomes

#: months after an event at which it is asked what came of its meetings
AFTER = (3, 12, 36)


def held() -> QuerySet[Talk]:
    """Meetings that somebody says took place, and nobody denies."""
    said = Talk.objects.filter(Q(a_met=True) | Q(b_met=True), state="planned")
    return said.exclude(a_met=False).exclude(b_met=False)


def ask_all() -> dict[str, Any]:
    """Write what is due today. Returns how many participants are asked."""
    today, failed = timezone.localdate(), list[str]()
    ended = {"event__last_day__lte": asking.ended_by(today, AFTER[0]), "event__state__in": ("open", "closed", "held")}
    met = Exists(held().filter(Q(a=OuterRef("pk")) | Q(b=OuterRef("pk"))))
    rows = Attendee.objects.filter(met, **ended, event__tell_after=True, asked_after__lt=AFTER[-1])
    due = [row for row in rows.select_related("event", "person") if step_of(row)]
    return {"participants_asked": queues.each(due, ask, failed), "failed": failed}


def step_of(row: Attendee) -> int | None:
    return asking.step_of(row.event.last_day, row.asked_after, timezone.localdate(), AFTER)


def ask(row: Attendee) -> bool:
    """The question to a participant, as a person here; says whether they are asked."""
    owner, step = letters.sender(row.event), step_of(row)
    if owner is None or step is None:
        return False
    person = row.person or asking.known(row.email, "", row.given_name, row.family_name, "event")
    if person is None or not asking.may_ask(person):
        return False
    with translation.override(row.language):
        outcomes.ask(person, Actor(owner, str(owner)), question(row))
    Attendee.objects.filter(pk=row.pk).update(asked_after=step, person=person)
    return True


def question(row: Attendee) -> str:
    talks = held().filter(Q(a=row) | Q(b=row)).select_related("a", "b").order_by("slot")
    return _(
        "Dear %(name)s,\n\nat %(event)s on %(day)s you met %(whom)s. On your own page stands what we found in the "
        "record since. Please strike what is wrong, and say what no record knows: next meetings, projects, contracts."
    ) % {
        "name": row,
        "event": row.event,
        "day": date_format(row.event.last_day, "DATE_FORMAT"),
        "whom": ", ".join(str(talk.other(row.pk)) for talk in talks),
    }

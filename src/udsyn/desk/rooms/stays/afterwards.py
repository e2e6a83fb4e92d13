"""One and three years after a stay its guest and host are asked what came of it.

The record is asked every night, as of all ties; the mail leads each of them to their own page, where they strike what
is wrong and add what no record knows. It waits in the outbox of whoever looked after the stay.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel import queues
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.outcomes import asking
from udsyn.desk.rooms.outcomes import commands as outcomes
from udsyn.desk.rooms.parties.models import Person, User
from udsyn.desk.rooms.stays import letters, staying
from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.rooms.stays.rules import GUEST, HOST
from udsyn.desk.rooms.stays.states import TOOK_PLACE

#: months after the end of a stay at which it is asked what came of it
AFTER = (12, 36)


def step_of(row: Stay, today: dt.date) -> int | None:
    return asking.step_of(row.last, row.asked_after, today, AFTER)


def ask_all() -> dict[str, Any]:
    """Write what is due today. Returns of how many stays somebody is asked."""
    today = timezone.localdate()
    failed: list[str] = []
    since = asking.ended_by(today, AFTER[0])
    ended = Stay.objects.filter(state__in=TOOK_PLACE, last__lte=since, asked_after__lt=AFTER[-1])
    due = [row for row in ended.select_related("keeper", "guest", "host") if step_of(row, today)]
    return {"stays_asked": queues.each(due, ask, failed), "failed": failed}


def ask(row: Stay) -> bool:
    """The question to guest and host, as far as they can be asked; says whether anybody is."""
    user = User.objects.filter(person=row.keeper_id, is_active=True).first() if row.keeper_id else None
    step = step_of(row, timezone.localdate())
    if user is None or step is None:
        return False
    people = {part: staying.known(row, part) for part in (GUEST, HOST)}
    asked = {part: person for part, person in people.items() if person is not None and asking.may_ask(person)}
    for part, person in asked.items():
        with translation.override(row.host_language if part == HOST else row.language):
            outcomes.ask(person, Actor(user, str(user)), question(row, person))
    if asked:
        Stay.objects.filter(pk=row.pk).update(asked_after=step, **people)
    return bool(asked)


def question(row: Stay, person: Person) -> str:
    return _(
        "Dear %(name)s,\n\nthe stay of %(guest)s at %(host)s ended on %(day)s. On your own page stands what we found "
        "in the record since. Please strike what is wrong, and say what no record knows: next stays, jobs, contracts."
    ) % {
        "name": person,
        "guest": row.guest_name,
        "host": row.host_organisation or row.host_name,
        "day": letters.day(row.last),
    }


def later(row: Stay) -> QuerySet[Stay]:
    """Stays of the same guest or host, either way, that began since."""
    same = Q(pk=None)
    for column in ("guest", "host"):
        if number := getattr(row, f"{column}_id"):
            same |= Q(guest=number) | Q(host=number)
        if mail := getattr(row, f"{column}_email"):
            same |= Q(guest_email__iexact=mail) | Q(host_email__iexact=mail)
    return Stay.objects.filter(same, first__gt=row.last, state__in=TOOK_PLACE).exclude(pk=row.pk)

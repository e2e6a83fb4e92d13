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

from udsyn.desk.kernel import queues, ties
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.outcomes import commands as outcomes
from udsyn.desk.rooms.parties.models import Person, User
from udsyn.desk.rooms.stays import letters, staying
from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.rooms.stays.rules import GUEST, HOST
from udsyn.desk.rooms.stays.states import TOOK_PLACE

#: months after the end of a stay at which it is asked what came of it
AFTER = (12, 36)
#: months after which it is too late to begin asking: stays of long ago are taken in, too
LATE = 6
#: whoever was asked so lately is not asked again
LATELY = dt.timedelta(days=30)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    raise ValueError(f"{day} has no day {months} months later")  # no month has fewer than 28 days


def step_of(row: Stay, today: dt.date) -> int | None:
    """The question that is due, in months after the end; None where none is, or it was asked."""
    due = (m for m in AFTER if months_later(row.last, m) <= today < months_later(row.last, m + LATE))
    return next((months for months in due if months > row.asked_after), None)


def ask_all() -> dict[str, Any]:
    """Write what is due today. Returns of how many stays somebody is asked."""
    today = timezone.localdate()
    failed: list[str] = []
    about = months_later(today, -AFTER[0]) + dt.timedelta(days=4)  # months differ in their last days
    ended = Stay.objects.filter(state__in=TOOK_PLACE, last__lte=about, asked_after__lt=AFTER[-1])
    due = [row for row in ended.select_related("keeper", "guest", "host") if step_of(row, today)]
    return {"stays_asked": queues.each(due, ask, failed), "failed": failed}


def ask(row: Stay) -> bool:
    """The question to guest and host, as far as they can be asked; says whether anybody is."""
    user = User.objects.filter(person=row.keeper_id, is_active=True).first() if row.keeper_id else None
    step = step_of(row, timezone.localdate())
    if user is None or step is None:
        return False
    people = {part: staying.known(row, part) for part in (GUEST, HOST)}
    asked = [person for person in people.values() if person is not None and may_ask(person)]
    with translation.override(row.language):
        for person in asked:
            outcomes.ask(person, Actor(user, str(user)), question(row, person))
    if asked:
        Stay.objects.filter(pk=row.pk).update(asked_after=step, **people)
    return bool(asked)


def may_ask(person: Person) -> bool:
    """They have an address, did not say that nobody shall follow their ties, and were not asked lately."""
    about = f"person:{person.pk}"
    refused = ties.Tie.objects.filter(Q(a_row=about, a_follow=False) | Q(b_row=about, b_follow=False))
    lately = about in outcomes.asked_since(timezone.now() - LATELY)
    return bool(person.email) and not lately and not refused.exists()


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

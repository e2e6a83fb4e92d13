"""Asking those who were brought together, some months later, what came of it: when, whom, and who they are here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import ties
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.outcomes import commands
from udsyn.desk.rooms.parties.models import Person

#: months after which it is too late to begin asking: what is of long ago is taken in, too
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


def ended_by(today: dt.date, months: int) -> dt.date:
    """Nothing that ended later is to be asked about so many months on; months differ in their last days."""
    return months_later(today, -months) + dt.timedelta(days=4)


def step_of(ended: dt.date, asked: int, today: dt.date, after: Iterable[int]) -> int | None:
    """The question that is due, in months `after` the end; None where none is, or one of it or later was `asked`."""
    due = (m for m in after if months_later(ended, m) <= today < months_later(ended, m + LATE))
    return max((months for months in due if months > asked), default=None)


def may_ask(person: Person) -> bool:
    """They have an address, did not say that nobody shall follow their ties, and were not asked lately."""
    about = f"person:{person.pk}"
    refused = ties.Tie.objects.filter(Q(a_row=about, a_follow=False) | Q(b_row=about, b_follow=False))
    lately = about in commands.asked_since(timezone.now() - LATELY)
    return bool(person.email) and not lately and not refused.exists()


def known(mail: str, orcid: str, given: str, family: str, purpose: str) -> Person | None:
    """The person here with this ORCID or address; made where nobody is, so that they can be asked later."""
    if not (mail or orcid):
        return None
    people = Person.objects.filter(merged_into__isnull=True)
    same = people.filter(orcid=orcid).first() if orcid else people.filter(email__iexact=mail).first()
    if same is not None:
        return same
    held = {"email": mail, "orcid": orcid, "purpose": purpose, "legal_basis": "public_task"}
    made = Person(given_name=given[:100], family_name=family[:100], **held)
    made.full_clean()
    stored: Person = kernel.write(made, Actor(), "create", None, reason=purpose)
    return stored

"""Handing in: in time or not, what is missing, the seal over everything, and leave to be late."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel.arrival import moment
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.programmes import case as cases
from udsyn.desk.rooms.programmes.letters import mail_receipt, reads, write_to
from udsyn.desk.rooms.programmes.models import Application, Finding
from udsyn.packs.clock import in_time


def not_in_time(row: Application) -> Any:
    """Why it may not be handed in at this moment; nothing where it may."""
    call, now = row.call, moment()
    if call.state != "published":
        return _("The call is not open.")
    if call.opens_at is not None and now < call.opens_at:
        return _("The call is not open yet.")
    deadline = call.pack.deadline
    if deadline is None or in_time(deadline, now) or (row.late_until is not None and now <= row.late_until):
        return None
    return _("The deadline has passed. What you wrote is kept.")


def may_submit(row: Application) -> Any:
    """Why it cannot be handed in now. Amendments that were asked for need no deadline."""
    if row.state == "draft" and (late := not_in_time(row)):
        return late
    if row.clashes.exists():
        return _("Somebody else wrote at the same time: choose what stands first.")
    lacks = list(cases.missing(row))
    return _("Still missing: %(things)s") % {"things": " · ".join(lacks)} if lacks else None


def submitted(row: Application, actor: Actor) -> None:
    """Seal it as it is, under the rules of now; amendments stay under the rules they were first handed in under."""
    row.submitted_at = moment() if row.submitted_at is None else row.submitted_at
    terms = row.terms or row.call.terms
    assert terms is not None  # a call has a version from when it was first stored
    row.terms, row.organisation = terms, row.employer
    row.sealed_case = cases.case_of(row) | {"applicant_is": who(row)}
    row.seal = cases.seal_of(row.sealed_case, terms.pack_text, row.submitted_at)
    Finding.objects.filter(application=row).delete()
    mail_receipt(row)


def who(row: Application) -> dict[str, str]:
    """The applicant as known today."""
    employer = row.employer or row.organisation_name
    return {"name": str(row.lead), "email": row.lead.email, "employer": str(employer)}


def changed_since(row: Application) -> dict[str, tuple[str, str]]:
    """What is another name, address or employer now than when it was handed in."""
    then = (row.sealed_case or {}).get("applicant_is", {})
    return {name: (then[name], now) for name, now in who(row).items() if name in then and then[name] != now}


def may_have_leave(row: Application) -> Any:
    call = row.call
    if call.pack.late is None:
        return _("The rules of this call give nobody leave to be late.")
    if call.closes_at is None or timezone.now() <= call.closes_at:
        return _("The deadline has not passed.")
    if timezone.now() > call.closes_at + dt.timedelta(call.pack.late.days):
        return _("The time in which leave can be given is over.")
    return None


def leave_given(row: Application, actor: Actor) -> None:
    assert row.call.closes_at is not None
    assert row.call.pack.late is not None
    row.late_until = row.call.closes_at + dt.timedelta(row.call.pack.late.days)
    with translation.override(reads(row)):
        write_to(row, _("You may hand in late"), _("You may still hand in until %(moment)s.") % {"moment": local(row)})


def local(row: Application) -> str:
    zone = row.call.pack.deadline.zone if row.call.pack.deadline else "UTC"
    return f"{row.late_until:%Y-%m-%d %H:%M} UTC ({zone})"


def returned(row: Application, actor: Actor) -> None:
    with translation.override(reads(row)):
        text = _("Your application is open for amendments. Please see the comments on its page, and hand it in again.")
        write_to(row, _("Your application is open for amendments"), text)

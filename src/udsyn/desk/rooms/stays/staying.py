"""What is done with a stay: it begins, is screened, the invitation leaves, it changes, ends, and is reported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from udsyn import packs
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.outcomes import asking
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.safeguards import commands as safeguards
from udsyn.desk.rooms.safeguards.models import Case
from udsyn.desk.rooms.stays import letters, links, order
from udsyn.desk.rooms.stays.models import Host, Stay, StayApplication, StayMoney, StayTask
from udsyn.desk.rooms.stays.models.fields import INCOMING
from udsyn.desk.rooms.stays.models.stays import PRACTICE
from udsyn.desk.rooms.stays.rules import GUEST, HOST, Linked
from udsyn.desk.rooms.stays.states import COMING

#: what is in people's calendars
IN_CALENDARS = ("first", "last", "place", "guest_name", "host_name", "host_organisation")


def linked(part: str, row: Any) -> Linked:
    """Whoever holds the link to this row, as an actor."""
    return Linked(name=_("by mail link"), part=part, row=row.pk)


# It begins -----------------------------------------------------------------------------------------------------------


def begin(row: StayApplication, host: Host, actor: Actor) -> Stay:
    """The stay of somebody who was given a place."""
    stay = Stay(
        direction=row.round.direction,
        guest_name=row.name,
        guest_email=row.email,
        guest_orcid=row.orcid,
        guest_organisation=row.institution,
        host_name=host.name,
        host_email=host.email,
        host_orcid=host.orcid,
        host_organisation=host.organisation,
        country=row.country if row.round.direction == INCOMING else row.round.agreement.country,
        first=row.first,
        last=row.last,
        field=row.field,
        adults=row.adults,
        children=row.children,
        agreement=row.round.agreement,
        application=row,
        keeper=row.round.officer,
        guest=row.person,
        language=row.language,
    )
    create(stay, actor)
    keep_grant(stay, row, actor)
    return stay


def keep_grant(stay: Stay, row: StayApplication, actor: Actor) -> None:
    """What the round's rules grant, as an amount of the stay with the clauses that cut it."""
    found = order.grant(row)
    if found is None or not found.amount:
        return
    cut = "; ".join(f"{said(one.says)} ({one.clause})" for one in found.cut)
    currency = found.currency or row.round.pack.currency or "DKK"
    money = StayMoney(stay=stay, kind_of="grant", text=cut[:200], amount=found.amount, currency=currency)
    kernel.save(money, actor)


@transaction.atomic
def create(row: Stay, actor: Actor) -> Stay:
    """Store a new stay with its list of what is to be ready."""
    if row.keeper_id is None and actor.person is not None:
        row.keeper_id = actor.person
    kernel.save(row, actor)
    if not row.stands_as:
        for one in packs.load(PRACTICE).values["checklist"]:
            task = StayTask(stay=row, code=one["code"], owner=one["owner"], due=row.first)
            kernel.write(task, actor, "create", None)
    return row


@transaction.atomic
def change(row: Stay, actor: Actor, *, many: dict[str, Any] | None = None) -> Stay:
    """Store a changed stay; where other people have it in their calendars, they get the entry anew."""
    before = Stay.objects.get(pk=row.pk)
    kernel.save(row, actor, many=many)
    if row.state in COMING and any(getattr(before, name) != getattr(row, name) for name in IN_CALENDARS):
        send_calendars(row, gettext_noop("The stay has changed; this entry replaces the one before."))
    return row


# Screening -----------------------------------------------------------------------------------------------------------


def case_of(row: Stay) -> Case | None:
    """The case of safeguards about a stay that counts."""
    cases = Case.objects.filter(about_kind=Stay.kind(), about_id=row.pk).exclude(state="void")
    return cases.order_by("-created").first()


def lacks_case(row: Stay) -> Any:
    return None if case_of(row) is None else _("There is a case of safeguards already.")


def screened(row: Stay, actor: Actor) -> None:
    """A case begins with what is known of the stay; a named person decides it in the room of safeguards."""
    case = Case(
        partner=row.partner or row.guest_name,
        country=row.country,
        purpose="guest",
        field=row.field,
        first=row.first,
        last=row.last,
        about_kind=Stay.kind(),
        about_id=row.pk,
    )
    safeguards.begin(case, actor)


def may_invite(row: Stay) -> Any:
    """Why the invitation cannot leave, besides what the gate of safeguards says."""
    if (reason := case_against(row, "invitation")) is not None:
        return reason
    if not row.guest_email:
        return _("The guest's e-mail is unknown.")
    today = timezone.localdate()
    earliest = row.starts_earliest(today)
    if earliest is not None and row.first < earliest:
        return _("The permit allows work from %(day)s at the earliest: move the first day.") % {
            "day": letters.day(earliest)
        }
    return None


def case_against(row: Stay, step: Any) -> Any:
    """What the rules of guests ask before a step, and whether the decision was about these days."""
    case = case_of(row)
    if case is None:
        return _("Open a case of safeguards first.")
    if (case.first, case.last) != (row.first, row.last):
        return _("The case of safeguards is about other days: decide anew.")
    return safeguards.before(step)(case)


def invited(row: Stay, actor: Actor) -> None:
    """The invitation goes into the outbox with both letters, the link to the guest's page, and the calendar file."""
    row.invited_on = timezone.localdate()
    row.guest, row.host = known(row, GUEST), known(row, HOST)
    with translation.override(row.language):
        text = _("Dear %(name)s\n\nHere is your invitation. Everything about the stay is on your own page:")
        below = ["\n\n", links.hole(GUEST, row), {"stay_letter": row.pk}, {"stay_calendar": row.pk}]
        letters.write(row, row.keeper_id, row.guest_email, _("Invitation"), text % {"name": row.guest_name}, below)
    with translation.override(row.host_language):
        text = _("Dear %(name)s\n\nYour guest %(guest)s is invited. What you have to do is on this page:")
        said = {"name": row.host_name, "guest": row.guest_name}
        below = ["\n\n", links.hole(HOST, row), {"stay_calendar": row.pk}]
        letters.write(row, row.keeper_id, row.host_email, str(row), text % said, below)
    if row.keeper is not None:
        send_calendar(row, row.keeper.email, gettext_noop("For the calendar."))


def known(row: Stay, part: str) -> Person | None:
    """Guest or host as a person here, by ORCID or address; made where nobody is, so that they can be asked later."""
    held: Person | None = getattr(row, part)
    mail, orcid, name = (getattr(row, f"{part}_{what}") for what in ("email", "orcid", "name"))
    given, _space, family = name.rpartition(" ")
    return held or asking.known(mail, orcid, given, family, "stay")


def send_calendars(row: Stay, text: str) -> None:
    """The entry as it is when the mail leaves, to everybody who has it."""
    mails = (row.guest_email, row.host_email, row.keeper.email if row.keeper else "")
    for mail in dict.fromkeys(filter(None, mails)):
        send_calendar(row, mail, text)


def send_calendar(row: Stay, mail: str, text: str) -> None:
    """The entry to one of them, with a word in their language (`text` is not translated yet)."""
    with translation.override(row.language_for(mail)):
        letters.write(row, row.keeper_id, mail, str(row), _(text), [{"stay_calendar": row.pk}])


# It takes place ------------------------------------------------------------------------------------------------------


def may_arrive(row: Stay) -> Any:
    today = timezone.localdate()
    if row.first > today:
        return _("It has not begun.")
    if row.permit == "yes" and row.permit_granted is None:
        return _("The residence permit is not granted: the guest may not work yet.")
    return case_against(row, "arrival")


def may_finish(row: Stay) -> Any:
    return _("It is not over.") if row.last > timezone.localdate() else None


def finished(row: Stay, actor: Actor) -> None:
    """The guest is asked for the report, on their own page."""
    days = int(packs.load(PRACTICE).values["report_days"])
    row.report_by = row.last + dt.timedelta(days=days)
    with translation.override(row.language):
        text = _("Dear %(name)s\n\nThank you for your stay. Please write your report by %(day)s, on your own page:") % {
            "name": row.guest_name,
            "day": letters.day(row.report_by),
        }
        letters.write(row, row.keeper_id, row.guest_email, _("Your report"), text, ["\n\n", links.hole(GUEST, row)])


def has_report(row: Stay) -> Any:
    if (reason := may_finish(row)) is not None:
        return reason
    return None if row.report.strip() else _("Write the report first.")


def told_all(row: Stay, actor: Actor) -> None:
    """What is in calendars is cancelled there."""
    if row.invited_on is not None:
        send_calendars(row, gettext_noop("The stay is cancelled."))


def is_refused(row: Stay) -> Any:
    case = case_of(row)
    return None if case is not None and case.state == "refused" else _("No case of safeguards was refused for it.")


# By mail link --------------------------------------------------------------------------------------------------------


@transaction.atomic
def tick(row: Stay, part: str, numbers: Iterable[int]) -> int:
    """Guest or host say that some of their own tasks are done; returns how many they were."""
    tasks = row.tasks.filter(owner=part, done_on__isnull=True, pk__in=list(numbers))
    for task in list(tasks):
        stored = StayTask.objects.get(pk=task.pk)
        task.done_on, task.done_by = timezone.localdate(), row.guest_name if part == GUEST else row.host_name
        kernel.write(task, linked(part, row), "change", stored)
    return len(tasks)


@transaction.atomic
def write_report(row: Stay, text: str, *, confirm: bool) -> Stay:
    """What the guest writes about the stay; confirmed, it is the report."""
    row = kernel.locked(row)
    if row.state not in ("arrived", "finished"):
        raise ValidationError(_("A report is written when the stay has begun, and once."))
    stored = Stay.objects.get(pk=row.pk)
    row.report = text[:5000]
    kernel.write(row, linked(GUEST, row), "change", stored)
    if confirm:
        kernel.perform(row, "report", linked(GUEST, row))
    return row

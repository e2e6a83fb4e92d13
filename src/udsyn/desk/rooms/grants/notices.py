"""What waits for whom in the room of grants, and what has a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.grants.models import Grant, GrantAccount, GrantChange, GrantReport, Payment
from udsyn.desk.web import feeds, inbox

SOON = dt.timedelta(days=60)  #: from when on what is owed is shown


def mine(actor: Actor, to: str = "grant__") -> Q:
    """Of grants that the actor holds, or looks after as the officer of the call."""
    return Q(**{f"{to}holder": actor.person}) | Q(**{f"{to}application__call__officer": actor.person})


def rows(model: Any, *states: str, to: str = "grant__") -> Callable[[Actor, dt.date], Any]:
    """Rows in these states of grants that are the actor's own."""

    def found(actor: Actor, today: dt.date) -> Any:
        seen = model.objects.visible_to(actor).filter(state__in=states)
        return seen.filter(mine(actor, to)) if actor.person else seen.none()

    return found


def awarded(actor: Actor, today: dt.date) -> Any:
    return Grant.objects.visible_to(actor).filter(state="awarded", holder=actor.person or 0).select_related("holder")


def to_take_up(row: Grant, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("a grant to take up"), None, today, action="take_up")


def changes(actor: Actor, today: dt.date) -> Any:
    """Changes that the officer decides."""
    found = rows(GrantChange, "asked")(actor, today)
    return found.filter(grant__application__call__officer=actor.person).select_related("grant__holder")


def to_decide(row: GrantChange, today: dt.date) -> inbox.Item:
    return inbox.item(
        row, _("a change of a grant to decide"), None, today, blocked=str(row.grant.holder), action="approve"
    )


def reports(actor: Actor, today: dt.date) -> Any:
    """What the holder owes soon."""
    found = GrantReport.objects.visible_to(actor).filter(state="open", due_on__lte=today + SOON)
    return found.filter(grant__holder=actor.person or 0).select_related("grant")


def to_report(row: GrantReport, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("a report to confirm"), row.due_on, today)


def reported(actor: Actor, today: dt.date) -> Any:
    found = rows(GrantReport, "sent")(actor, today)
    return found.filter(grant__application__call__officer=actor.person).select_related("grant__holder")


def to_accept(row: Any, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("to accept, or to send back"), None, today, blocked=str(row.grant.holder), action="accept")


def accounts(actor: Actor, today: dt.date) -> Any:
    """Accounts that the institution writes: those that the actor may."""
    if actor.staff:
        return GrantAccount.objects.none()
    found = GrantAccount.objects.visible_to(actor, "change").filter(ends__lte=today)
    return found.select_related("grant")


def to_account(row: GrantAccount, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("an account to write and sign"), row.due_on, today)


def uses(actor: Actor, today: dt.date) -> Any:
    found = GrantAccount.objects.visible_to(actor).filter(state="signed", grant__holder=actor.person or 0)
    return found.select_related("grant")


def to_confirm(row: GrantAccount, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("the use of a grant to confirm"), row.due_on, today, action="confirm_use")


def accounted(actor: Actor, today: dt.date) -> Any:
    found = rows(GrantAccount, "sent")(actor, today)
    return found.filter(grant__application__call__officer=actor.person).select_related("grant__holder")


def payments(actor: Actor, today: dt.date) -> Any:
    found = rows(Payment, "planned")(actor, today).filter(due_on__lte=today)
    return found.filter(grant__application__call__officer=actor.person).select_related("grant")


def to_pay(row: Payment, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("a payment that is due"), row.due_on, today, action="pay")


INBOX = (
    inbox.Source(awarded, to_take_up, "awarded_on"),
    inbox.Source(changes, to_decide, "created"),
    inbox.Source(reports, to_report, "due_on"),
    inbox.Source(reported, to_accept, "sent_on"),
    inbox.Source(accounts, to_account, "due_on"),
    inbox.Source(uses, to_confirm, "due_on"),
    inbox.Source(accounted, to_accept, "sent_on"),
    inbox.Source(payments, to_pay, "due_on"),
)


def dates(actor: Actor) -> Iterable[feeds.Date]:
    """Days on which the actor's own grants end, and on which reports and accounts are due."""
    if not actor.person:
        return
    for row in Grant.objects.visible_to(actor).filter(mine(actor, ""), state="running"):
        yield feeds.Date(f"grant-{row.pk}", str(row), row.ends, version=row.history.count(), changed=row.changed)
    for model in (GrantReport, GrantAccount):
        owed = model.objects.visible_to(actor).filter(mine(actor), state="open", due_on__isnull=False)
        for one in owed.select_related("grant"):
            uid, title = f"{model.kind()}-{one.pk}", f"{model._meta.verbose_name}: {one}"
            yield feeds.Date(uid, title, one.due_on, version=one.history.count(), changed=one.changed)

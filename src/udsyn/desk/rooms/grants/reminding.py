"""Reminders: a letter to whoever owes a report or an account, before its day and on it. The worker writes them each
night; each waits in the outbox of the call's officer, as all letters of a call do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel import queues
from udsyn.desk.kernel.permissions import CLIENT
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.grants.models import GrantAccount, GrantReport
from udsyn.desk.rooms.parties.models import Mandate
from udsyn.desk.rooms.parties.reading import language_of
from udsyn.desk.rooms.programmes.letters import write_to
from udsyn.desk.tools import addresses
from udsyn.packs.grants import GrantTerms

DAYS = GrantTerms(clause="", source="").remind_days  #: where the terms say nothing of it


def remind() -> dict[str, Any]:
    """Write what is due today. Returns how many letters that made."""
    failed: list[str] = []
    return {"grants_reminded": queues.each(owed(), remind_of, failed), "failed": failed}


def owed() -> Iterator[GrantReport | GrantAccount]:
    """What has a day and was not sent yet."""
    for model, states in ((GrantReport, ("open",)), (GrantAccount, ("open", "signed"))):
        rows = model.objects.filter(state__in=states, due_on__isnull=False, grant__state__in=("running", "stopped"))
        yield from rows.select_related("grant__application__call", "grant__holder", "grant__terms")


def step_of(row: GrantReport | GrantAccount, today: dt.date) -> int | None:
    """The reminder that is due: so many days before. None while it is early, or where it was written."""
    if row.due_on is None:
        return None
    says, left = row.grant.says, (row.due_on - today).days
    passed = [days for days in (says.remind_days if says else DAYS) if left <= days]
    step = min(passed, default=None)
    return step if step is not None and (row.reminded is None or step < row.reminded) else None


def remind_of(row: GrantReport | GrantAccount) -> bool:
    step = step_of(row, timezone.localdate())
    if step is None or row.due_on is None:
        return False
    application = row.grant.application
    page = (RESOURCES[row.kind()].slug, row.pk)
    for name, address, language in recipients(row):
        with translation.override(language):
            told = {"number": row.grant.number, "title": row.grant.title, "day": formats.date_format(row.due_on)}
            if isinstance(row, GrantReport):
                text = _("The report of “%(title)s” (%(number)s) is due on %(day)s. What the record says is filled in.")
                subject = _("A report is due: %(number)s")
            else:
                text = _("Accounts of “%(title)s” (%(number)s) are due on %(day)s.")
                subject = _("Accounts are due: %(number)s")
            below: list[Any] = ["\n\n", addresses.of_page(language, "detail", *page)]
            head = _("Dear %(name)s") % {"name": name}
            write_to(application, subject % told, text % told, address, below, head)
    type(row).objects.filter(pk=row.pk).update(reminded=step)
    return True


def recipients(row: GrantReport | GrantAccount) -> list[tuple[str, str, str]]:
    """Name, address and language of the holder, who reports; of accounts, of those who act for the institution."""
    holder, language = row.grant.holder, row.grant.application.language
    if isinstance(row, GrantReport):
        lead = row.grant.application.lead
        return [(str(lead), lead.email, language)]
    place = Mandate.objects.filter(role=CLIENT, scope=f"organisation:{row.grant.administrator_id}")
    users = [one.user for one in place.filter(Mandate.on(timezone.localdate())).select_related("user")]
    found = [(str(user), user.email, language_of(user.person)) for user in users if user.is_active]
    return found or [(str(holder), holder.email, language)]

"""What waits for whom in the room of programmes, and what has a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import OFFICER, Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.rooms import Number
from udsyn.desk.rooms.programmes.models import Application, Call
from udsyn.desk.web import feeds, inbox


def drafts(actor: Actor, today: dt.date) -> Any:
    """Applications that the actor writes and that are not handed in. Officers of calls write none."""
    if OFFICER in actor.roles:
        return Application.objects.none()
    return Application.objects.visible_to(actor, "change").filter(call__state="published").select_related("call")


def draft(row: Application, today: dt.date) -> inbox.Item:
    due = timezone.localdate(row.call.closes_at) if row.call.closes_at and row.state == "draft" else None
    return inbox.item(row, _("an application to hand in"), due, today, action="submit")


def to_screen(actor: Actor, today: dt.date) -> Any:
    """Applications of the actor's own calls that nobody has screened."""
    if not actor.staff or actor.person is None:
        return Application.objects.none()
    found = Application.objects.visible_to(actor, "private").filter(state="submitted", call__officer=actor.person)
    return found.select_related("call", "lead")


def screened(row: Application, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("an application to screen"), None, today, blocked=str(row.lead))


def handed_in(actor: Actor, _today: dt.date) -> Number | None:
    """To whoever applies: how many applications are handed in, and how many are drafts."""
    if actor.person is None or actor.staff:
        return None
    own = Application.objects.visible_to(actor).filter(lead=actor.person).exclude(state="withdrawn")
    held = dict(own.order_by().values_list("state").annotate(Count("pk")))
    if not held:
        return None
    begun, unsent = sum(held.values()), held.get("draft", 0)
    course = ((str(_("handed in")), float(begun - unsent)), (str(_("draft")), float(unsent)))
    note = _("of %(n)s that you began") % {"n": begun}
    return Number(_("applications handed in"), begun - unsent, RESOURCES["application"].list_url, course, note)


def dates(actor: Actor) -> Iterable[feeds.Date]:
    """Deadlines of calls under which the actor writes, or which are theirs."""
    ours = Call.objects.visible_to(actor).filter(closes_at__isnull=False, state="published")
    writing = Application.objects.visible_to(actor, "change").values("call") if actor.signed_in else ()
    for call in ours.filter(pk__in=writing) | ours.filter(officer=actor.person or 0):
        yield feeds.Date(
            f"call-{call.pk}",
            str(call),
            call.closes_at,
            version=call.history.count(),
            changed=call.changed,
            text=RESOURCES["call"].url(call),
        )


INBOX = (inbox.Source(drafts, draft, "call__closes_at"), inbox.Source(to_screen, screened, "submitted_at"))

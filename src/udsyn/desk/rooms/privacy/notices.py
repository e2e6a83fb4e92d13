"""Which privacy requests and breaches wait for an answer, and by when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import MINISTRY, Actor
from udsyn.desk.rooms.privacy.models import Breach, PrivacyRequest
from udsyn.desk.web import inbox


def waiting(actor: Actor, today: dt.date) -> Any:
    found = PrivacyRequest.objects.visible_to(actor).filter(state="received").select_related("person")
    return found if MINISTRY.allows(actor, None) else found.none()


def item(row: PrivacyRequest, today: dt.date) -> inbox.Item:
    return inbox.item(row, _("somebody asks about their data"), row.due, today)


def breaches(actor: Actor, today: dt.date) -> Any:
    found = Breach.objects.visible_to(actor).filter(state="open")
    return found if MINISTRY.allows(actor, None) else found.none()


def breach(row: Breach, today: dt.date) -> inbox.Item:
    day = timezone.localdate(row.notify_by) if row.notify_by else None
    return inbox.item(row, _("a breach of personal data to judge within 72 hours"), day, today)


INBOX = (inbox.Source(waiting, item, "due"), inbox.Source(breaches, breach, "notify_by"))

"""What the last round of an agreement on stays did, as applicants to the next one read it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel.lately import told, went_on
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.rooms.stays.models import Round, Stay
from udsyn.desk.rooms.stays.states import TOOK_PLACE


def last_round(row: Round) -> Round | None:
    """The newest round of the same agreement whose places were given before this one opened."""
    seen = Round.objects.visible_to(NOBODY).filter(agreement=row.agreement, state="settled").exclude(pk=row.pk)
    if row.opened_on:
        seen = seen.filter(settled_on__lte=row.opened_on)
    found: Round | None = seen.order_by("-settled_on", "-pk").first()
    return found


def did(row: Round) -> dict[str, Any] | None:
    """The last round and what it did, line by line; None where there is none."""
    last = last_round(row)
    if last is None:
        return None
    handed_in = last.applications.filter(submitted_on__isnull=False).count()
    stays = Stay.objects.filter(application__round=last)
    lines = [
        (_("applications handed in"), told(handed_in)),
        (_("stays that took place"), told(stays.filter(state__in=TOOK_PLACE).count())),
        (_("pairs that went on writing together"), went_on(last, timezone.localdate())),
    ]
    return {"round": last, "lines": lines}

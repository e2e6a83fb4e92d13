"""What the last call of a programme did, as applicants to the next one read it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel.lately import told, went_on
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.rooms.programmes.models import Call


def last_call(call: Call) -> Call | None:
    """The newest call of the same programme that closed before this one, and that everybody may see."""
    seen = Call.objects.visible_to(NOBODY).filter(programme=call.programme, state__in=("published", "decided"))
    closed = seen.filter(closes_at__lt=call.closes_at or timezone.now()).exclude(pk=call.pk)
    found: Call | None = closed.filter(closes_at__lt=timezone.now()).order_by("-closes_at", "-pk").first()
    return found


def did(call: Call) -> dict[str, Any] | None:
    """The last call and what it did, line by line; None where there is none. What is not known yet is said."""
    last = last_call(call)
    if last is None:
        return None
    handed_in = last.applications.filter(submitted_at__isnull=False).count()
    awarded = last.applications.filter(assessed__outcome="award").count()
    lines = [
        (_("applications handed in"), told(handed_in)),
        (_("applications awarded"), told(awarded) if last.state == "decided" else _("not decided yet")),
        (_("pairs that went on writing together"), went_on(last, timezone.localdate())),
    ]
    return {"call": last, "lines": lines}

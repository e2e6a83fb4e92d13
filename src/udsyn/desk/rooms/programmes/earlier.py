"""What the last call of a programme did, as applicants to the next one read it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import dossiers
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.rooms.programmes.models import Call

FEW = 5  #: no number below is told of people


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
    lines = [(_("applications handed in"), told(handed_in))]
    if last.state == "decided":
        lines.append((_("applications awarded"), told(last.applications.filter(assessed__outcome="award").count())))
    else:
        lines.append((_("applications awarded"), _("not decided yet")))
    came = dossiers.together(dossiers.came(dossiers.scope_of(last), timezone.localdate()).values())
    if came.old >= FEW:
        known = {"part": came.lasting, "whole": came.old, "missing": came.pairs - came.old}
        words = _("%(part)s of %(whole)s; of %(missing)s it cannot be told yet") % known
    else:
        words = _("not known: too few pairs are old enough to tell")
    lines.append((_("pairs that went on writing together"), words))
    return {"call": last, "lines": lines}


def told(number: int) -> Any:
    return number if number >= FEW else _("fewer than five")

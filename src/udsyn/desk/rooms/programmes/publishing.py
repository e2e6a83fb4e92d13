"""The rules of a call: written in versions, and what stands against publishing or cancelling it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.programmes.models import Call, Terms


@transaction.atomic
def write_call(row: Call, actor: Actor, *, many: Any = None) -> Call:
    """Store a call; rules that differ from the newest version are another version."""
    kernel.save(row, actor, many=many)
    newest = row.terms
    if newest is None or newest.pack_text != row.pack_text:
        kernel.save(Terms(call=row, number=1 if newest is None else newest.number + 1, pack_text=row.pack_text), actor)
    return row


def has_rules(call: Call) -> Any:
    pack = call.pack
    if not pack.questions:
        return _("The rules ask no questions yet.")
    if pack.deadline is not None and call.closes_at is not None and call.closes_at < timezone.now():
        return _("The call would be closed before it opens.")
    return None


def nobody_applied(call: Call) -> Any:
    if call.applications.exclude(state__in=("draft", "withdrawn")).exists():
        return _("Applications have come in: decide them.")
    return None

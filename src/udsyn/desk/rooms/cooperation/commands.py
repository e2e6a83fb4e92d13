"""Verbs of the cooperation room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.cooperation.models import ActionPoint, Meeting


@dataclass(frozen=True)
class Promise:
    """An action point as it is taken down in a meeting."""

    text: str
    owner: Any = None
    due: date | None = None


@transaction.atomic
def record_meeting(
    meeting: Meeting, actor: Actor, *, minutes: str, decisions: str, promises: Iterable[Promise] = ()
) -> list[ActionPoint]:
    """Write down what a meeting decided: minutes, decisions and action points, all or nothing.

    A planned meeting becomes held. Raises `Refused` or `ValidationError` as the shared verbs do.
    """
    if meeting.state == "cancelled":
        raise ValidationError(_("The meeting was cancelled."))
    if meeting.state == "minuted":
        raise ValidationError(_("The minutes are agreed; reopen them first."))
    meeting.minutes, meeting.decisions = minutes, decisions
    commands.save(meeting, actor)
    if meeting.state == "planned":
        commands.perform(meeting, "hold", actor)
        meeting.refresh_from_db()
    agreement = meeting.committee.agreement
    return [
        commands.save(ActionPoint(agreement=agreement, meeting=meeting, text=p.text, owner=p.owner, due=p.due), actor)
        for p in promises
    ]

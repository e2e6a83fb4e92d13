"""Events on the pages of what they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.events.models import Event


def of(field: str) -> Callable[[Any, Actor], Panel | None]:
    """The events of a row of another room, as far as the reader sees them."""

    def panel(row: Any, actor: Actor) -> Panel | None:
        events = Event.objects.visible_to(actor).filter(**{field: row.pk})[:20]
        return Panel(_("Events"), "events/_panel.html", {"events": events}) if events else None

    return panel


PANELS = tuple((kind, of(kind)) for kind in ("country", "agreement", "centre", "programme", "request"))

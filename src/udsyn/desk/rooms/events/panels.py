"""Events on the pages of what they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.events.models import Event


@kept
def below(actor: Actor, field: str, *, given: int) -> Any:
    return Event.objects.visible_to(actor).filter(**{field: given})[:20]


def of(field: str) -> Callable[[Any, Actor], Panel | None]:
    """The events of a row of another room, as far as the reader sees them."""

    def panel(row: Any, actor: Actor) -> Panel | None:
        events = below(actor, field, given=row.pk)
        return Panel(_("Events"), "events/_panel.html", {"events": events}) if events else None

    return panel


PANELS = tuple((kind, of(kind)) for kind in ("country", "agreement", "centre", "programme", "request"))

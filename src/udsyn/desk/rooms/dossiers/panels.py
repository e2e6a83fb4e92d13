"""What the page of a row that is decided upon shows: its dossier as it stands, and those that were sealed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.dossiers.models import Dossier


def sealed_of(row: Any, actor: Actor) -> Any:
    return Dossier.objects.visible_to(actor).filter(of_kind=type(row).kind(), of_id=row.pk)


def panel(row: Any, actor: Actor) -> Panel | None:
    if not actor.staff:
        return None
    values = {"kind": type(row).kind(), "row": row, "sealed": sealed_of(row, actor)}
    return Panel(_("Dossier"), "dossiers/_panel.html", values)

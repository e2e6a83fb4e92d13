"""What the list of sealed dossiers shows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Column, Resource, columns
from udsyn.desk.rooms.dossiers import sealing
from udsyn.desk.rooms.dossiers.models import Dossier

HEADING = _("What came of it")


def context(row: Dossier, actor: Actor) -> dict[str, Any]:
    return {"page": sealing.page_of(row), "holds": sealing.holds(row), "about": row.parent}


LISTS = (
    Resource(
        Dossier,
        "dossiers",
        HEADING,
        (
            *columns(Dossier, "about", "decision", "day"),
            Column("reason", _("reason"), in_list=False, long=True),
            *columns(Dossier, "decided_by"),
            Column("seal", _("seal"), in_list=False, on_page=False),
        ),
        search=("about",),
        filters=("day",),
        select=("decided_by",),
        template="dossiers/sealed.html",
        context=context,
        attach=False,
    ),
)

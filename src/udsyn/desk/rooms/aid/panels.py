"""What an organisation's page shows of its aid."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.aid import views
from udsyn.desk.rooms.aid.models import Aid
from udsyn.desk.rooms.parties.models import Organisation


def of_organisation(row: Organisation, actor: Actor) -> Panel | None:
    """Its room today; nothing where it stands in no line of the ledger."""
    if not actor.staff or not Aid.objects.filter(undertaking=row).exists():
        return None
    return Panel(_("De minimis aid"), "aid/_room.html", views.shown(row, timezone.localdate()) | {"undertaking": row})

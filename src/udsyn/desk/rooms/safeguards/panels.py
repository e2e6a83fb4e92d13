"""What an organisation's page shows of the lists."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence import listed
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.rooms.safeguards.verdicts import shown


def of_organisation(row: Organisation, actor: Actor) -> Panel | None:
    """What stands against it and what does not; nothing where no list is loaded or none names it."""
    if not actor.staff:
        return None
    found = listed.ask(row.name, row.country.code if row.country else None, timezone.localdate(), row.ror)
    return Panel(_("Safeguards"), "safeguards/_verdicts.html", {"verdicts": shown(found)}) if found else None

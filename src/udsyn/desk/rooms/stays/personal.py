"""What the room of stays holds of people: applicants, guests, hosts, and colleagues who look after them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.personal import Keep, Personal, Purpose, colleagues
from udsyn.desk.rooms.stays.models import Host, Round, Stay, StayApplication, StayMoney, StayTask, Wish

GIVING = Purpose(_("to give places for stays"), recipients=_("the hosts, as far as the round's order shows it"))
RECEIVING = Purpose(_("to receive a guest, and to ask later what came of the stay"), recipients=_("guest and host"))
#: books are kept five years; what came of a stay is asked after three
YEARS = 5
WITH_STAY = (Keep("stay__last", years=YEARS, says=_("five years after the stay")),)

PERSONAL = (
    Personal(
        StayApplication,
        GIVING,
        subject=("person",),
        address=("email",),
        called=("name",),
        fields=("name", "email", "orcid", "institution", "project", "doctorate_on", "reason"),
        keep=(Keep("last", years=YEARS, says=_("five years after the stay")),),
    ),
    Personal(Wish, GIVING, subject=("application__person",), fields=("statement",)),
    Personal(Host, GIVING, address=("email",), called=("name",), fields=("name", "email", "orcid")),
    Personal(
        Stay,
        RECEIVING,
        subject=("guest",),
        address=("guest_email",),
        called=("guest_name",),
        fields=("guest_name", "guest_email", "guest_orcid", "guest_organisation", "orcid_entry", "report", "note"),
        sensitive=("note",),
        keep=(Keep("last", years=YEARS, says=_("five years after the stay")),),
    ),
    Personal(
        Stay,
        RECEIVING,
        subject=("host",),
        address=("host_email",),
        called=("host_name",),
        fields=("host_name", "host_email", "host_orcid"),
    ),
    Personal(StayTask, RECEIVING, subject=("stay__guest", "stay__host"), fields=("text", "done_by"), keep=WITH_STAY),
    Personal(StayMoney, RECEIVING, subject=("stay__guest",), fields=("text", "basis"), keep=WITH_STAY),
    colleagues(Round, "officer"),
    colleagues(Stay, "keeper"),
)

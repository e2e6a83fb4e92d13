"""What lists of aid show, forms ask and exports hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.resources import Importing, Resource, columns
from udsyn.desk.rooms.aid.models import Aid, AidLink, Reshaping

AID = _("De minimis aid")
ASKED = (
    *("undertaking", "amount", "regulation", "granted_on", "used_by", "authority", "instrument", "sector", "number"),
    *("entry", "keeper"),
)

LISTS = (
    Resource(
        Aid,
        "aid",
        AID,
        columns(
            Aid,
            *("undertaking", "amount", "state", "granted_on", "register_by", "regulation"),
            *("used_by", "authority", "instrument", "sector", "number", "registered_on", "entry", "keeper"),
            hidden=("used_by", "authority", "instrument", "sector", "number", "registered_on", "entry", "keeper"),
        ),
        form=ASKED,
        search=("undertaking", "number", "entry"),
        filters=("state", "regulation", "granted_on", "register_by"),
        select=("undertaking__country", "used_by", "keeper"),
        importing=Importing(
            likely=("undertaking", "granted_on", "amount"),
            words={"undertaking": ("virksomhed", "company"), "amount": ("beløb",), "granted_on": ("bevilget",)},
        ),
    ),
    Resource(
        AidLink,
        "aid-links",
        AID,
        columns(AidLink, "a", "b", "starts", "ends", "source"),
        form=("a", "b", "starts", "ends", "source"),
        search=("a", "b"),
        select=("a", "b"),
    ),
    Resource(
        Reshaping,
        "mergers-and-splits",
        AID,
        columns(Reshaping, "day", "kind_of", "before", "after", "share", "source"),
        form=("kind_of", "day", "before", "after", "share", "source"),
        search=("before", "after"),
        filters=("kind_of",),
        select=("before", "after"),
    ),
)

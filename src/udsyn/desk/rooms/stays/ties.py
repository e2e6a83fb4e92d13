"""The ties that stays made: guest and host, from the first day; and those that were refused or fell through."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from udsyn.desk.kernel.ties import CANCELLED, MADE, REFUSED, End, Said
from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.rooms.stays.models.fields import INCOMING
from udsyn.desk.rooms.stays.rules import GUEST, HOST
from udsyn.desk.rooms.stays.states import TOOK_PLACE

STATUSES = {
    **dict.fromkeys(TOOK_PLACE, MADE),
    "refused": REFUSED,
    **dict.fromkeys(("declined", "cancelled"), CANCELLED),
}


def ties() -> Iterator[Said]:
    """A tie of each stay that took place, was refused or fell through. What is still to come is none."""
    for row in Stay.objects.filter(state__in=STATUSES).select_related("country", "guest", "host"):
        home, partner = (HOST, GUEST) if row.direction == INCOMING else (GUEST, HOST)
        abroad = row.country.code if row.country else ""
        yield Said(
            row, "stay", row.first, end(row, home, settings.HOME), end(row, partner, abroad), status=STATUSES[row.state]
        )


def end(row: Stay, part: str, country: str) -> End:
    person = getattr(row, part)
    return End(
        name=getattr(row, f"{part}_name"),
        role=part,
        country=country,
        orcid=getattr(row, f"{part}_orcid") or (person.orcid if person else ""),
        row=f"person:{person.pk}" if person else "",
    )

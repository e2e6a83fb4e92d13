"""What the pages of a partner country and of a request show of technology."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence import inventing
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.kernel.rooms import Shown
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.rooms.technology import offers

#: Offers that the page of a request shows.
SHOWN = 3


def of_country(row: Country, _actor: Actor) -> Panel | None:
    """The way to the public page; nothing for home itself, or where no patents are held."""
    if row.code == settings.HOME or inventing.record() is None:
        return None
    return Panel(_("Technology"), "technology/_country.html", {"country": row})


def of_request(row: Any, actor: Actor) -> Panel | None:
    """For a request: which firms of its partner build on our science, and what is offered that fits its words."""
    if not actor.can("change", row) or row.state not in OPEN or row.partner.code == settings.HOME:
        return None
    fitting = offers.fitting_request(row, SHOWN)
    if not fitting and inventing.record() is None:
        return None
    values = {"request": row, "patents": inventing.record() is not None, "fitting": fitting}
    return Panel(_("Technology"), "technology/_request.html", values)


def shown() -> Iterable[Shown]:
    """What is offered and looked for, for everybody."""
    for offer in offers.open_offers():
        closes = offer.expires and timezone.make_aware(dt.datetime.combine(offer.expires, dt.time.max))
        url = reverse("technology_offer", args=[offer.pk])
        countries = (offer.country.code,) if offer.country.code != settings.HOME else tuple(offers.codes_of(offer))
        yield Shown(offer.get_kind_of_display(), offer.title, url, countries, closes=closes, words=offer.text)

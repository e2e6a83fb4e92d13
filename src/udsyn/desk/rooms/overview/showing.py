"""What everybody may know, gathered from the rooms: what is open now, and what a search for everybody finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel import queues
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.kernel.rooms import Shown, rooms
from udsyn.desk.kernel.search import fold, held_by, words
from udsyn.desk.rooms.overview.partners import partners
from udsyn.desk.rooms.parties.models import Country


def openings() -> Iterator[Shown]:
    """What can be joined while it is open."""
    return told(room.opens for room in rooms())


def shown() -> Iterator[Shown]:
    """Everything."""
    return told((*room.opens, *room.shows) for room in rooms())


def told(makers: Iterable[Iterable[Callable[[], Iterable[Shown]]]]) -> Iterator[Shown]:
    """What the makers say. One that fails is told to the administrator, and hides no other."""
    for make in (make for of_room in makers for make in of_room):
        try:
            yield from list(make())
        except Exception as error:
            queues.told(f"what {make} shows to everybody", error)


def open_now(now: dt.datetime, among: Iterable[Shown] | None = None, country: str = "") -> list[Shown]:
    """What is open, the first to close first; with a country, what is open for working with it."""
    here = [one for one in (openings() if among is None else among) if one.is_open(now)]
    mine = [one for one in here if not country or not one.countries or country in one.countries]
    return sorted(mine, key=lambda one: (one.closes or now, one.title))


def names_of(country: Country) -> str:
    """Its names in all languages."""
    return " ".join(map(str, country.name.data.values()))


def found(question: str) -> list[Shown]:
    """What holds every word of the question, in any order and without its accents; the title's finds come first."""
    asked = words(question)
    names = {country.code: names_of(country) for country in Country.objects.all()}
    hits = []
    for one in shown() if asked else ():
        title = fold(one.title)
        text = " ".join((title, fold(one.words), fold(str(one.kind)), *(fold(names.get(c, c)) for c in one.countries)))
        if held_by(text, asked):
            hits.append((not held_by(title, asked), title, one))
    return [one for _rank, _title, one in sorted(hits, key=lambda hit: hit[:2])]


def panels(page: str, country: Country | None = None) -> list[Panel]:
    """What the rooms add to a public page."""
    makers = (make for room in rooms() for named, make in room.public if named == page)
    return [panel for make in makers if (panel := make(country, NOBODY)) is not None]


def partners_and_agreements() -> Iterator[Shown]:
    """Each partner and its agreements, found by their fields too."""
    for one in partners(NOBODY, timezone.localdate()):
        url, code = reverse("partner_country", args=[one.country.code]), one.country.code
        yield Shown(_("partner country"), str(one.country), url, (code,), words=names_of(one.country))
        for agreement in one.agreements:
            yield Shown(_("agreement"), str(agreement), url, (code,), words=agreement.fields_named)

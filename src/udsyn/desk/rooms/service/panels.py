"""What other rooms' pages show of the service room."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from udsyn.desk.kernel import remembering
from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Panel
from udsyn.desk.rooms.parties.models import Country, Organisation, Person
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import commands
from udsyn.desk.rooms.service.models import THEMES, Introduction, Outcome, Request
from udsyn.desk.rooms.service.states import OPEN
from udsyn.desk.tools import outbox


def served(organisation: Organisation | None, besides: Request | None = None) -> list[dict[str, Any]]:
    """Who serves an organisation now, by centre or country: since when, about which theme, who to ask. Never what was
    written."""
    if organisation is None:
        return []
    rows = Request.objects.filter(organisation=organisation, state__in=OPEN)
    rows = rows.exclude(pk=besides.pk) if besides else rows
    told = rows.exclude(pk__in=rows.filter(competitors__isnull=False).values("pk")).order_by()
    begun = told.values_list("centre", "country", "theme", "handler").annotate(since=Min("received"))
    lines = list(begun.order_by("since"))
    centres = Centre.objects.in_bulk({line[0] for line in lines if line[0]})
    countries = Country.objects.in_bulk({line[1] for line in lines if not line[0]})
    people = Person.objects.in_bulk({line[3] for line in lines if line[3]})
    themes = dict(THEMES)
    found: dict[Any, dict[str, Any]] = {}
    for centre, country, theme, handler, since in lines:
        where = centres[centre] if centre else countries[country]
        entry = found.setdefault(where, {"where": where, "since": since, "themes": {}, "ask": {}})
        entry["themes"] |= {} if theme == "unknown" else {theme: themes[theme]}
        entry["ask"] |= {handler: people[handler]} if handler else {}
    return [entry | {name: list(entry[name].values()) for name in ("themes", "ask")} for entry in found.values()]


def organisation_panel(row: Organisation, actor: Actor) -> Panel | None:
    if not actor.staff:
        return None
    found = served(row)
    return Panel(_("Served now by"), "service/_served.html", {"served": found}) if found else None


def country_panel(row: Country, actor: Actor) -> Panel | None:
    """Requests about a country and what came of them: numbers for all colleagues, rows for who may see them."""
    if not actor.staff:
        return None
    shown = list(open_about(actor, given=row.pk))  # few: only they are read with all that they link to
    values = {
        **numbers(row),
        "requests": RESOURCES["request"].rows(actor).filter(pk__in=shown),
        "outcomes": came_about(actor, given=row.pk),
    }
    return Panel(_("Requests and outcomes"), "service/_country.html", values)


@kept
def open_about(actor: Actor, *, given: int) -> Any:
    """The numbers of the first open requests about a country."""
    rows = Request.objects.visible_to(actor).filter(commands.about(given), state__in=OPEN)
    return rows.values_list("pk", flat=True)[:8]


@kept
def came_about(actor: Actor, *, given: int) -> Any:
    return Outcome.objects.visible_to(actor).filter(came(given))[:8]


@remembering.told
def numbers(country: Country) -> dict[str, int]:
    """How many requests about a country there are, introductions that both sides wanted, and confirmed outcomes."""
    requests = Request.objects.filter(commands.about(country))
    agreed = Introduction.objects.filter(commands.about(country, "candidate__request__"), agreed_at__isnull=False)
    return {
        **requests.aggregate(all=Count("pk"), open=Count("pk", filter=Q(state__in=OPEN))),
        "agreed": agreed.count(),
        "came": Outcome.objects.filter(came(country)).count(),
    }


def came(country: Country | int) -> Q:
    return Q(commands.came_about(country, "request__"), state="confirmed")


def message_panel(row: Message, actor: Actor) -> Panel | None:
    """What follows a text as the code wrote it. Links and files are named; they are filled only as the mail leaves."""
    if not row.below:
        return None
    runs = [{"text": run} if isinstance(run, str) else {"what": outbox.kind_of(run)} for run in row.below]
    return Panel(_("Put below the text when it leaves"), "service/_below.html", {"runs": runs})

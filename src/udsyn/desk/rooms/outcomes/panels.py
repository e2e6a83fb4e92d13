"""What the pages of a partner country, a person and an instrument show of ties and finds."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.finds import CONFIRMED, Find
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.remembering import remembered
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.kernel.ties import COUNTRY, MADE, Tie
from udsyn.desk.rooms.outcomes import commands, sets
from udsyn.desk.rooms.parties.models import Country, Person
from udsyn.desk.rooms.service.commands import about
from udsyn.desk.rooms.service.models import Outcome

SHOWN = 8
FOUND_KINDS = (
    ("work", _("publications after them")),
    ("grant", _("grants")),
    ("project", _("projects")),
    ("patent", _("patents")),
)


def country_panel(row: Country, actor: Actor) -> Panel | None:
    """What came of ties with a partner: numbers for all colleagues, finds for those who see the ties."""
    if not actor.staff:
        return None
    numbers = numbers_of(row)
    if not numbers["ties"]:
        return None
    values = {
        **numbers,
        "numbers": {what: numbers[what] for what, _label in FOUND_KINDS},
        "shown": [(label, numbers[what], sets.address(country=row.code, what=what)) for what, label in FOUND_KINDS],
        "outcomes": Outcome.objects.visible_to(actor).filter(came(row))[:SHOWN],
        "finds": (found(row) & Find.objects.visible_to(actor)).select_related("tie")[:SHOWN],
    }
    return Panel(_("What came of ties"), "outcomes/_country.html", values)


@remembered
def numbers_of(country: Country) -> dict[str, int]:
    """How many ties there are with a partner, what was found after them, and other outcomes that are confirmed."""
    finds = found(country)
    return {
        **counted(Tie.objects.filter(sets.of_country(country.code), status=MADE)),
        **{what: count_of(finds, what) for what, _label in FOUND_KINDS},
        "confirmed": finds.filter(state=CONFIRMED).values("what", "ident").distinct().count(),
        "came": Outcome.objects.filter(came(country)).count(),
    }


def made(country: Country) -> Q:
    """What hangs on a tie with the partner that came about."""
    return Q(sets.of_country(country.code, "tie__"), tie__status=MADE)


def found(country: Country) -> Any:
    return Find.objects.filter(made(country), state__in=sets.COUNTS)


def came(country: Country) -> Q:
    return Q(made(country) | about(country, "request__"), state="confirmed")


def counted(ties: Any) -> dict[str, int]:
    """How many ties there are, how many of them can be followed, and of how many the record was asked."""
    followed = ~Q(level=COUNTRY)
    numbers: dict[str, int] = ties.aggregate(
        ties=Count("pk"),
        followed=Count("pk", filter=followed),
        asked=Count("pk", filter=followed & Q(before__isnull=False)),
    )
    return numbers


def count_of(found: Any, what: str) -> int:
    """How many different works, grants or projects: one of several ties counts once."""
    number: int = found.filter(what=what).order_by().values("ident").distinct().count()
    return number


def person_panel(row: Person, actor: Actor) -> Panel | None:
    """A person's ties, and the button that asks them; to the person themselves, the way to their own page."""
    own = actor.person == row.pk
    if not (actor.staff or own):
        return None
    held = commands.ties_of(row)
    ties = list(Tie.objects.visible_to(actor).filter(pk__in=held).prefetch_related("finds")) if actor.staff else []
    if not (ties or (own and held.exists())):
        return None
    return Panel(_("Ties"), "outcomes/_person.html", {"ties": ties, "person": row, "own": own, "staff": actor.staff})


def instrument_panel(row: Any, actor: Actor) -> Panel | None:
    """The ties that an instrument made, each with what came of it."""
    if not actor.staff:
        return None
    made = Tie.objects.filter(kind=type(row).kind(), object_id=row.pk).exclude(status="gone")
    ties: list[Any] = list(made.prefetch_related("finds", "outcomes")[:SHOWN])
    for tie in ties:
        tie.counted = [find for find in tie.finds.all() if find.state in sets.COUNTS]
    return Panel(_("Ties"), "outcomes/_instrument.html", {"ties": ties}) if ties else None

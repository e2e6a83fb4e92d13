"""What the pages of a partner country and of a person show of ties and finds."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.finds import CONFIRMED, FOUND, Find
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.kernel.ties import MADE, Tie
from udsyn.desk.rooms.outcomes import commands
from udsyn.desk.rooms.parties.models import Country, Person

SHOWN = 8


def country_panel(row: Country, actor: Actor) -> Panel | None:
    """What came of ties with a partner: numbers for all colleagues, finds for those who see the ties."""
    if not actor.staff:
        return None
    ties = Tie.objects.filter(Q(a_country=row.code) | Q(b_country=row.code), status=MADE)
    if not ties.exists():
        return None
    found = Find.objects.filter(tie__in=ties, state__in=(FOUND, CONFIRMED))
    numbers = {what: count_of(found, what) for what in ("work", "grant", "project")}
    seen = Find.objects.visible_to(actor).filter(pk__in=found).select_related("tie")
    values = {
        "ties": ties.count(),
        "asked": ties.filter(before__isnull=False).count(),
        "numbers": numbers,
        "confirmed": found.filter(state=CONFIRMED).values("what", "ident").distinct().count(),
        "finds": seen[:SHOWN],
    }
    return Panel(_("What came of ties"), "outcomes/_country.html", values)


def count_of(found: object, what: str) -> int:
    """How many different works, grants or projects: one of several ties counts once."""
    return found.filter(what=what).order_by().values("ident").distinct().count()  # type: ignore[attr-defined]


def person_panel(row: Person, actor: Actor) -> Panel | None:
    """A person's ties, and the button that asks them."""
    if not actor.staff:
        return None
    ties = list(Tie.objects.visible_to(actor).filter(pk__in=commands.ties_of(row)).prefetch_related("finds"))
    return Panel(_("Ties"), "outcomes/_person.html", {"ties": ties, "person": row}) if ties else None

"""What this room says to dossiers: what events were to cost and did, who came, and what can be decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.dossiers import DONE, PROMISED, TOLD, Cost, Line, Says, Subject
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.events.models import Attendee, Event, EventMoney, Stop, Talk
from udsyn.desk.tools.numbers import decimal

OPTIONS = (
    gettext_lazy("Hold it again as it was."),
    gettext_lazy("Hold it again with other people, fields, partners or money."),
    gettext_lazy("Do not hold it again."),
)
#: kind of row → where an event says that it belongs to it
PATHS = {"event": "pk", "series": "series", "agreement": "agreement", "centre": "centre", "programme": "programme"}
#: kind of event → the instrument that its cost is of
INSTRUMENT_OF = {"matchmaking": "meeting", "workshop": "meeting", "delegation": "delegation", "committee": "agreement"}
USEFUL = 3  #: from this answer on a meeting was useful


def of(row: Any) -> QuerySet[Event]:
    """The events of a row."""
    return Event.objects.filter(**{PATHS[type(row).kind()]: row.pk})


def under(row: Any) -> Mapping[str, Iterable[int]]:
    events = of(row)
    return {
        kind: table.objects.filter(event__in=events).values_list("pk", flat=True)
        for kind, table in (("talk", Talk), ("stop", Stop))
    } | {"event": events.values_list("pk", flat=True)}


def instrument(row: Any) -> str:
    """Whose theory of change a series follows: delegations' where it holds nothing else."""
    kinds = set(of(row).values_list("kind_of", flat=True))
    return "delegation" if kinds == {"delegation"} else "meeting"


def known(row: Any, today: dt.date) -> Iterator[Line]:
    """How many events there were, who came and what they said. No event is named: not every reader may see each."""
    events = of(row)
    if not events.exists():
        return
    address = f"{RESOURCES['event'].list_url}?series={row.pk}" if type(row).kind() == "series" else ""
    held = events.filter(state="held")
    rest = _("%(coming)s to come or not noted as held, %(cancelled)s cancelled") % {
        "coming": events.exclude(state__in=("held", "cancelled")).count(),
        "cancelled": events.filter(state="cancelled").count(),
    }
    yield Line(DONE, _("events held"), held.count(), rest, address)
    came = Attendee.objects.filter(event__in=held, state="coming").count()
    yield Line(DONE, _("participants of the events held"), came, _("each counts once for every event"))
    yield budgeted(events)
    pairs = Talk.objects.filter(event__in=held).values_list("a_useful", "b_useful")
    if said := [one for pair in pairs for one in pair if one]:
        useful = sum(one >= USEFUL for one in said)
        words = _("%(useful)s useful or very useful") % {"useful": useful}
        yield Line(TOLD, _("answers on how useful a meeting was"), len(said), words)


def budgeted(events: QuerySet[Event]) -> Line:
    """What was set aside for the events, as far as it is written down."""
    lines = EventMoney.objects.filter(event__in=events, budget__isnull=False)
    sums = sums_of((one.currency, one.budget) for one in lines)
    value = ", ".join(f"{decimal(amount, 0, group=True)} {currency}" for currency, amount in sorted(sums.items()))
    detail = _("written down for %(part)s of %(whole)s events") % {
        "part": lines.values("event").distinct().count(), "whole": events.count(),
    }  # fmt: skip
    return Line(PROMISED, _("budget of the events"), value, detail)


def sums_of(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Currency → sum."""
    found: dict[str, Decimal] = {}
    for currency, amount in amounts:
        found[currency] = found.get(currency, Decimal(0)) + amount
    return found


def costs() -> Iterator[Cost]:
    """What was spent on each event that was held, and on others as far as something was spent."""
    for row in Event.objects.select_related("country").prefetch_related("eventmoneys"):
        lines = list(row.eventmoneys.all())
        if row.state == "held" or any(one.amount is not None or one.hours is not None for one in lines):
            yield from cost_of(row, lines)


def cost_of(row: Event, lines: list[EventMoney]) -> Iterator[Cost]:
    """A sum for each currency, the hours with the first. A line that was budgeted and never noted as spent is a cost
    that is not known."""
    spent: list[tuple[Decimal | None, str]] = [
        (amount, currency)
        for currency, amount in sums_of((one.currency, one.amount) for one in lines if one.amount is not None).items()
    ]
    if not spent or any(one.amount is None and one.budget is not None for one in lines):
        spent.append((None, ""))
    noted = [float(one.hours) for one in lines if one.hours is not None]
    hours = sum(noted) if noted else None
    country = row.country.code if row.country else ""
    for place, (amount, currency) in enumerate(spent):
        first = place == 0
        yield Cost(
            INSTRUMENT_OF[row.kind_of], "event", row.pk, row.first_day, country, amount, currency,
            hours if first or hours is None else 0.0,
        )  # fmt: skip


def kinds_with(tell: Callable[..., Any]) -> tuple[tuple[str, Callable[..., Any]], ...]:
    return tuple((kind, tell) for kind in PATHS)


SAYS = Says(
    subjects=tuple(Subject(kind, instrument, lambda row: OPTIONS) for kind in ("event", "series")),
    knows=kinds_with(known),
    under=kinds_with(under),
    costs=costs,
)

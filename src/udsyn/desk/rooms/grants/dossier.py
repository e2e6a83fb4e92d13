"""What this room says to dossiers: the grants of a call or programme, and the money that was awarded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from udsyn.desk.kernel.dossiers import DONE, Cost, Line, Says
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.grants.models import Decision, Grant
from udsyn.desk.rooms.grants.states import GRANT

Path = str  #: from an application to what the dossier is about


def under(path: Path) -> Callable[[Any], Mapping[str, Any]]:
    def rows(row: Any) -> Mapping[str, Any]:
        of = {f"application__{path}": row}
        return {
            "grant": Grant.objects.filter(**of).values_list("pk", flat=True),
            "decision": Decision.objects.filter(**of).values_list("pk", flat=True),
        }

    return rows


def known(path: Path) -> Callable[[Any, dt.date], Iterator[Line]]:
    def lines(row: Any, today: dt.date) -> Iterator[Line]:
        """How many grants stand in which state."""
        held = Grant.objects.filter(**{f"application__{path}": row})
        states = held.order_by("state").values_list("state").annotate(Count("pk"))
        words = ", ".join(f"{GRANT.state(state).label}: {number}" for state, number in states)
        yield Line(DONE, _("grants"), held.count(), words, RESOURCES["grant"].list_url)

    return lines


def costs() -> Iterator[Cost]:
    """The money of each award; hours of work are not held."""
    held = Grant.objects.exclude(state__in=("declined", "stopped"))
    for pk, day, amount, currency in held.values_list("pk", "awarded_on", "amount", "currency"):
        yield Cost("grant", "grant", pk, day, money=amount, currency=currency)


SAYS = Says(
    knows=(("call", known("call")), ("programme", known("call__programme"))),
    under=(("call", under("call")), ("programme", under("call__programme"))),
    costs=costs,
)

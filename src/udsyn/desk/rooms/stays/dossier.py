"""What this room says to dossiers: what stays cost, as far as it was noted."""

from __future__ import annotations

from collections.abc import Iterator

from udsyn.desk.kernel.dossiers import Cost, Says
from udsyn.desk.rooms.stays.models import Stay
from udsyn.desk.rooms.stays.states import TOOK_PLACE


def costs() -> Iterator[Cost]:
    """The amounts of each stay that took place; one without an amount has an unknown cost."""
    for row in Stay.objects.filter(state__in=TOOK_PLACE).select_related("country").prefetch_related("moneys"):
        country = row.country.code if row.country else ""
        amounts = [(one.amount, one.currency) for one in row.moneys.all()] or [(None, "")]
        for amount, currency in amounts:
            yield Cost("stay", "stay", row.pk, row.first, country, amount, currency)


SAYS = Says(costs=costs)

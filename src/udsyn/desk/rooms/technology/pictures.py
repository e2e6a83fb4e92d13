"""Science × technology of home and a partner as two pictures and a table: whose science meets whose industry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.tools.charts import Point, crossed_chart
from udsyn.evidence.technology.crossed import BOTH, FEW, NEITHER, OURS, THEIRS

#: families with which a field is drawn, and rows that the table shows
DRAWN, LISTED = 5, 15
SAID = {
    BOTH: gettext_lazy("both ways"),
    OURS: gettext_lazy("our science, their technology"),
    THEIRS: gettext_lazy("their science, our technology"),
    NEITHER: gettext_lazy("not told"),
    FEW: gettext_lazy("too few families"),
}


@dataclass(frozen=True)
class Crossed:
    """`charts`: heading and picture of each way; `rows`: fields with the verdict in words."""

    charts: tuple[tuple[str, Any], ...]
    rows: tuple[dict[str, Any], ...]


def crossed(rows: list[dict[str, Any]], partner: Country) -> Crossed | None:
    """What a page shows of the rows of `inventing.crossed`; None where there are none."""
    told = tuple({**row, "meets": SAID[row["meets"]]} for row in rows if row["meets"] != FEW)[:LISTED]
    if not told:
        return None
    ways = (
        (_("Our science, technology of %(country)s") % {"country": partner}, "home", "partner", (OURS, BOTH)),
        (_("Science of %(country)s, our technology") % {"country": partner}, "partner", "home", (THEIRS, BOTH)),
    )
    charts = tuple((title, one_way(title, rows, one, other, meeting)) for title, one, other, meeting in ways)
    return Crossed(charts, told)


def one_way(title: str, rows: list[dict[str, Any]], scientist: str, maker: str, meeting: tuple[str, ...]) -> Any:
    points = tuple(
        Point(row["name"], row[f"{scientist}_science"], row[f"{maker}_technology"], row["meets"] in meeting)
        for row in rows
        if row[f"{maker}_technology_families"] >= DRAWN and row[f"{scientist}_science"] is not None
    )
    return crossed_chart(title, _("science"), _("technology"), points)

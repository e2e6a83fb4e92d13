"""What this room says to dossiers: what an agreement promised, how its committee worked, and what can be decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.dossiers import DONE, PROMISED, Judged, Line, Says, Subject
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement, Initiative, Meeting
from udsyn.desk.rooms.cooperation.ties import begun

OPTIONS = (
    gettext_lazy("Renew it as it stands."),
    gettext_lazy("Renew it with other commitments, fields or parties."),
    gettext_lazy("Let it lapse, or give notice, and say so to the partner in time."),
)


def known(row: Agreement, today: dt.date) -> Iterator[Line]:
    """Its commitments as rows, and the meetings of its committees."""
    plans = Initiative.objects.filter(work_plan__agreement=row, work_plan__state__in=("adopted", "completed"))
    yield from (promise(one, today) for one in plans.order_by("work_plan__starts", "number"))
    yield from (promise(one, today) for one in ActionPoint.objects.filter(agreement=row))
    meetings = Meeting.objects.filter(committee__agreement=row)
    held = meetings.filter(state__in=("held", "minuted"))
    if last := held.order_by("-starts").first():
        when = _("last on %(day)s") % {"day": formats.date_format(last.starts)}
        yield Line(DONE, _("committee meetings held"), held.count(), when, RESOURCES["meeting"].url(last))


def promise(row: Any, today: dt.date) -> Line:
    """A commitment and how it stands on a day."""
    late = row.lifecycle.derived(row, today)
    stands = str((late or row.lifecycle.state(row.state)).label)
    due = _("due %(day)s") % {"day": formats.date_format(row.due)} if row.due else _("no day was set")
    return Line(PROMISED, str(row), stands, due, RESOURCES[type(row).kind()].url(row))


def under(row: Agreement) -> dict[str, Any]:
    return {"initiative": Initiative.objects.filter(work_plan__agreement=row).values_list("pk", flat=True)}


SAYS = Says(
    subjects=(
        Subject(
            "agreement",
            lambda row: "agreement",
            lambda row: OPTIONS,
            country=lambda row: row.country.code,
            since=begun,
            joint=Judged("effect", lambda row: row.country.code, begun),
            by_step=True,
        ),
    ),
    knows=(("agreement", known),),
    under=(("agreement", under),),
)

"""What this room says to dossiers: what a call asked for and awarded, and what can be decided on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.dossiers import DONE, PROMISED, Line, Says, Subject
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.programmes.models import Application, Call, Programme
from udsyn.desk.tools.numbers import decimal

OPTIONS = (
    gettext_lazy("Repeat the call with the same rules."),
    gettext_lazy("Repeat it with other rules, partners or money."),
    gettext_lazy("Do not repeat it."),
)


def of_call(row: Call, today: dt.date) -> Iterator[Line]:
    yield from known([row], f"{RESOURCES['application'].list_url}?call={row.pk}")


def of_programme(row: Programme, today: dt.date) -> Iterator[Line]:
    held = list(row.calls.exclude(state="cancelled"))
    yield Line(DONE, _("calls"), len(held), "", f"{RESOURCES['call'].list_url}?programme={row.pk}")
    yield from known(held, RESOURCES["application"].list_url)


def known(calls: list[Call], address: str) -> Iterator[Line]:
    """Money to give, and what became of the applications."""
    for call in calls:
        money = _("not known") if call.money is None else decimal(call.money, 0, group=True)
        yield Line(PROMISED, _("money to give: %(call)s") % {"call": call}, money, "", RESOURCES["call"].url(call))
    rows = Application.objects.filter(call__in=calls, submitted_at__isnull=False)
    awarded = rows.filter(assessed__outcome="award").distinct().count()
    decided = all(call.state == "decided" for call in calls)
    yield Line(DONE, _("applications handed in"), rows.count(), "", address)
    words = "" if decided else _("not every call is decided")
    yield Line(DONE, _("applications awarded"), awarded, words, address)


def under_call(row: Call) -> dict[str, Any]:
    return {"application": row.applications.values_list("pk", flat=True)}


def under_programme(row: Programme) -> dict[str, Any]:
    applications = Application.objects.filter(call__programme=row)
    return {"call": row.calls.values_list("pk", flat=True), "application": applications.values_list("pk", flat=True)}


SAYS = Says(
    subjects=tuple(Subject(kind, lambda row: "grant", lambda row: OPTIONS) for kind in ("call", "programme")),
    knows=(("call", of_call), ("programme", of_programme)),
    under=(("call", under_call), ("programme", under_programme)),
)

"""What this room says to dossiers: the places of an agreement or round, what stays cost, and what can be decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.kernel.dossiers import DONE, PROMISED, Cost, Line, Says, Subject
from udsyn.desk.rooms.stays.models import Round, Stay, StayAgreement, StayApplication
from udsyn.desk.rooms.stays.states import TOOK_PLACE

OPTIONS = (
    gettext_lazy("Go on with the same places and rules."),
    gettext_lazy("Go on with other places, hosts, fields or rules."),
    gettext_lazy("Do not go on, and say so to hosts and partner in time."),
)


def of_agreement(row: StayAgreement, today: dt.date) -> Iterator[Line]:
    """Places a year as they were agreed, rounds, and what became of them."""
    yield Line(PROMISED, _("places a year"), "" if row.places is None else row.places)
    yield Line(DONE, _("rounds of stays"), row.rounds.exclude(state="cancelled").count())
    yield from done(Stay.objects.filter(agreement=row), StayApplication.objects.filter(round__agreement=row))


def of_round(row: Round, today: dt.date) -> Iterator[Line]:
    """Places that hosts offered, and what became of them."""
    answered = row.hosts.filter(state="answered")
    hosts = {"part": answered.count(), "whole": row.hosts.exclude(state="dropped").count()}
    offered = sum(answered.values_list("places", flat=True)) if hosts["part"] else ""
    yield Line(
        PROMISED, _("places that hosts offered"), offered, _("%(part)s of %(whole)s hosts have answered") % hosts
    )
    yield from done(Stay.objects.filter(application__round=row), row.applications.all())


def done(stays: QuerySet[Stay], applications: QuerySet[StayApplication]) -> Iterator[Line]:
    """Applications, and the stays that took place."""
    handed_in = applications.filter(submitted_on__isnull=False)
    placed = _("%(placed)s have a place") % {"placed": handed_in.filter(state="placed").count()}
    yield Line(DONE, _("applications handed in"), handed_in.count(), placed)
    held = stays.filter(state__in=TOOK_PLACE)
    reports = _("%(reports)s with a report") % {"reports": held.filter(state="reported").count()}
    yield Line(DONE, _("stays that took place"), held.count(), reports)


def under_agreement(row: StayAgreement) -> Mapping[str, Iterable[int]]:
    return {"stay": Stay.objects.filter(agreement=row).values_list("pk", flat=True)}


def under_round(row: Round) -> Mapping[str, Iterable[int]]:
    return {"stay": Stay.objects.filter(application__round=row).values_list("pk", flat=True)}


def costs() -> Iterator[Cost]:
    """The amounts of each stay that took place; one without an amount has an unknown cost."""
    for row in Stay.objects.filter(state__in=TOOK_PLACE).select_related("country").prefetch_related("moneys"):
        country = row.country.code if row.country else ""
        amounts = [(one.amount, one.currency) for one in row.moneys.all()] or [(None, "")]
        for amount, currency in amounts:
            yield Cost("stay", "stay", row.pk, row.first, country, amount, currency)


SAYS = Says(
    subjects=tuple(Subject(kind, lambda row: "stay", lambda row: OPTIONS) for kind in ("stayagreement", "round")),
    knows=(("stayagreement", of_agreement), ("round", of_round)),
    under=(("stayagreement", under_agreement), ("round", under_round)),
    costs=costs,
)

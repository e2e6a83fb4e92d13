"""Which finds a number stands for. Each number on a page leads to `desk/finds/` with what it counts in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from udsyn.desk.kernel import dossiers
from udsyn.desk.kernel.finds import CONFIRMED, EVIDENCE, FOUND, KINDS
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.ties import INSTRUMENTS, MADE, PERSON, Tie
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service.models import Introduction
from udsyn.desk.tools.numbers import whole_number

COUNTS = (FOUND, CONFIRMED)  #: what is struck or no longer in the record counts nowhere
WAITS = Q(state=FOUND, tie__level=PERSON)  #: organisations are told apart by their ids, people confirm


@dataclass(frozen=True)
class Asked:
    """A set of finds, and what it is in words; `waits` where it is what waits to be confirmed."""

    where: Q
    of: str = ""
    waits: bool = False


def asked(values: Mapping[str, str]) -> Asked:
    """The set that an address asks for: country=KR, centre=seoul, tie=12, instrument=stay, about=agreement:3,
    what=work, evidence=both; without any, all that waits."""
    where, of = Q(state__in=COUNTS), []
    if country := Country.objects.filter(code=values.get("country", "")).first():
        where &= of_country(country.code, "tie__")
        of.append(str(country))
    if centre := values.get("centre", ""):
        where &= Q(kind="introduction", object_id__in=introductions(centre))
        of.append(centre)
    if (number := whole_number(values.get("tie", ""))) is not None:
        where &= Q(tie=number)
    if (instrument := values.get("instrument", "")) in INSTRUMENTS:
        where &= Q(tie__in=Tie.objects.filter(instrument=instrument, status=MADE, level=PERSON))
        of.append(str(INSTRUMENTS[instrument]))
    if (row := decided_upon(values.get("about", ""))) is not None:
        where &= Q(tie__in=Tie.objects.filter(dossiers.scope_of(row).ties, status=MADE, level=PERSON))
        of.append(str(row))
    if (evidence := values.get("evidence", "")) in dict(EVIDENCE):
        where &= Q(evidence=evidence)
        of.append(str(dict(EVIDENCE)[evidence]))
    if (what := values.get("what", "")) in dict(KINDS):
        where &= Q(what=what)
        of.append(str(dict(KINDS)[what]))
    if len(where) == 1:  # nothing was asked for
        return Asked(WAITS, waits=True)
    return Asked(where, ", ".join(of))


def decided_upon(named: str) -> Any:
    """The row that a dossier is about, as agreement:3 names it; None where there is none."""
    kind, _colon, number = named.partition(":")
    pk = whole_number(number)
    if pk is None or kind not in dossiers.subjects():
        return None
    return RESOURCES[kind].model.objects.filter(pk=pk).first()


def of_country(code: str, via: str = "") -> Q:
    """Ties with a side in a country."""
    return Q(**{f"{via}a_country": code}) | Q(**{f"{via}b_country": code})


def introductions(centre: str) -> Any:
    return Introduction.objects.filter(candidate__request__centre__slug=centre).values("pk")


def address(**values: Any) -> str:
    """Where the finds of a set are listed."""
    return f"{reverse('outcomes')}?{urlencode(values)}"

"""Grants as awards that others read (`record/awards`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from udsyn.desk.rooms.grants.models import Grant, Participant
from udsyn.record.awards import cerif, commongrants, crossref, iati, sheet, threesixty
from udsyn.record.awards.award import Award, Body, Funder, Paid, Taking


def awards() -> Iterator[Award]:
    """All grants that were taken up, the oldest first."""
    rows = Grant.objects.exclude(state__in=("awarded", "declined")).order_by("number")
    for row in rows.select_related("application__call__programme", "terms", "administrator__country", "holder"):
        yield award_of(row)


def award_of(row: Grant) -> Award:
    """A grant as others read it; development aid where its terms say so (`values: {development: true}`)."""
    place, values = row.administrator, row.terms.pack.values
    home = Body(place.name, place.ror, place.country.code if place.country else "") if place else Body("")
    payments = row.payments.filter(state="paid").order_by("paid_on", "pk")
    return Award(
        number=row.number,
        title=row.title,
        amount=row.amount,
        currency=row.currency,
        awarded=row.awarded_on,
        programme=str(row.application.call.programme),
        call=str(row.application.call),
        state=row.state,
        holder=Taking(str(row.holder), row.holder.orcid, home),
        language=row.application.language,
        starts=row.starts,
        ends=row.ends,
        partners=tuple(map(taking, row.taking_part().select_related("country"))),
        lines=tuple((one.kind_of, one.amount) for one in row.grantlines.all()),
        paid=tuple(
            Paid(one.paid_on, one.amount if one.kind_of == "payout" else -one.amount)
            for one in payments
            if one.paid_on is not None
        ),
        development=values.get("development") is True,
        sector=str(values.get("dac_sector", "")),
    )


def taking(row: Participant) -> Taking:
    return Taking(row.name, row.orcid, Body(row.organisation_name, row.ror, row.country.code if row.country else ""))


def write(form: str, at: dt.datetime, *, funder: str = "", ident: str = "", **more: str) -> bytes:
    """All grants in a format, written at a moment in UTC. Raises ValueError for what the format needs and lacks."""
    given = list(awards())
    if form == "csv":
        return sheet.write(given)
    if not (funder and ident):
        raise ValueError("this format names the funder: give its name and its organisation identifier.")
    by = Funder(funder, ident, **more)
    if form in ("360giving", "cerif"):
        return {"360giving": threesixty.write, "cerif": cerif.write}[form](given, by)
    return {"commongrants": commongrants.write, "crossref": crossref.write, "iati": iati.write}[form](given, by, at)

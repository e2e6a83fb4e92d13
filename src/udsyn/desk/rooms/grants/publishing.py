"""Grants as awards that others read (`record/awards`)."""

from __future__ import annotations

from collections.abc import Iterator

from udsyn.desk.rooms.grants.models import Grant, Participant
from udsyn.record.awards.award import Award, Body, Paid, Taking


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

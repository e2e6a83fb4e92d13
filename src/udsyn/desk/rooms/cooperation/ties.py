"""The ties that agreements and initiatives have made: between the organisations of both sides, else the countries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from udsyn.desk.kernel.ties import CANCELLED, COUNTRY, MADE, ORGANISATION, End, Said
from udsyn.desk.rooms.cooperation.models import Agreement, AgreementParty, Initiative
from udsyn.desk.rooms.cooperation.states import PUBLIC_STATES
from udsyn.desk.rooms.parties.ties import of_country, of_home

Pair = tuple[str, End, End]
BEGUN = {
    "running": MADE,
    "completed": MADE,
    "dropped": CANCELLED,
}  #: an initiative that is planned has made nothing yet


def ties() -> Iterator[Said]:
    """Agreements from the day of their signature, initiatives from the day on which their work plan began."""
    rows = Agreement.objects.filter(state__in=PUBLIC_STATES).select_related("country")
    for agreement in rows.prefetch_related("parties__organisation__country"):
        if day := begun(agreement):
            for level, ours, theirs in pairs(agreement):
                yield Said(agreement, "agreement", day, ours, theirs, level)
    plans = Initiative.objects.filter(state__in=BEGUN).select_related("work_plan__agreement__country")
    for initiative in plans.prefetch_related("work_plan__agreement__parties__organisation__country"):
        plan = initiative.work_plan
        if day := plan.starts or begun(plan.agreement):
            for level, ours, theirs in pairs(plan.agreement):
                yield Said(initiative, "initiative", day, ours, theirs, level, BEGUN[initiative.state])


def begun(agreement: Agreement) -> dt.date | None:
    return agreement.signed or agreement.starts


def pairs(agreement: Agreement) -> Iterator[Pair]:
    """Each organisation at home with each of the partner's; the two countries where a side's are not known."""
    sides: dict[str, list[AgreementParty]] = {"home": [], "partner": []}
    for party in agreement.parties.all():
        sides[party.side].append(party)
    if not all(sides.values()):
        yield COUNTRY, of_home("party"), of_country(agreement.country, "party")
    for ours in sides["home"]:
        for theirs in sides["partner"]:
            yield ORGANISATION, end(ours, of_home("party").country), end(theirs, agreement.country.code)


def end(party: AgreementParty, country: str) -> End:
    organisation = party.organisation
    code = organisation.country.code if organisation.country else country
    return End(organisation.name, "party", code, ror=organisation.ror, row=f"organisation:{organisation.pk}")

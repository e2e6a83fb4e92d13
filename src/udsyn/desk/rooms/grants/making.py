"""From a decision to a grant: its number, its terms, its budget and who takes part; then taking it up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import DESK, Actor
from udsyn.desk.rooms.grants.models import Decision, Grant, GrantAccount, GrantLine, GrantReport, Participant, Payment
from udsyn.desk.rooms.programmes.models import Application
from udsyn.packs.days import months_moved, months_on
from udsyn.packs.grants import LINES, instalments_of, shape_of
from udsyn.packs.scores import come_to
from udsyn.packs.sums import Money

CENT = Decimal("0.01")
UNTOUCHED = Q(state="open", spent__isnull=True, lines={})  #: accounts in which nobody wrote yet


def decided(row: Application, actor: Actor) -> None:
    """An application was awarded or declined: keep that with its rating, and who takes part; make the grant."""
    keep(row, timezone.localdate())


def make_up() -> dict[str, Any]:
    """Every night: what was decided before there was this room, as of the day on which it was. Returns how many."""
    rows = list(Application.objects.filter(state__in=("awarded", "declined"), decided=None).order_by("pk"))
    for row in rows:
        with transaction.atomic():
            keep(row, decision_day(row))
    return {"decisions_made_up": len(rows)} if rows else {}


def decision_day(row: Application) -> dt.date:
    """When it got the state that it has, by its history; today where that is not kept."""
    first = row.history.filter(state=row.state).order_by("history_date").first()
    return timezone.localdate(first.history_date if first else None)


def keep(row: Application, on: dt.date) -> None:
    funded = row.state == "awarded"
    pack = row.call.pack
    plan = pack.assessment
    total = come_to(plan, row.judged.values(plan)).total if plan else None
    rating = None if total is None else float(total)
    made(Decision(application=row, decided_on=on, funded=funded, rating=rating))
    participants(row, on)
    if funded:
        grant(row, on)


def made(row: Any) -> Any:
    """Store what follows from the decision, by nobody's hand."""
    row.full_clean()
    return kernel.write(row, DESK, "create", None, reason="follows the decision")


def participants(row: Application, on: dt.date) -> None:
    """The applicant, and the partners that take part, each with what is known of them."""
    where = row.organisation
    made(
        Participant(
            application=row,
            person=row.lead,
            organisation=where,
            name=str(row.lead),
            organisation_name=str(where or row.organisation_name),
            country=where.country if where else None,
            orcid=row.lead.orcid,
            ror=where.ror if where else "",
            joined_on=on,
        )
    )
    for partner in row.taking_part():
        made(
            Participant(
                application=row,
                partner=partner,
                name=partner.name,
                organisation_name=partner.organisation_name,
                country=partner.country,
                joined_on=on,
            )
        )


def grant(row: Application, on: dt.date) -> Grant:
    """The grant of an awarded application, under the version of the rules that held on the day of the award."""
    terms = row.call.versions.filter(created__date__lte=on).order_by("-number").first() or row.call.terms
    assert terms is not None  # a call has a version from when it was first stored
    lines = budget_of(row)
    one = made(
        Grant(
            application=row,
            number=next_number(row.call.pack.id, on.year),
            title=row.title,
            holder=row.lead,
            administrator=row.organisation,
            terms=terms,
            amount=sum(lines.values(), Decimal()),
            currency=row.pack.currency or "DKK",
            awarded_on=on,
        )
    )
    for kind, amount in lines.items():
        made(GrantLine(grant=one, kind_of=kind, awarded=amount, amount=amount))
    return one


def budget_of(row: Application) -> dict[str, Decimal]:
    """Kind of cost → what was asked for as it was handed in, in the call's money."""
    case, pack = row.sealed_case or {}, row.pack
    reading = Money(pack.currency, case.get("rates", {}))
    found: dict[str, Decimal] = {}
    for cost in case.get("budget", ()):
        asked = reading.read(cost, "asked", pack.currency)
        if asked is not None:
            found[cost["kind"]] = found.get(cost["kind"], Decimal()) + Decimal(str(asked)).quantize(CENT)
    return found


def next_number(pack: str, year: int) -> str:
    """INP-2026-0007: as works acknowledge it."""
    head = f"{pack.upper()}-{year}-"
    last = Grant.objects.filter(number__startswith=head).order_by("-number").first()
    return f"{head}{int(last.number[len(head) :]) + 1 if last else 1:04}"


# Taking it up ---------------------------------------------------------------------------------------------------------


def may_take_up(row: Grant) -> Any:
    """Why it cannot begin yet."""
    if row.administrator is None:
        return _("Write first which institution administers it.")
    most = row.says.months if row.says else None
    if most is not None and row.starts and row.ends and months_moved(row.starts, row.ends) > most:
        return _("It may run for %(months)s months at most.") % {"months": most}
    return None


def taken_up(row: Grant, actor: Actor) -> None:
    """Payments, report and accounts follow from the terms. What they do not say, an officer writes."""
    row.original_starts, row.original_ends = row.starts, row.ends
    says = row.says
    if says is not None and row.starts:
        for day, amount, after in instalments_of(says, row.amount, row.starts):
            made(Payment(grant=row, amount=amount, due_on=day, after_report=after))
    made(GrantReport(grant=row))
    plan(row)


def plan(row: Grant) -> None:
    """Bring report and accounts to the grant's dates. What was written already stays."""
    says = row.says
    for report in row.grantreports.filter(state="open"):
        stored(report, due_on=after(row.ends, says.report_months if says else None), reminded=None)
    spans = dict(spans_of(row))
    shape = shape_of(says, row.administrator.kind_of) if says and row.administrator else LINES
    for untouched in row.grantaccounts.filter(UNTOUCHED).exclude(starts__in=spans):
        stored(untouched, state="dropped")
    for begin, end in spans.items():
        values = {"ends": end, "due_on": after(end, says.accounts_months if says else None), "shape": shape}
        held = row.grantaccounts.filter(starts=begin).first()
        if held is None:
            made(GrantAccount(grant=row, starts=begin, **values))
        elif held.state in ("open", "dropped"):
            stored(held, state="open", reminded=None, **values)


def spans_of(row: Grant) -> list[tuple[dt.date, dt.date]]:
    """The times that are to be accounted for: each calendar year where two figures are asked, else all at once; after
    what is accounted for already."""
    says, starts, ends = row.says, row.starts, row.ends
    assert starts is not None
    assert ends is not None
    told = row.grantaccounts.exclude(UNTOUCHED | Q(state="dropped")).order_by("-ends").first()
    if told is not None:
        starts = max(starts, told.ends + dt.timedelta(1))
    if starts > ends:
        return []
    if says is None or row.administrator is None or shape_of(says, row.administrator.kind_of) == LINES:
        return [(starts, ends)]
    years = range(starts.year, ends.year + 1)
    return [(max(starts, dt.date(year, 1, 1)), min(ends, dt.date(year, 12, 31))) for year in years]


def after(day: dt.date | None, months: int | None) -> dt.date | None:
    return None if day is None or months is None else months_on(day, months)


def stored(row: Any, **values: Any) -> None:
    """Change what follows from something else, with its line in the ledger."""
    before = type(row).objects.get(pk=row.pk)
    for name, value in values.items():
        setattr(row, name, value)
    kernel.write(row, DESK, "change", before)

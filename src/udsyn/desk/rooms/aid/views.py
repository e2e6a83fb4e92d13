"""The ledger of de minimis aid: who has how much room, what calls ask for, and the file for the register."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import MINISTRY
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.aid import ledger
from udsyn.desk.rooms.aid.forms import PlanForm, RoomForm
from udsyn.desk.rooms.aid.models import REGULATIONS, Aid
from udsyn.desk.rooms.parties.models import Organisation
from udsyn.desk.rooms.programmes.models import Call, Partner
from udsyn.desk.web.exports import harmless
from udsyn.desk.web.pages import demand_staff
from udsyn.desk.web.requests import HttpRequest
from udsyn.packs import PackError, aid

#: what the register asks of an entry (Regulation (EU) 2023/2831, Article 6)
REGISTER = (
    *("beneficiary", "identifier", "country", "amount_eur", "granted_on", "authority", "instrument", "sector"),
    *("regulation", "register_by", "registered_on", "entry"),
)


@require_GET
def undertakings(request: HttpRequest) -> HttpResponse:
    """Everybody in the ledger with their room today, and partners of calls whose aid is not written yet."""
    demand_staff(request)
    today = timezone.localdate()
    book = ledger.held()
    held = Organisation.objects.filter(pk__in=Aid.objects.values("undertaking")).select_related("country")
    calls = Call.objects.visible_to(request.actor).filter(state="published", decision__gt="")
    asked = [(call, partner, euro) for call in calls for partner, euro in ledger.asked_of(call)]
    about = {row.about_id: row for row in Aid.objects.filter(about_kind="partner", state="planned")}
    context = {
        "rows": [(row, known(row, today, book)) for row in held],
        "asked": [(call, partner, euro, about.get(partner.pk)) for call, partner, euro in asked],
        "writes": MINISTRY.allows(request.actor, None),
        "waiting": Aid.objects.filter(state="granted").count(),
        "today": today,
    }
    return render(request, "aid/ledger.html", context)


def known(row: Organisation, day: dt.date, book: ledger.Held) -> aid.Room | None:
    """The room on a day; None where the regulation does not stand on it."""
    try:
        return ledger.room_on(row, day, book=book)
    except PackError:
        return None


def shown(
    row: Organisation, day: dt.date, asked: Decimal = Decimal(0), regulation: str = aid.GENERAL
) -> dict[str, Any]:
    """The room on a day as a page shows it, or why the regulation does not say."""
    try:
        found = ledger.room_on(row, day, asked, regulation)
    except PackError as error:
        return {"wrong": str(error)}
    years = int(aid.rules_on(day, regulation)["years"])
    names = {str(one.pk): one for one in Organisation.objects.filter(pk__in=[a.undertaking for a in found.counted])}
    return {
        "room": found.room,
        "ceiling": found.ceiling,
        "asked": found.asked,
        "may_grant": found.asked <= found.room,
        "counted": [(one, names.get(one.undertaking), aid.years_later(one.date, years)) for one in found.counted],
    }


@require_GET
def undertaking(request: HttpRequest, pk: int) -> HttpResponse:
    """One undertaking on any day: what counts, until when, who is one with it, and whether an amount has room."""
    demand_staff(request)
    row = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=pk)
    form = RoomForm(request.GET or None)
    said = form.said()
    one = aid.linked({str(pk)}, [link for link in ledger.links() if aid.holds(link, said["day"])]) - {str(pk)}
    context = {
        "row": row,
        "form": form,
        "day": said["day"],
        "regulation": dict(REGULATIONS)[said["regulation"]],
        "values": shown(row, **said) | {"undertaking": row},
        "linked": Organisation.objects.filter(pk__in=one),
        "kept": Aid.objects.filter(undertaking=row),
    }
    return render(request, "aid/undertaking.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the aid that a partner of an application asks for into the ledger; it is granted with the award."""
    partner = get_object_or_404(Partner.objects.visible_to(request.actor), pk=pk)
    if not MINISTRY.allows(request.actor, None):
        raise PermissionDenied
    call = partner.application.call
    euro = next((amount for one, amount in ledger.asked_of(call) if one.pk == pk), None)
    like = Organisation.objects.filter(name__iexact=partner.organisation_name, country=partner.country).first()
    form = PlanForm(request.actor, request.POST or None, initial={"undertaking": like, "amount": euro})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        row = Aid(about_kind=Partner.kind(), about_id=pk, keeper=call.officer, **said)
        try:
            kernel.save(row, request.actor)
            return redirect(RESOURCES["aid"].url(row))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    context = {"partner": partner, "form": form, "call": call}
    return render(request, "aid/plan.html", context, status=422 if request.method == "POST" else 200)


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """What the register asks, a line for each aid that waits for its entry; with `?all`, those entered too."""
    demand_staff(request)
    states = ("granted", "registered") if "all" in request.GET else ("granted",)
    rows = Aid.objects.visible_to(request.actor).filter(state__in=states).select_related("undertaking__country")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="de-minimis-register.csv"'
    writer = csv.writer(response)
    writer.writerow(REGISTER)
    for row in rows.order_by("register_by", "pk"):
        writer.writerow([harmless(cell) for cell in line_of(row)])
    return response


def line_of(row: Aid) -> list[str]:
    where = row.undertaking.country
    cells = (
        *(row.undertaking.name, row.number, where.code if where else "", row.amount, row.granted_on, row.authority),
        *(row.instrument, row.sector, row.regulation, row.register_by, row.registered_on or "", row.entry),
    )
    return [str(cell) for cell in cells]

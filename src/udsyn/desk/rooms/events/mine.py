"""A participant's own page behind a mail link: confirm, wish, read the programme, cancel, and say how it was.

Opening it changes nothing. All of it works on a telephone and without JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.rooms.events import (
    afterwards,
    calendars,
    contributing,
    fitting,
    links,
    programme,
    reasons,
    registering,
    wishing,
)
from udsyn.desk.rooms.events.forms import ContributionForm, ProfileForm
from udsyn.desk.rooms.events.models import Attendee, Contribution, Event, Plan, Talk
from udsyn.desk.tools.numbers import whole_number, whole_numbers
from udsyn.desk.tools.record import named
from udsyn.desk.web import feeds
from udsyn.desk.web.requests import HttpRequest


def private(answer: HttpResponse) -> HttpResponse:
    """No other site learns the address, and nobody keeps the page."""
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def opened(token: str) -> Attendee:
    row = links.opened(token)
    if row is None:
        raise Http404
    return row


def act(request: HttpRequest, row: Any, verbs: Mapping[str, Callable[..., Any]]) -> Any:
    """Do what the form of somebody behind a mail link asks. Raises ValidationError for no verb, and for a refusal."""
    verb = verbs.get(request.POST.get("do", ""))
    if verb is None:
        raise ValidationError(_("Say what you want to do."))
    return verb(request, row)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponse:
    row = opened(token)
    error: list[str] = []
    if request.method == "POST":
        try:
            answer = act(request, row, VERBS)
            return answer or redirect("event_mine", token=token)
        except ValidationError as refusal:
            error = refusal.messages
            row = opened(token)
    return private(render(request, "events/mine.html", page(row, error), status=422 if error else 200))


def page(row: Attendee, error: list[str]) -> dict[str, Any]:
    """What the page shows of a participant."""
    event, now = row.event, timezone.now()
    talks = calendars.talks_of(row)
    plan = event.plans.filter(state="adopted").first()
    against = wishing.may_wish(row)
    wishes = list(row.wishes.select_related("whom"))
    offered = [] if against else wishing.offered(row)
    chosen = {one.whom_id for one in wishes}
    return {
        "row": row,
        "event": event,
        "token": links.token(row),
        "error": error,
        "visits": [(calendars.when_there(stop), stop) for stop in calendars.stops_of(row)],
        "program": [programme.line(talk, row, now) for talk in talks],
        "wishes": wishes,
        "wish_rows": range(1, event.most_wishes + 1),
        "picked": [(n, wishes[n - 1].whom_id if n <= len(wishes) else None) for n in range(1, event.most_wishes + 1)],
        "may_wish": against is None,
        "why_no_wish": against,
        "offered": sorted(offered, key=lambda other: (other.pk not in chosen, other.family_name, other.pk)),
        "suggestions": wishing.suggestions(row, [one for one in offered if one.pk not in chosen]),
        "no_record": "" if against else fitting.missing(row),
        "may_look_up": against is None and not row.author and named() is not None,
        "unmet": unmet(row, plan),
        "slots": [(slot, slot.number in row.away) for slot in event.slots],
        "profile": ProfileForm(event, instance=row),
        "useful": Talk.USEFUL,
        "next": next_events(row),
        "may_confirm": row.state in ("named", "asked", "cancelled") and event.state in ("open", "closed"),
        "may_cancel": row.state in ("named", "asked", "waiting", "coming") and event.state in ("open", "closed"),
        "sessions": event.sessions.all(),
        "proposed": proposed(row),
        "proposal": ContributionForm(prefix="new") if contributing.may_propose(row) is None else None,
    }


def proposed(row: Attendee) -> list[tuple[Contribution, str, ContributionForm | None]]:
    """What they proposed: when it is, and the form to change it in while that can be done."""
    rows = row.contributions.exclude(state="withdrawn").select_related("session", "event")
    open_ = row.event.takes_contributions
    return [
        (
            one,
            programme.local(one.session.starts, row.event) if one.session else "",
            ContributionForm(instance=one, prefix=str(one.pk)) if open_ and one.state == "handed_in" else None,
        )
        for one in rows
    ]


def unmet(row: Attendee, plan: Plan | None) -> list[reasons.Unmet]:
    """Why wishes of this participant did not come true; of others' wishes nobody is told."""
    if plan is None:
        return []
    own = [one for one in plan.unmet if one[0] == row.pk]
    people = {one.pk: one for one in row.event.attendees.all()}
    return list(reasons.told(own, people))


def next_events(row: Attendee) -> list[Event]:
    """Other events that take registrations, where this person is not yet."""
    there = Attendee.objects.filter(email=row.email).exclude(state="cancelled").values("event")
    rows = Event.objects.filter(state="open", public=True).exclude(pk__in=there)
    return [event for event in rows.order_by("first_day")[:5] if event.takes_registrations]


# What one can do ----------------------------------------------------------------------------------------------------


def confirm(request: HttpRequest, row: Attendee) -> None:
    registering.come(row, links.guest(row))


def cancel(request: HttpRequest, row: Attendee) -> None:
    kernel.perform(row, "cancel", links.guest(row))


def profile(request: HttpRequest, row: Attendee) -> None:
    form = ProfileForm(row.event, request.POST, instance=row)
    kernel.save(written(form), links.guest(row))
    messages.success(request, _("Saved."))


def look_up(request: HttpRequest, row: Attendee) -> None:
    fitting.look_up(row, links.guest(row))
    messages.success(request, _("Saved."))


def wish(request: HttpRequest, row: Attendee) -> None:
    """The wishes in the order of their places; a suggestion that is ticked comes behind them."""
    named = [whole_number(request.POST.get(f"wish-{n}", "")) for n in range(1, row.event.most_wishes + 1)]
    ticked = sorted(whole_numbers(request.POST.getlist("also")))
    wishing.wish(row, [number for number in (*named, *ticked) if number is not None], links.guest(row))
    messages.success(request, _("Your wishes are saved. You can change them until the plan is made."))


def away(request: HttpRequest, row: Attendee) -> None:
    if row.event.plans.filter(state="adopted").exists():
        raise ValidationError(_("The plan is made. Ask the organiser for a change."))
    known = {slot.number for slot in row.event.slots}
    row.away = sorted(known & whole_numbers(request.POST.getlist("away")))
    kernel.save(row, links.guest(row))
    messages.success(request, _("Saved."))


def tick(request: HttpRequest, row: Attendee) -> None:
    talk = get_object_or_404(Talk, pk=whole_number(request.POST.get("talk", "")), event=row.event_id)
    met = request.POST.get("met", "")
    if met not in ("yes", "no"):
        raise ValidationError(_("Say whether you met."))
    useful = whole_number(request.POST.get("useful", ""))
    afterwards.tick(talk, row, met == "yes", useful, "more" in request.POST, links.guest(row))


def again(request: HttpRequest, row: Attendee) -> HttpResponse:
    """Come to another event, too: the profile goes along, and the link has shown whose address it is."""
    event = get_object_or_404(Event, pk=whole_number(request.POST.get("event", "")))
    made = registering.come_again(row, event, links.guest(row))
    registering.come(made, links.guest(made))
    return redirect("event_mine", token=links.token(made))


def propose(request: HttpRequest, row: Attendee) -> None:
    contributing.propose(row, written(ContributionForm(request.POST, prefix="new")), links.guest(row))
    messages.success(request, _("Handed in. You hear what becomes of it."))


def rewrite(request: HttpRequest, row: Attendee) -> None:
    held = own(request, row)
    contributing.rewrite(written(ContributionForm(request.POST, instance=held, prefix=str(held.pk))), links.guest(row))
    messages.success(request, _("Saved."))


def withdraw(request: HttpRequest, row: Attendee) -> None:
    kernel.perform(own(request, row), "withdraw", links.guest(row))


def own(request: HttpRequest, row: Attendee) -> Contribution:
    return get_object_or_404(Contribution, pk=whole_number(request.POST.get("contribution", "")), by=row)


def written(form: Any) -> Any:
    """The row that a form says. Raises ValidationError with everything that is wrong with it."""
    if not form.is_valid():
        raise ValidationError([str(one) for errors in form.errors.values() for one in errors])
    return form.save(commit=False)


VERBS: dict[str, Callable[[HttpRequest, Attendee], HttpResponse | None]] = {
    "confirm": confirm,
    "cancel": cancel,
    "profile": profile,
    "look_up": look_up,
    "wish": wish,
    "away": away,
    "tick": tick,
    "again": again,
    "propose": propose,
    "rewrite": rewrite,
    "withdraw": withdraw,
}


# Files --------------------------------------------------------------------------------------------------------------


@login_not_required
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The programme to subscribe to: each meeting once, changed and cancelled in place."""
    row = opened(token)
    return feeds.answer(calendars.dates(row), str(row.event), "programme", feeds.OWN)


@login_not_required
@require_GET
def paper(request: HttpRequest, token: str) -> HttpResponse:
    row = opened(token)
    answer = HttpResponse(programme.pdf_of(row), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="programme.pdf"'
    return private(answer)

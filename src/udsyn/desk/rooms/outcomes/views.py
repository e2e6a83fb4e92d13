"""A person's own page, with an account or behind a mail link, and what colleagues see of finds and ties.

All of it works without JavaScript.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.outcomes import commands, earlier, links, sets
from udsyn.desk.rooms.outcomes.forms import OutcomeForm, RestForm
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.tools.numbers import whole_number, whole_numbers
from udsyn.desk.web.pages import demand_staff
from udsyn.desk.web.requests import HttpRequest

PAGE = 30


# A person -----------------------------------------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a mail link. Opening it changes nothing."""
    person, made_here = links.opened(token)
    if person is not None:
        response = own_page(request, person, reverse("outcomes_mine", args=[token]))
    elif made_here:
        response = render(request, "outcomes/ended.html", status=410)
    else:
        raise Http404
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """The same page for somebody who is signed in."""
    person = get_object_or_404(Person, pk=request.actor.person)
    return own_page(request, person, reverse("outcomes_own"))


def own_page(request: HttpRequest, person: Person, address: str) -> HttpResponse:
    """What was found of a person's ties. One press says that the rest is right; what no record knows may be added."""
    held = list(commands.ties_of(person))
    for tie in held:
        tie.is_a = tie.a_row == f"person:{person.pk}"
        tie.other = tie.b_name if tie.is_a else tie.a_name
        tie.shown = [find for find in tie.finds.all() if find.state in commands.OPEN]
    form = RestForm(request.POST if request.method == "POST" else None, ties=held, prefix="rest")
    if request.method == "POST" and "stop" in request.POST:
        commands.stop_following(person)
        return redirect(f"{address}?said")
    if request.method == "POST" and form.is_valid():
        commands.answer(person, whole_numbers(request.POST.getlist("strike")))
        try:
            if form.says:
                commands.report(form.instance, form.cleaned_data["tie"], Actor(name=str(person)))
            return redirect(f"{address}?said")
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    context = {
        "person": person,
        "ties": held,
        "found": sum(len(tie.shown) for tie in held),
        "form": form,
        "said": "said" in request.GET,
        "stopped": bool(held) and all((tie.a_follow if tie.is_a else tie.b_follow) is False for tie in held),
    }
    return render(request, "outcomes/mine.html", context, status=422 if request.method == "POST" else 200)


# Colleagues ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """Finds of the ties that this colleague sees: those that nobody confirmed, or those behind a number (`sets`)."""
    actor = request.actor
    if not actor.staff:
        raise PermissionDenied
    if request.method == "POST":
        find = get_object_or_404(Find.objects.visible_to(actor), pk=whole_number(request.POST.get("find", "")))
        commands.decide(actor, find, request.POST.get("say", ""))
        return redirect(request.get_full_path())
    asked = sets.asked(request.GET)
    seen = Find.objects.visible_to(actor).filter(asked.where).select_related("tie").order_by("-day", "ident", "pk")
    page = Paginator(seen, PAGE).get_page(request.GET.get("page"))
    different = seen.order_by().values("what", "ident").distinct().count()
    due = len(commands.due(actor, timezone.now())) if asked.waits else 0
    context = {"page": page, "asked": asked, "different": different, "due": due}
    return render(request, "outcomes/found.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tie(request: HttpRequest, pk: int) -> HttpResponse:
    """A tie: its sides and how sure it is who they are, what was found, and what colleagues note came of it."""
    actor = request.actor
    if not actor.staff:
        raise PermissionDenied
    row = get_object_or_404(Tie.objects.visible_to(actor), pk=pk)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.report(form.instance, row, actor)
            return redirect(RESOURCES["outcome"].url(made))
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
    came = RESOURCES["outcome"].model.objects.visible_to(actor).filter(tie=row)
    context = {"tie": row, "finds": row.finds.exclude(state="gone"), "came": came, "form": form}
    return render(request, "outcomes/tie.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def who(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague says who a side of a tie of before is."""
    row = get_object_or_404(EarlierTie.objects.visible_to(request.actor), pk=pk)
    earlier.answer(row, request.POST.get("side", ""), request.POST.get("who", ""), request.actor)
    return redirect(RESOURCES["earliertie"].url(row))


@require_POST
def ask_all(request: HttpRequest) -> HttpResponse:
    """Write the yearly mails; they wait in the outbox."""
    demand_staff(request)
    commands.ask_all(request.actor, timezone.now())
    return redirect(f"{RESOURCES['message'].list_url}?state=drafted")


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the mail with the link; it waits in the outbox."""
    person = get_object_or_404(Person.objects.visible_to(request.actor), pk=pk)
    demand_staff(request)
    try:
        message = commands.ask(person, request.actor)
    except ValidationError as refusal:
        text = " ".join(refusal.messages)
        return render(request, "outcomes/ended.html", {"words": text or _("No e-mail address is known.")}, status=422)
    return redirect(RESOURCES["message"].url(message))

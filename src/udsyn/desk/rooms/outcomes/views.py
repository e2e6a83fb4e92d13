"""A person's own page behind a mail link, and what waits for colleagues. Both work without JavaScript."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from udsyn.desk.kernel.finds import FOUND, Find
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.outcomes import commands, earlier, links
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.tools.numbers import whole_number, whole_numbers
from udsyn.desk.web.requests import HttpRequest

PAGE = 30


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """What was found of a person's ties. Opening it changes nothing; one press says that the rest is right."""
    person, made_here = links.opened(token)
    if person is None and not made_here:
        raise Http404
    if person is None:
        response = render(request, "outcomes/ended.html", status=410)
    elif request.method == "POST":
        if "stop" in request.POST:
            commands.stop_following(person)
        else:
            commands.answer(person, whole_numbers(request.POST.getlist("strike")))
        response = redirect(f"{reverse('outcomes_mine', args=[token])}?said")
    else:
        held = list(commands.ties_of(person))
        for tie in held:
            tie.other = tie.b_name if tie.a_row == f"person:{person.pk}" else tie.a_name
            tie.shown = [find for find in tie.finds.all() if find.state in commands.OPEN]
        found = sum(len(tie.shown) for tie in held)
        context = {"person": person, "ties": held, "found": found, "said": "said" in request.GET}
        context["stopped"] = bool(held) and all(
            (tie.a_follow if tie.a_row == f"person:{person.pk}" else tie.b_follow) is False for tie in held
        )
        response = render(request, "outcomes/mine.html", context)
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest) -> HttpResponse:
    """Finds that nobody has confirmed, of the ties that this colleague sees."""
    actor = request.actor
    if not actor.staff:
        raise PermissionDenied
    seen = Find.objects.visible_to(actor)
    if request.method == "POST":
        find = get_object_or_404(seen, pk=whole_number(request.POST.get("find", "")))
        commands.decide(actor, find, request.POST.get("say", ""))
        return redirect("outcomes")
    page = Paginator(seen.filter(state=FOUND).select_related("tie"), PAGE).get_page(request.GET.get("page"))
    return render(request, "outcomes/waiting.html", {"page": page})


@require_POST
def who(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague says who a side of a tie of before is."""
    row = get_object_or_404(EarlierTie.objects.visible_to(request.actor), pk=pk)
    earlier.answer(row, request.POST.get("side", ""), request.POST.get("who", ""), request.actor)
    return redirect(RESOURCES["earliertie"].url(row))


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the mail with the link; it waits in the outbox."""
    person = get_object_or_404(Person.objects.visible_to(request.actor), pk=pk)
    if not request.actor.staff:
        raise PermissionDenied
    try:
        message = commands.ask(person, request.actor)
    except ValidationError as refusal:
        text = " ".join(refusal.messages)
        return render(request, "outcomes/ended.html", {"words": text or _("No e-mail address is known.")}, status=422)
    return redirect(RESOURCES["message"].url(message))

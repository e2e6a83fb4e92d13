"""Pages of the posts room: the checklist of a handover, who held which post, the centres for the public."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.models import Interval
from udsyn.desk.rooms.posts import commands
from udsyn.desk.rooms.posts.models import open_centres
from udsyn.desk.tools.numbers import whole_numbers
from udsyn.desk.web.pages import seen_or_404
from udsyn.desk.web.requests import HttpRequest


@require_POST
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off points of a handover."""
    resource, handover = seen_or_404(request, "handovers", pk)
    commands.tick(handover, request.actor, whole_numbers(request.POST.getlist("done")))
    messages.success(request, _("Saved."))
    return redirect(resource.url(handover))


@require_GET
def held_on(request: HttpRequest) -> HttpResponse:
    """Who held which post on a day: "who was attaché in Seoul on 1 March 2015"."""
    asked = request.GET.get("day", "")
    try:
        day = parse_date(asked) or timezone.localdate()
    except ValueError:
        day = timezone.localdate()
    posts = RESOURCES["post"].rows(request.actor).filter(Interval.on(day)).prefetch_related("postings")
    held = {p.post_id: p for p in RESOURCES["posting"].rows(request.actor).filter(Interval.on(day))}
    found = [(post, held.get(post.pk), post.holder_word(day)) for post in posts]
    return render(request, "posts/held.html", {"day": day, "posts": found})


@login_not_required
@require_GET
def abroad(request: HttpRequest) -> HttpResponse:
    """Find the centre for a country."""
    rows = sorted(open_centres(), key=lambda c: str(c.country.name))
    wanted = request.GET.get("country", "").upper()
    serving = [c for c in rows if wanted in {c.country.code, *(also.code for also in c.covers.all())}]
    countries = {c.country.code: c.country for c in rows} | {a.code: a for c in rows for a in c.covers.all()}
    return render(
        request,
        "posts/abroad.html",
        {
            "centres": serving if wanted in countries else rows,
            "wanted": wanted,
            "countries": sorted(countries.values(), key=lambda c: str(c.name)),
        },
    )

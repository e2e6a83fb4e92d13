"""Pages for everybody: a partner, how the country works with the world, what came of it, a search, what is open."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from udsyn import facts
from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.kernel.rooms import Shown
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.overview import showing
from udsyn.desk.rooms.overview.partners import Partner, partners
from udsyn.desk.rooms.parties.models import Interval
from udsyn.desk.rooms.parties.partners import partner_or_404
from udsyn.desk.rooms.posts.models import Centre, Post, Posting, open_centres
from udsyn.desk.web import choosing, structured
from udsyn.desk.web.pages import PAGE
from udsyn.desk.web.requests import HttpRequest

FIRST = 6  #: of what is open, on the front page


def home_name() -> str:
    return facts.countries.name(settings.HOME, language())


def front(request: HttpRequest, found: list[Partner]) -> dict[str, Any]:
    """What the front page says to a visitor: what this is, three doors, what is open, the world by partner."""
    now = timezone.now()
    there = showing.open_now(now)
    for one in found:
        one.open = showing.open_now(now, [shown for shown in there if shown.countries], one.country.code)
    search = request.build_absolute_uri(reverse("find_public")) + "?q={search_term_string}"
    action = structured.thing("SearchAction", target=search) | {"query-input": "required name=search_term_string"}
    return {
        "home_name": home_name(),
        "open": there[:FIRST],
        "more_open": len(there) - FIRST,
        "structured": structured.page(request, "WebSite", name="Udsyn", inLanguage=language(), potentialAction=action),
    }


def on_duty(posts: Any) -> list[tuple[Post, Posting | None]]:
    """Posts of today, each with its latest posting: who holds it, or who held it last; None where nobody is known."""
    today = timezone.localdate()
    rows = posts.filter(Interval.on(today)).select_related("centre", "country")
    begun = Posting.objects.filter(Q(starts__isnull=True) | Q(starts__lte=today), post__in=rows)
    latest = {held.post_id: held for held in begun.select_related("person").order_by(F("starts").asc(nulls_first=True))}
    return [(post, latest.get(post.pk)) for post in rows]


@login_not_required
@require_GET
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """A partner as everybody sees it: agreements, whom to write to, where both are strong, what is open, what came."""
    from udsyn.desk.evidence.partner import evidence_of  # half of a desk's start, and commands show no page

    country = partner_or_404(code)
    standing = Agreement.public().filter(Agreement.standing_on(timezone.localdate()), country=country)
    agreements = list(standing.order_by("signed", "pk"))
    return render(
        request,
        "overview/partner.html",
        {
            "country": country,
            "home_name": home_name(),
            "today": timezone.localdate(),
            "agreements": agreements,
            "centres": open_centres().filter(country=country),
            "covering": open_centres().filter(covers=country),
            "posts": on_duty(Post.objects.filter(country=country)),
            "open": showing.open_now(timezone.now(), country=code),
            "evidence": evidence_of(settings.HOME, code, only=("ties", "strengths")),
            "panels": showing.panels("partner", country),
            "structured": structured.page(
                request,
                "WebPage",
                name=str(country),
                about=structured.thing("Country", name=str(country), identifier=code),
                mentions=[
                    structured.thing("CreativeWork", name=str(one), datePublished=one.signed_text) for one in agreements
                ],
            ),
        },
    )


@login_not_required
@require_GET
def background(request: HttpRequest) -> HttpResponse:
    """How the country works with the world: every instrument, its rows of today, and whom to write to about it."""
    today = timezone.localdate()
    found = partners(NOBODY, today)
    posts = on_duty(Post.objects.order_by("country__code", "pk"))
    context = {
        "home_name": home_name(),
        "today": today,
        "partners": [one for one in found if one.agreements],
        "centres": [(c, [(p, held) for p, held in posts if p.centre_id == c.pk]) for one in found for c in one.centres],
        "closed": Centre.objects.filter(closed__lt=today).select_related("country"),
        "advisors": [(post, held) for post, held in posts if post.kind_of == "advisor"],
        "panels": showing.panels("background"),
        "contacts": settings.CONTACTS,
    }
    return render(request, "overview/background.html", context)


@login_not_required
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """What came of it, room by room; each figure says of how many it is known."""
    return render(request, "overview/results.html", {"panels": showing.panels("results"), "home_name": home_name()})


@login_not_required
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """One search over all that is public."""
    question = choosing.asked(request, "q")
    page = Paginator(showing.found(question), PAGE).get_page(request.GET.get("page"))
    return render(request, "overview/find.html", {"q": question, "page": page, "now": timezone.now()})


class Open(Feed):
    """What is open now, to subscribe to."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("Open now") + f" – {home_name()}"

    def link(self) -> str:
        return reverse("home")

    def items(self) -> list[Shown]:
        return showing.open_now(timezone.now())

    def item_title(self, item: Shown) -> str:
        return item.title

    def item_description(self, item: Shown) -> str:
        until = timezone.localtime(item.closes).strftime("%Y-%m-%d %H:%M %Z") if item.closes else ""
        return f"{item.kind} · {_('closes')} {until}"

    def item_link(self, item: Shown) -> str:
        return item.url

    def item_guid(self, item: Shown) -> str:
        return item.url


open_feed = login_not_required(Open())

"""The list of partner countries, and the page of one with all that the desk and the record say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Column, Resource, columns
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.cooperation.states import ACTION
from udsyn.desk.rooms.overview import story, world
from udsyn.desk.rooms.parties.models import Country, Interval
from udsyn.desk.rooms.posts.models import Posting, open_centres


def country_context(row: Country, actor: Actor) -> dict[str, Any]:
    """All that the desk and the record say about a partner, as far as this reader sees it."""
    from udsyn.desk.evidence.partner import evidence_of  # half of a desk's start, and commands show no page

    today = timezone.localdate()
    agreements = RESOURCES["agreement"].rows(actor).filter(country=row)
    points = RESOURCES["actionpoint"].rows(actor).filter(agreement__country=row)
    posts = list(RESOURCES["post"].rows(actor).filter(Interval.on(today), country=row).prefetch_related("postings"))
    held = {
        p.post_id: p.person
        for p in Posting.objects.visible_to(actor)
        .filter(Interval.on(today), post__in=[post.pk for post in posts])
        .select_related("person")
    }
    return {
        "agreements": agreements,
        "standing": agreements.filter(Agreement.standing_on(today)).count(),
        "meetings": RESOURCES["meeting"].rows(actor).filter(committee__agreement__country=row)[:10],
        "work_plans": RESOURCES["workplan"].rows(actor).filter(agreement__country=row).prefetch_related("initiatives"),
        "points": points.filter(state="open"),
        "late": points.filter(ACTION.on("overdue", today)).count(),
        "finished": points.exclude(state="open").count(),
        "centres": open_centres().filter(country=row),
        "covering": open_centres().filter(covers=row),
        "posts": [(post, held.get(post.pk), post.holder_word(today)) for post in posts],
        "memberships": [m for m in row.memberships.all() if m.holds_on(today)],
        "evidence": evidence_of(settings.HOME, row.code, people=actor.staff) if actor.signed_in else None,
        "story": story.of(row, actor),
        "decision": story.next_decision(agreements, today) if actor.staff else None,
        "outline": world.outlines().get(row.code, ""),
    }


def country_counts(actor: Actor) -> dict[str, Any]:
    today = timezone.localdate()
    seen = Agreement.objects.visible_to(actor).filter(Agreement.standing_on(today))
    return {
        "agreement_count": Count("agreements", filter=Q(agreements__in=seen), distinct=True),
        "centre_count": Count("centres", filter=Q(centres__in=open_centres()), distinct=True),
    }


LISTS: tuple[Resource, ...] = (
    Resource(
        Country,
        "countries",
        _("Cooperation"),
        (
            *columns(Country, "name", "code"),
            Column("agreement_count", _("agreements"), show=lambda row: row.agreement_count, order="agreement_count"),
            Column("centre_count", _("centres"), show=lambda row: row.centre_count, order="centre_count"),
            *columns(Country, "note", hidden=("note",), long=("note",)),
        ),
        form=("note",),
        private=frozenset({"note"}),
        search=("name", "code"),
        template="overview/country.html",
        context=country_context,
        counts=country_counts,
    ),
)

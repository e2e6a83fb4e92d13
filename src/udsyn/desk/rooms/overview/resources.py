"""The list of partner countries, and the page of one with all that the desk and the record say."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Column, Resource, columns
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.cooperation.story import agreements as agreements_with
from udsyn.desk.rooms.cooperation.story import meetings as meetings_with
from udsyn.desk.rooms.overview import story, world
from udsyn.desk.rooms.parties.models import Country, Interval
from udsyn.desk.rooms.posts.models import Posting, open_centres


@kept
def points(actor: Actor, *, given: int) -> Any:
    return RESOURCES["actionpoint"].rows(actor).filter(agreement__country=given, state="open")


@kept
def finished(actor: Actor, *, given: int) -> Any:
    rows = RESOURCES["actionpoint"].rows(actor).filter(agreement__country=given).exclude(state="open")
    return rows.values_list("pk", flat=True)


@kept
def held_in(actor: Actor, today: date, *, given: int) -> Any:
    rows = Posting.objects.visible_to(actor).filter(Interval.on(today), post__country=given)
    return rows.select_related("person")


@kept
def posts_in(actor: Actor, today: date, *, given: int) -> Any:
    return RESOURCES["post"].rows(actor).filter(Interval.on(today), country=given).prefetch_related("postings")


@kept
def work_plans(actor: Actor, *, given: int) -> Any:
    return RESOURCES["workplan"].rows(actor).filter(agreement__country=given).prefetch_related("initiatives")


def country_context(row: Country, actor: Actor) -> dict[str, Any]:
    """All that the desk and the record say about a partner, as far as this reader sees it."""
    from udsyn.desk.evidence.partner import evidence_of  # half of a desk's start, and commands show no page

    today = timezone.localdate()
    agreements = agreements_with(row, actor)
    open_points, centres = list(points(actor, given=row.pk)), list(open_centres())
    posts = list(posts_in(actor, today, given=row.pk))
    held = {posting.post_id: posting.person for posting in held_in(actor, today, given=row.pk)}
    return {
        "agreements": agreements,
        "standing": sum(agreement.stands for agreement in agreements),
        "meetings": meetings_with(row, actor)[:10],
        "work_plans": work_plans(actor, given=row.pk),
        "points": open_points,
        "late": sum(point.overdue for point in open_points),
        "finished": len(finished(actor, given=row.pk)),
        "centres": [centre for centre in centres if centre.country_id == row.pk],
        "covering": [centre for centre in centres if row in centre.covers.all()],
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

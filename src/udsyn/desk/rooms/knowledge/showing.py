"""Where other pages show reports: a partner's page and story, the front, the search for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.keeping import kept
from udsyn.desk.kernel.once import once
from udsyn.desk.kernel.permissions import NOBODY, Actor
from udsyn.desk.kernel.resources import Panel
from udsyn.desk.kernel.rooms import Moment, Shown
from udsyn.desk.rooms.knowledge.models import Report
from udsyn.desk.rooms.parties.models import Country

SHOWN, TOLD = 5, 20


@kept
def every(actor: Actor) -> Any:
    return Report.objects.visible_to(actor).filter(state="published").select_related("country")


@kept
def about(actor: Actor, *, given: int) -> Any:
    return every(actor).filter(country=given)


@once
def published(actor: Actor, country: Country | None = None) -> list[Report]:
    return list(about(actor, given=country.pk) if country else every(actor))


def of_country(country: Country, actor: Actor) -> Panel | None:
    rows = published(actor, country)
    values = {"rows": rows[:SHOWN], "more": len(rows) - SHOWN, "country": country}
    return Panel(_("Reports from abroad"), "knowledge/_country.html", values) if rows else None


def story(country: Country, actor: Actor) -> Iterator[Moment]:
    for row in published(actor, country)[:TOLD]:
        if row.published_at:
            url = reverse("report_read", args=[row.pk])
            yield Moment(timezone.localdate(row.published_at), row.get_kind_of_display(), row.title, url)


def for_everybody() -> Iterator[Shown]:
    for row in published(NOBODY):
        url, words = reverse("report_read", args=[row.pk]), f"{row.themes} {row.text}"
        yield Shown(row.get_kind_of_display(), row.title, url, (row.country.code,), words=words)

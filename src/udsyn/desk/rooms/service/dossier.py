"""What this room says to dossiers: requests of a centre, hours of work, and what clients say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel.dossiers import DONE, TOLD, Cost, Line, Says, done_under, scope_of
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service.figures import cases_of, compute
from udsyn.desk.rooms.service.models import Appointment, FollowUp, Introduction, Outcome, Request, Step

SHOWN = ("received", "taken_up", "introduced", "met")


def of_centre(row: Centre, today: dt.date) -> Iterator[Line]:
    """Key figures of all requests that the centre has had."""
    for figure in compute(cases_of(centre=row)):
        if figure.code in SHOWN:
            whole = {"part": int(figure.numerator or 0), "whole": figure.denominator, "missing": figure.missing}
            words = _("of %(whole)s; %(missing)s not known") % whole if figure.denominator is not None else ""
            address = f"{RESOURCES['request'].list_url}?centre={row.pk}"
            yield Line(DONE, figure.label, whole["part"], words, address)


def told(row: Any, today: dt.date) -> Iterator[Line]:
    """What clients answered, and the outcomes that colleagues confirmed, with whether they would have come anyway."""
    ties, requests = Tie.objects.filter(scope_of(row).ties), done_under(row).get("request", set())
    introductions = ties.filter(kind="introduction").values("object_id")
    about = Q(tie__in=ties) | Q(introduction__in=introductions) | Q(request__in=requests)
    came = list(Outcome.objects.filter(about, state="confirmed").distinct())
    words = [one.additionality for one in came]
    if came:
        said = _("%(part)s would not have come otherwise, %(unknown)s not said") % {
            "part": words.count("would_not"), "unknown": words.count("unknown"),
        }  # fmt: skip
        yield Line(TOLD, _("confirmed outcomes"), len(came), said, RESOURCES["outcome"].list_url)
    candidates = Introduction.objects.filter(pk__in=introductions).values("candidate__request")
    about = Q(request__in=candidates) | Q(request__in=requests)
    asked = FollowUp.objects.filter(about, state__in=("asked", "answered", "silent"))
    answers = list(asked.values_list("answered_at", "satisfied"))
    if answers:
        answered = [useful for moment, useful in answers if moment]
        whole = {"part": len(answered), "whole": len(answers), "useful": answered.count("yes")}
        words_ = _("of %(whole)s asked; %(useful)s found the help useful") % whole
        yield Line(TOLD, _("follow-ups answered"), len(answered), words_)


def under(row: Centre) -> dict[str, Any]:
    """What was done for requests of a centre."""
    made = Introduction.objects.filter(candidate__request__centre=row)
    return {
        "request": Request.objects.filter(centre=row).values_list("pk", flat=True),
        "introduction": made.values_list("pk", flat=True),
        "appointment": Appointment.objects.filter(introduction__in=made).values_list("pk", flat=True),
    }


def costs() -> Iterator[Cost]:
    """Hours that colleagues logged on requests; money is not held. A request without a contact has unknown hours."""
    rows = Request.objects.order_by("pk").values_list("pk", "received", "centre__country__code", "country__code")
    begun = {pk: (received, there or named) for pk, received, there, named in rows}
    logged = set()
    for request, at, minutes in Step.objects.filter(what="contact").values_list("request_id", "at", "minutes"):
        logged.add(request)
        hours = None if minutes is None else minutes / 60
        yield Cost("introduction", "request", request, timezone.localdate(at), begun[request][1], hours=hours)
    for request in begun.keys() - logged:
        yield Cost("introduction", "request", request, *begun[request])


SAYS = Says(knows=(("centre", of_centre), ("", told)), under=(("centre", under),), costs=costs)

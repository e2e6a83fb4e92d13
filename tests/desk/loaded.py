"""A desk after many years: the demonstration's rows copied until there are as many as a busy ministry has."""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

from django.db import transaction
from django.utils import timezone

BATCH, YEARS = 500, 10
GROWING = ("people", "requests", "candidates", "introductions", "log", "applications")  #: the lists that do


@dataclass(frozen=True)
class Size:
    """How many rows of each kind there are in the end."""

    people: int = 10_000
    requests: int = 20_000
    applications: int = 5_000
    ties: int = 100_000

    def share(self, part: float) -> Size:
        return Size(**{field.name: int(getattr(self, field.name) * part) for field in fields(self)})


Pair = tuple[Any, Any]  #: a row and its copy


def copied(row: Any, **values: Any) -> Any:
    """A copy that is not stored yet, with other values."""
    made = copy.copy(row)
    made._state = copy.copy(row._state)
    made.pk, made._state.adding = None, True
    for name, value in values.items():
        setattr(made, name, value)
    return made


def store(model: Any, pairs: list[Pair]) -> list[Pair]:
    model._base_manager.bulk_create([made for _row, made in pairs], batch_size=BATCH)
    return pairs


def filled(model: Any, size: int, change: Callable[[Any, int], dict[str, Any]]) -> list[Pair]:
    """Copies of a model's rows in turn, each with what changes in it, until the table holds `size`."""
    held = list(model._base_manager.order_by("pk"))
    turn = islice(cycle(held), max(0, size - len(held)))
    return store(model, [(row, copied(row, **change(row, number))) for number, row in enumerate(turn)])


def below(model: Any, link: str, parents: Iterable[Pair], *days: str, **values: Any) -> list[Pair]:
    """What hangs on each parent, copied below its copy; `days` are as much earlier as the parent's are."""
    held: dict[int, list[Any]] = defaultdict(list)
    for row in model._base_manager.order_by("pk"):
        held[getattr(row, f"{link}_id")].append(row)
    pairs = [(row, made, copied(row, **values, **{link: made})) for parent, made in parents for row in held[parent.pk]]
    for row, above, made in pairs:
        made.earlier = above.earlier
        for name in days:
            setattr(made, name, before(getattr(row, name), above.earlier))
    return store(model, [(row, made) for row, _above, made in pairs])


def before(day: Any, earlier: timedelta) -> Any:
    return day and day - earlier


def asked_before(row: Any, number: int, person: Any) -> dict[str, Any]:
    """The same request of another client, up to ten years earlier."""
    earlier = timedelta(days=364) * (number % YEARS)
    client = {"person": row.person and person, "sender_user": None, "name": f"{row.name[:140]} {number}"}
    return {**client, "received": row.received - earlier, "earlier": earlier}


def load(size: Size) -> None:
    """Copy people, applications, requests with all that belongs to them, and ties, with their lines in the ledger."""
    from udsyn.desk.kernel import search
    from udsyn.desk.kernel.ledger import Act, append_all
    from udsyn.desk.kernel.permissions import actor_of
    from udsyn.desk.kernel.ties import Tie, collect
    from udsyn.desk.rooms.parties.models import Person, User
    from udsyn.desk.rooms.programmes.models import Application
    from udsyn.desk.rooms.service.models import Candidate, FollowUp, Introduction, Outcome, Request, Step

    officer = actor_of(User.objects.get(email="officer2@demo.example"), timezone.localdate())
    collect()
    with transaction.atomic():
        people = filled(Person, size.people, another_person)
        clients = cycle([made for _row, made in people] or Person.objects.all())
        requests = filled(Request, size.requests, lambda row, n: asked_before(row, n, next(clients)))
        applications = filled(Application, size.applications, lambda row, n: {"title": f"{row.title[:190]} {n}"})
        candidates = below(Candidate, "request", requests, author="")
        introductions = below(Introduction, "candidate", candidates, "client_yes_at", "agreed_at")
        for model, day in ((Step, "at"), (FollowUp, "due"), (Outcome, "date")):
            below(model, "request", requests, day)
        makers = cycle([made for _row, made in (*introductions, *applications)])
        filled(Tie, size.ties, lambda row, number: made_by(next(makers), f"{row.key[:150]} {number}"))
        rows = [made for _row, made in (*people, *requests, *applications)]
        random.Random(len(rows)).shuffle(rows)  # the ledger's lines come in the order of no kind
        append_all(officer, [Act("create", row) for row in rows])
        search.put_all(rows)


def another_person(row: Any, number: int) -> dict[str, Any]:
    family = f"{row.family_name[:90]} {number}"
    return {"family_name": family, "email": "", "orcid": "", "merged_into": None}


def made_by(row: Any, key: str) -> dict[str, Any]:
    return {"kind": type(row).kind(), "object_id": row.pk, "key": key}


def paths(role: str, lists_of: Collection[str]) -> dict[str, str]:
    """Pages to measure, by name: the start, a partner, a request, the search, what is across all rooms, these lists."""
    from django.urls import reverse

    from udsyn.desk.kernel.resources import RESOURCES
    from udsyn.desk.rooms.parties.models import Country
    from udsyn.desk.rooms.service.models import Request

    if role == "visitor":
        public = {name: reverse(name) for name in ("home", "background", "results", "abroad", "open_feed")}
        return {
            **public,
            "partner": reverse("partner_country", args=["KR"]),
            "search": reverse("find_public") + "?q=korea",
            "centre": reverse("centre", args=["seoul"]),
        }
    korea = Country.objects.get(code="KR")
    across = {name: reverse(name) for name in ("home", "inbox", "activity", "deadlines", "figures")}
    lists = {resource.slug: resource.list_url for resource in RESOURCES.values() if resource.slug in lists_of}
    partner, search = RESOURCES["country"].url(korea), reverse("search") + "?q=seoul"
    asked = Request.objects.filter(centre__slug="seoul", sender_user__isnull=False, organisation__isnull=False)
    request = RESOURCES["request"].url(asked.order_by("pk")[0])
    return {**across, "partner": partner, "request": request, "search": search, **lists}

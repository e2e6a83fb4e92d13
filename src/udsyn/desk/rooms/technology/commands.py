"""From firms that build on home's science to candidates in a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from django.db import transaction

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.rooms.service.models import Candidate, Request
from udsyn.evidence.technology.users import REASONS, reason

Firm = Mapping[str, Any]


@transaction.atomic
def take(request: Request, actor: Actor, firms: Iterable[Firm], wanted: Set[str]) -> int:
    """Keep the wanted firms as candidates, each with its patents and our papers; returns how many are new.

    A firm is its own institution: so the gate of security asks the lists for it before anybody is introduced, and a
    competitor of the client is never proposed.
    """
    held = set(request.candidates.values_list("institution", flat=True))
    codes = {country.code: country for country in Country.objects.all()}
    new = [firm for firm in firms if firm["name"] in wanted - held]
    for firm in new:
        candidate = Candidate(
            request=request,
            name=firm["name"][:200],
            institution=firm["name"][:250],
            country=codes.get(firm["country"]),
            score=firm["score"],
            reasons=[reason(family) for family in firm["cited"][:REASONS]],
        )
        commands.save(candidate, actor)
    return len(new)

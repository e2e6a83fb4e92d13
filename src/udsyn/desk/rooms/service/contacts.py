"""The ties that a centre's work has made: people who were introduced, and appointments that were kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from udsyn.desk.kernel.ties import CANCELLED, MADE, ORGANISATION, REFUSED, End, Said
from udsyn.desk.rooms.service.models import Appointment, Candidate, Introduction, Request

#: what became of an introduction that was asked for
STATUSES = {
    **dict.fromkeys(("agreed", "met", "closed"), MADE),
    **dict.fromkeys(("declined", "stopped", "silent"), REFUSED),
    "withdrawn": CANCELLED,
}


def ties() -> Iterator[Said]:
    """People who said yes to one another or not, and those who met; with both organisations where they are known."""
    rows = "candidate__request__person", "candidate__request__organisation__country", "candidate__person"
    for row in Introduction.objects.filter(state__in=STATUSES).select_related(*rows, "candidate__country"):
        day = timezone.localdate(row.agreed_at or row.client_yes_at)
        yield Said(row, "introduction", day, client(row.request), guest(row.candidate), status=STATUSES[row.state])
        if (pair := organisations(row)) is not None:
            yield Said(row, "introduction", day, *pair, level=ORGANISATION, status=STATUSES[row.state])
    met = Appointment.objects.filter(state="held").select_related(*(f"introduction__{name}" for name in rows))
    for kept in met:
        row = kept.introduction
        yield Said(kept, "appointment", timezone.localdate(kept.starts), client(row.request), guest(row.candidate))


def client(request: Request) -> End:
    """Who asked: the person where one is written down, else the name on the request."""
    person, organisation = request.person, request.organisation
    return End(
        name=str(person) if person is not None else request.name,
        role="client",
        country=code_of(organisation),
        orcid=person.orcid if person is not None else "",
        row=f"person:{person.pk}" if person is not None else "",
    )


def guest(candidate: Candidate) -> End:
    """Who was asked."""
    person = candidate.person
    return End(
        name=candidate.name,
        role="candidate",
        country=code_of(candidate),
        author=candidate.author,
        orcid=person.orcid if person is not None else "",
        row=f"person:{person.pk}" if person is not None else "",
    )


def organisations(row: Introduction) -> tuple[End, End] | None:
    """The client's organisation and the candidate's, where both are known by name."""
    ours, theirs = row.request.organisation, row.candidate.institution
    if ours is None or not theirs:
        return None
    mine = End(name=ours.name, role="client", country=code_of(ours), ror=ours.ror, row=f"organisation:{ours.pk}")
    return mine, End(name=theirs, role="candidate", country=code_of(row.candidate))


def code_of(placed: Any) -> str:
    """The country of an organisation or candidate; empty where it is not known."""
    return placed.country.code if placed is not None and placed.country is not None else ""

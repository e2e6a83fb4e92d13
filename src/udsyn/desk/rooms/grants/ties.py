"""The ties that decisions make: every pair of people and of organisations, funded with the grant's number, refused with
the rating, so that the one can be compared with the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from udsyn.desk.kernel.ties import CANCELLED, MADE, ORGANISATION, PERSON, REFUSED, End, Said
from udsyn.desk.rooms.grants.models import Decision, Grant, Participant

INSTRUMENT = "grant"


def ties() -> Iterator[Said]:
    """All pairs of all decisions, from the day of the decision, or from when the later of the two joined."""
    rows = Decision.objects.select_related("application__grant").prefetch_related(
        "application__participants__country", "application__participants__person"
    )
    for row in rows.order_by("pk"):
        grant: Grant | None = getattr(row.application, "grant", None)
        about, status, award = (grant, status_of(grant), grant.number) if grant else (row, REFUSED, "")
        for one, other in combinations(row.application.participants.all(), 2):
            if overlap(one, other):
                day = max(row.decided_on, one.joined_on, other.joined_on)
                for level, a, b in pairs(one, other):
                    yield Said(about, INSTRUMENT, day, a, b, level, status, row.rating, award)


def status_of(grant: Grant) -> str:
    return CANCELLED if grant.state in ("declined", "stopped") else MADE


def overlap(one: Participant, other: Participant) -> bool:
    """Did both take part at the same time?"""
    return all(a.left_on is None or a.left_on > b.joined_on for a, b in ((one, other), (other, one)))


def pairs(one: Participant, other: Participant) -> Iterator[tuple[str, End, End]]:
    """Both people, and both organisations where they are two."""
    yield PERSON, person(one), person(other)
    names = {part.organisation_name.casefold() for part in (one, other)} - {""}
    if len(names) == 2 and not (one.ror and one.ror == other.ror):
        yield ORGANISATION, organisation(one), organisation(other)


def person(row: Participant) -> End:
    return End(
        row.name,
        role_of(row),
        code_of(row),
        author=row.author,
        orcid=row.orcid,
        row=f"person:{row.person_id}" if row.person_id else "",
    )


def organisation(row: Participant) -> End:
    held = f"organisation:{row.organisation_id}" if row.organisation_id else ""
    return End(row.organisation_name, role_of(row), code_of(row), ror=row.ror, row=held)


def role_of(row: Participant) -> str:
    return "holder" if row.person_id else "partner"


def code_of(row: Participant) -> str:
    return row.country.code if row.country else ""

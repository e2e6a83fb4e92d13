"""Who in the record those are who take part: asked once of each, and kept where more than the name says it."""

from __future__ import annotations

from typing import Any

from udsyn.contacts import opened
from udsyn.contacts.recognise import FOUND, Asked, Recognised, recognise
from udsyn.desk.rooms.grants.models import Participant
from udsyn.desk.rooms.grants.ties import code_of
from udsyn.desk.tools.record import named


def know_participants() -> dict[str, Any]:
    """Look for people and organisations whom nobody looked for yet. One in doubt stays unknown.

    Returns how many ids were found; nothing where no record is named.
    """
    record = named()
    rows = list(Participant.objects.filter(looked=False).select_related("country"))
    if record is None or not rows:
        return {}
    applications = {row.application_id for row in rows}
    leads = {
        one.application_id: one
        for one in Participant.objects.filter(person__isnull=False).select_related("country")
        if one.application_id in applications
    }
    pairs = [(row, leads.get(row.application_id, row)) for row in rows]
    index, found = opened(record), 0
    people = recognise(index, [(asked(row), asked(lead)) for row, lead in pairs])
    places = recognise(index, [(asked(row, named_too=False), asked(lead, named_too=False)) for row, lead in pairs])
    for row, (who, _lead), (where, _at) in zip(rows, people, places, strict=True):
        known = {"author": row.author or ident(who), "ror": row.ror or ident(where)}
        found += sum(bool(value) and value != getattr(row, name) for name, value in known.items())
        Participant.objects.filter(pk=row.pk).update(looked=True, **known)
    return {"participants_known": found}


def asked(row: Participant, *, named_too: bool = True) -> Asked:
    """The person, or the organisation alone."""
    return Asked(row.name if named_too else "", row.organisation_name, code_of(row))


def ident(found: Recognised) -> str:
    return found.candidates[0].ident if found.verdict == FOUND else ""

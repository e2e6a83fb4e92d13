"""Ties of before Udsyn: who their sides are in the record, what a colleague answers where that is in doubt, and how
they are said to the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from udsyn.contacts.recognise import DOUBT, FOUND, Asked, Candidate, Recognised, recognise
from udsyn.desk.kernel import commands
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.ties import ORGANISATION, PERSON, End, Said
from udsyn.desk.rooms.outcomes.models import SIDES, EarlierTie
from udsyn.desk.tools.record import named
from udsyn.errors import UdsynError

NOBODY = "none"  #: the answer that none of those asked about is meant


def words(reason: Sequence[str]) -> str:
    """A reason in words."""
    code, value = reason
    told = {
        "name": _("named %(value)s in the record"),
        "organisation": _("works of theirs name %(value)s"),
        "joint": _("joint publications: %(value)s"),
        "country": _("in %(value)s"),
    }
    return told[code] % {"value": value}


def match(rows: Sequence[EarlierTie]) -> list[str]:
    """Look for both sides of each tie in the record and note who was found, with reasons, or who is in doubt.

    Returns a sentence for each row; empty where no record is named, and why where it cannot be read: the rows are kept.
    """
    record = named()
    if record is None or not rows:
        return [""] * len(rows)
    from udsyn.contacts import opened

    try:
        told = recognise(opened(record), [(asked(row, "a"), asked(row, "b")) for row in rows])
    except UdsynError as error:
        return [str(error)] * len(rows)
    return [note(row, dict(zip("ab", sides, strict=True))) for row, sides in zip(rows, told, strict=True)]


def asked(row: EarlierTie, side: str) -> Asked:
    country = getattr(row, f"{side}_country")
    name = getattr(row, f"{side}_name") if row.between_people else ""
    return Asked(name, getattr(row, f"{side}_organisation"), country.code if country else "")


def note(row: EarlierTie, sides: dict[str, Recognised]) -> str:
    """Keep on a row what was recognised. An id that somebody wrote stands."""
    said, row.recognised, row.doubts = [], {}, 0
    for side, found in sides.items():
        field = f"{side}_{'author' if row.between_people else 'ror'}"
        if getattr(row, field) or getattr(row, f"{side}_orcid"):
            continue
        candidates = [as_stored(one) for one in found.candidates]
        row.recognised[side] = {"verdict": found.verdict, "candidates": candidates}
        if found.verdict == FOUND:
            setattr(row, field, candidates[0]["ident"])
            reasons = "; ".join(words(reason) for reason in candidates[0]["reasons"])
            said.append(f"{SIDES[side]}: {candidates[0]['ident']} ({reasons})")
        elif found.verdict == DOUBT:
            row.doubts += 1
            said.append(f"{SIDES[side]}: " + _("%(n)s may be meant, you will be asked") % {"n": len(candidates)})
        else:
            said.append(f"{SIDES[side]}: " + _("nobody in the record is called so"))
    return " · ".join(said)


def as_stored(one: Candidate) -> dict[str, Any]:
    return {
        "ident": one.ident,
        "name": one.name,
        "place": one.place,
        "country": one.country,
        "works": one.works,
        "reasons": [list(reason) for reason in one.reasons],
    }


def open_questions(row: EarlierTie) -> list[dict[str, Any]]:
    """What is in doubt: the side, what was written, and the candidates with their reasons in words."""
    return [
        {
            "side": side,
            "label": SIDES[side],
            "name": row.side(side),
            "candidates": [one | {"why": [words(reason) for reason in one["reasons"]]} for one in found["candidates"]],
        }
        for side, found in sorted(row.recognised.items())
        if found["verdict"] == DOUBT
    ]


@transaction.atomic
def answer(row: EarlierTie, side: str, ident: str, actor: Actor) -> None:
    """A colleague says who is meant, or that none of them is. Raises PermissionDenied for what was not asked."""
    row = commands.locked(row)
    found = row.recognised.get(side, {})
    known = {one["ident"] for one in found.get("candidates", ())}
    if found.get("verdict") != DOUBT or not (ident == NOBODY or ident in known) or not actor.can("change", row):
        raise PermissionDenied
    row.recognised = row.recognised | {side: found | {"verdict": "said" if ident != NOBODY else NOBODY}}
    row.doubts -= 1
    if ident != NOBODY:
        setattr(row, f"{side}_{'author' if row.between_people else 'ror'}", ident)
    commands.save(row, actor)


def type_in(row: EarlierTie, actor: Actor) -> EarlierTie:
    """One that a colleague writes is looked up as those of a spreadsheet are."""
    match([row])
    return commands.save(row, actor)


def ties() -> Iterator[Said]:
    """All ties of before, as the ledger takes them."""
    for row in EarlierTie.objects.select_related("a_country", "b_country", "a_person", "b_person"):
        level = PERSON if row.between_people else ORGANISATION
        yield Said(
            row, row.instrument, row.date, end(row, "a"), end(row, "b"), level, row.status, row.rating, row.award
        )


def end(row: EarlierTie, side: str) -> End:
    person, country = getattr(row, f"{side}_person"), getattr(row, f"{side}_country")
    return End(
        name=row.side(side),
        role=getattr(row, f"{side}_role"),
        country=country.code if country else "",
        author=getattr(row, f"{side}_author"),
        orcid=getattr(row, f"{side}_orcid") or (person.orcid if person else ""),
        ror=getattr(row, f"{side}_ror"),
        row=f"person:{person.pk}" if person else "",
        follow=getattr(row, f"{side}_follow"),
    )

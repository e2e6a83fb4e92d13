"""A joint call's two rankings made into one: the partner agency's list is read, merged with ours by a rule, and saved
as the basis of the decision. Nothing of a list is taken while a line of it is unclear."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from udsyn.allocation.joint import Line, Merge, listed, merge, places_of, plain_title
from udsyn.allocation.ranking import Order
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.programmes.models import Application, PartnerRanking
from udsyn.desk.tools import sheets

MOST = 5_000  #: lines of a list
PLACE = ("place", "rank", "plads", "placering", "rang")
NAME = ("application", "proposal", "title", "number", "id", "ansøgning", "titel", "nummer")
WRITTEN = re.compile(r"\s*(?:(\d{1,6})\s*[.;:,)\t]\s*)?(.*\S)\s*")


def merged(order: Order, theirs: PartnerRanking) -> Order:
    """Our order with the partner's ranking in it, by its rule. Whom only one side ranks is in none."""
    return merge(cast("Merge", theirs.rule), places_of(order), theirs.places, theirs.top or 0)


def from_text(text: str) -> list[Line]:
    """A list as people write it, a line for each application: its place and its number or title; or in order."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        told = WRITTEN.fullmatch(line)
        if told:
            found.append(Line(number, int(told[1]) if told[1] else None, told[2]))
    return found


def from_file(name: str, content: bytes) -> str:
    """A spreadsheet's columns of places and applications as such a text. Raises ValidationError without the second."""
    table = sheets.read(name, content, known={*PLACE, *NAME})
    heads = [heading.strip().casefold() for heading in table.headings]
    place, what = (next((heads.index(one) for one in words if one in heads), None) for words in (PLACE, NAME))
    if what is None:
        raise ValidationError(_("The file has no column “application”. Name its columns “place” and “application”."))
    return "\n".join(": ".join(cell for cell in cells_of(line.cells, place, what) if cell) for line in table.lines)


def cells_of(cells: Sequence[str], *columns: int | None) -> Iterator[str]:
    for column in columns:
        yield " ".join(cells[column].split()) if column is not None and column < len(cells) else ""


def read(text: str, rows: Sequence[Application]) -> dict[str, int]:
    """The partner's places of our applications, by number. Raises ValidationError that names every line to mend."""
    lines = from_text(text)
    if not lines:
        raise ValidationError(_("Paste the partner's ranking, or choose a file with it."))
    if len(lines) > MOST:
        raise ValidationError(_("These are more than %(n)s lines.") % {"n": MOST})
    found = listed(lines, {str(row.pk): row.title for row in rows})
    wrong = (
        (found.unknown, _("Line %(lines)s: no application of this call that is ranked. Write its number or title.")),
        (found.unclear, _("Line %(lines)s: several applications have this title. Write the number.")),
        (found.twice, _("Line %(lines)s: an application that stands further up already.")),
        (found.placeless, _("Line %(lines)s: a place is missing or is 0. Write one in every line, or in none.")),
    )
    said = [text % {"lines": ", ".join(map(str, numbers))} for numbers, text in wrong if numbers]
    if said:
        raise ValidationError(said)
    return found.ranks


def as_text(theirs: PartnerRanking, rows: Sequence[Application]) -> str:
    """What is held, as it would be pasted."""
    titles = {str(row.pk): row.title for row in rows}
    many = Counter(map(plain_title, titles.values()))
    held = sorted(theirs.places.items(), key=lambda one: one[1])
    return "\n".join(
        f"{place}: {key if many[plain_title(titles[key])] > 1 or titles[key] in titles else titles[key]}"
        for key, place in held
        if key in titles
    )


@transaction.atomic
def save(theirs: PartnerRanking, actor: Actor) -> None:
    """Keep the partner's ranking and the rule as the basis of the decision. Raises ValidationError before the close."""
    theirs.call = kernel.locked(theirs.call)
    if theirs.call.state == "published" and theirs.call.state_now != "closed":
        raise ValidationError(_("The call has not closed."))
    if theirs.call.applications.exclude(assessed__lot=None).exists():
        raise ValidationError(_("Lots were drawn on what is saved here: it no longer changes."))
    kernel.save(theirs, actor)

"""The list of ties of before Udsyn, which come by spreadsheet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Importing, Resource, columns
from udsyn.desk.rooms.outcomes import earlier
from udsyn.desk.rooms.outcomes.models import EarlierTie

FORM = (
    "instrument", "date", "status", "a_name", "a_organisation", "a_country", "a_role", "b_name", "b_organisation",
    "b_country", "b_role", "award", "rating", "a_person", "b_person", "a_author", "b_author", "a_orcid", "b_orcid",
    "a_ror", "b_ror", "a_follow", "b_follow", "source", "note",
)  # fmt: skip
IN_LIST = {"instrument", "date", "status", "a_name", "a_organisation", "b_name", "b_organisation", "doubts"}


def context(row: EarlierTie, actor: Actor) -> dict[str, Any]:
    return {"questions": earlier.open_questions(row) if actor.can("change", row) else []}


def words(side: tuple[str, ...], what: tuple[str, ...]) -> tuple[str, ...]:
    """Headings that mean a side's column: our name, Danish organisation, partnerland."""
    return tuple(f"{one}{gap}{other}" for one in side for gap in (" ", "") for other in what)


OURS, THEIRS = ("our", "home", "danish", "dansk", "vores", "a"), ("their", "partner", "foreign", "udenlandsk", "b")
NAME, PLACE, COUNTRY = (
    ("name", "navn", "person", "researcher", "forsker"),
    ("organisation", "institution"),
    ("country", "land"),
)

LISTS = (
    Resource(
        EarlierTie,
        "earlier-ties",
        _("What came of it"),
        columns(EarlierTie, *FORM, "doubts", hidden=tuple(set(FORM) - IN_LIST), long=("note",)),
        form=FORM,
        private=frozenset({"note"}),
        search=("a_name", "b_name", "a_organisation", "b_organisation"),
        filters=("instrument", "status", "date", "doubts"),
        select=("a_country", "b_country", "a_person", "b_person"),
        template="outcomes/earliertie.html",
        context=context,
        save=earlier.type_in,
        importing=Importing(
            likely=("a_name", "b_name", "instrument", "date"),
            when_likely="same",
            words={
                "date": ("day", "dato", "dag"),
                "instrument": ("kind", "type", "slags", "virkemiddel"),
                "award": ("grant", "bevilling", "bevillingsnummer", "grant no"),
                "a_name": words(OURS, NAME),
                "b_name": words(THEIRS, NAME),
                "a_organisation": words(OURS, PLACE),
                "b_organisation": words(THEIRS, PLACE),
                "a_country": words(OURS, COUNTRY),
                "b_country": words(THEIRS, COUNTRY),
            },
            match=earlier.match,
        ),
    ),
)

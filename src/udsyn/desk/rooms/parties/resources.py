"""The parties room's resources: what lists show, forms ask and exports hold; the outbox too."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence import institutions
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.resources import Column, Importing, Part, Resource, Suggestion, columns
from udsyn.desk.kernel.wording import town
from udsyn.desk.rooms.parties import commands
from udsyn.desk.rooms.parties.models import Affiliation, Country, Mandate, Membership, Organisation, Person
from udsyn.desk.tools import outbox

PARTIES = _("People and organisations")

DESK = _("Desk")


def from_record(written: dict[str, str]) -> list[Suggestion]:
    """Institutions of the record that fit the name or the ROR id that is written."""
    ror = written.get("ror", "").strip().lower().rsplit("/", 1)[-1]
    sure = institutions.by_ror(ror) if ror else None
    found = [sure] if sure else institutions.look_up(written.get("name", ""))
    labels = ((i, ", ".join(filter(None, (town(i.city), i.country)))) for i in found)
    return [Suggestion(i.ror, f"{i.name} ({place}) · {i.ror}", form_values(i)) for i, place in labels]


def form_values(found: institutions.Institution) -> dict[str, Any]:
    """Values for the form of an organisation."""
    country = Country.objects.filter(code=found.country).first()
    return {
        "name": found.name,
        "ror": found.ror,
        "country": country.pk if country else "",
        "city": found.city,
        "kind_of": found.kind,
    }


def left_at(message: Any) -> Any:
    """When a mail left; unknown only where nobody knows whether it did."""
    return message.sent_at if message.state in ("sent", "sending") else _("not sent")


LISTS: tuple[Resource, ...] = (
    Resource(
        Organisation,
        "organisations",
        PARTIES,
        columns(
            Organisation,
            "name",
            "kind_of",
            "country",
            "city",
            "ror",
            "cvr",
            "no_advertising",
            "website",
            "parent",
            "note",
            hidden=("cvr", "no_advertising", "website", "parent", "note"),
            long=("note",),
            towns=("city",),
        ),
        form=("name", "kind_of", "country", "city", "ror", "cvr", "no_advertising", "website", "parent", "note"),
        private=frozenset({"note"}),
        search=("name", "city", "ror", "cvr"),
        filters=("kind_of", "country"),
        select=("country", "parent"),
        children=(("affiliation", "organisation"),),
        suggest=from_record,
        alike=commands.alike,
        importing=Importing(
            sure=("ror", "cvr"),
            likely=("name", "country"),
            when_likely="same",
            words={
                "name": ("organisation", "institution", "navn", "organization", "university", "virksomhed"),
                "kind_of": ("type", "kind", "art", "category", "kategori"),
                "country": ("land", "landekode", "country code"),
                "city": ("by", "town", "sted"),
                "ror": ("ror", "ror id", "ror url"),
                "cvr": ("cvr", "cvr-nummer", "cvr number", "cvrnr"),
                "no_advertising": ("reklamebeskyttet", "reklamebeskyttelse", "no advertising"),
                "website": ("web", "url", "homepage", "hjemmeside", "webside"),
                "parent": ("part of", "moderorganisation", "parent organisation"),
                "note": ("remarks", "bemærkning", "comment", "kommentar", "noter", "notes"),
            },
        ),
    ),
    Resource(
        Person,
        "people",
        PARTIES,
        columns(
            Person,
            "given_name",
            "family_name",
            "title",
            "email",
            "phone",
            "orcid",
            "language",
            "purpose",
            "legal_basis",
            "keep_until",
            "note",
            hidden=("phone", "orcid", "language", "purpose", "legal_basis", "keep_until", "note"),
            long=("note",),
        ),
        form=(
            "given_name",
            "family_name",
            "title",
            "email",
            "phone",
            "orcid",
            "language",
            "purpose",
            "legal_basis",
            "keep_until",
            "note",
        ),
        private=frozenset({"note", "purpose", "legal_basis", "keep_until"}),
        search=("given_name", "family_name", "title", "orcid"),
        children=(("affiliation", "person"), ("posting", "person"), ("actionpoint", "owner")),
        alike=commands.alike,
        importing=Importing(
            sure=("orcid", "email"),
            likely=("family_name", "given_name"),
            words={
                "given_name": ("first name", "forename", "fornavn", "firstname", "fornavne"),
                "family_name": ("last name", "surname", "efternavn", "lastname"),
                "title": ("position", "stilling", "titel", "job title"),
                "email": ("mail", "e-mail address", "e-post", "mailadresse", "email address"),
                "phone": ("telephone", "tlf", "mobile", "mobil", "phone number", "telefon"),
                "orcid": ("orcid id", "orcid url"),
                "note": ("remarks", "bemærkning", "comment", "kommentar", "noter", "notes"),
                "affiliation.organisation": ("organisation", "institution", "employer", "arbejdsplads", "organization"),
                "affiliation.organisation.country": ("land", "country", "landekode", "country code"),
                "affiliation.role": ("role", "rolle", "function", "funktion"),
                "affiliation.starts": ("since", "siden", "from", "fra", "ansat"),
                "affiliation.ends": ("until", "til", "to"),
            },
            part=Part("affiliation", "person", ("organisation", "role", "starts", "ends"), told=("country",)),
        ),
    ),
    Resource(
        Affiliation,
        "affiliations",
        PARTIES,
        columns(Affiliation, "person", "organisation", "role", "starts", "ends"),
        form=("person", "organisation", "role", "starts", "ends"),
        select=("person", "organisation"),
        importing=Importing(),
        menu=False,
    ),
    Resource(
        Mandate,
        "mandates",
        DESK,
        (
            Column("user", _("user"), show=lambda row: str(row.user), order="user__name"),
            *columns(Mandate, "role", "scope", "starts", "ends"),
        ),
        form=("user", "role", "scope", "starts", "ends"),
        filters=("role",),
        select=("user",),
        attach=False,
    ),
    Resource(
        Message,
        "outbox",
        DESK,
        (
            *columns(Message, "subject", "recipient", "state", "created"),
            Column("sent_at", Message._meta.get_field("sent_at").verbose_name, show=left_at, order="sent_at"),
            *columns(Message, "trouble", "body", hidden=("trouble", "body"), long=("body",)),
        ),
        form=("recipient", "subject", "body"),
        filters=("state",),
        attach=False,
        save=outbox.draft,
    ),
    Resource(
        Membership,
        "memberships",
        PARTIES,
        columns(Membership, "country", "group", "starts", "ends", "source"),
        form=("country", "group", "starts", "ends", "source"),
        filters=("country",),
        select=("country",),
        importing=Importing(words={"country": ("land",), "group": ("gruppe",)}),
        menu=False,
        attach=False,
    ),
)

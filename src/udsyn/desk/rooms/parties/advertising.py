"""Whom CVR protects against advertising: nobody at such a firm is written to unasked."""

from __future__ import annotations

from django.db.models import Q

from udsyn.desk.rooms.parties.models import Organisation, Person


def is_protected(person: Person | None, organisation: str) -> bool:
    """Whether a firm that the person works at, or one of this name, carries the mark of the register."""
    works_at = Q(pk__in=person.affiliations.values("organisation")) if person else Q(pk=None)
    return Organisation.objects.filter(works_at | Q(name__iexact=organisation), no_advertising=True).exists()

"""In which language somebody is written to: theirs, whoever writes and whatever the writer's own screen says."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from udsyn.desk.rooms.parties.models import Affiliation, Person


def of_country(code: str) -> str:
    """The language for a country by its code: the desk's own at home and where none is known, English abroad."""
    return "en" if code and code != settings.HOME else settings.LANGUAGE_CODE


def language_of(person: Person | None, country: str = "") -> str:
    """A person's language where it is noted, else that of the country where they work, else of `country` (a code)."""
    if person is None:
        return of_country(country)
    if person.language:
        return str(person.language)
    links = Affiliation.objects.filter(Affiliation.on(timezone.localdate()), person=person)
    codes = links.exclude(organisation__country=None).values_list("organisation__country__code", flat=True)
    return of_country(codes.first() or country)


def language_at(email: str, country: str = "") -> str:
    """The same for whoever has an address."""
    known = Person.objects.filter(email__iexact=email, merged_into=None).first() if email else None
    return language_of(known, country)

"""Shipped facts: agreements, centres, posts, programmes, published figures and countries, each with its source.

Facts are data (facts/data/*.yaml), checked when they are read. What no source states is None and means *unknown*; it is
never taken for "no". Facts name offices and functions, never persons.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from udsyn.errors import UdsynError, UsageError
from udsyn.facts import countries, store
from udsyn.facts.countries import Country, country, resolve

if TYPE_CHECKING:
    from udsyn.facts.models import (
        Agreement,
        Centre,
        Fact,
        Figure,
        Post,
        Programme,
        SecurityList,
        Source,
        VisitingPartner,
    )

__all__ = [
    "Agreement",
    "Centre",
    "Country",
    "Fact",
    "Figure",
    "Post",
    "Programme",
    "SecurityList",
    "Source",
    "Treatment",
    "VisitingPartner",
    "agreement_countries",
    "agreements",
    "centres",
    "countries",
    "country",
    "everything",
    "fact",
    "field_numbers",
    "figures",
    "home",
    "in_force",
    "posts",
    "programmes",
    "research_words",
    "resolve",
    "security",
    "sources",
    "treatments",
    "visiting_partners",
]


@dataclass(frozen=True)
class Treatment:
    """When the tie between home and a partner was first treated.

    `year` is that of the earliest agreement, None where no agreement's date is known; `agreements` are the years of all
    of them; `centre_year` is that of home's first centre in the partner country, None where there is none.
    """

    partner: str
    year: int | None
    agreements: tuple[int, ...]
    centre_year: int | None


def home() -> str:
    """The home country: UDSYN_HOME, or the shipped default (DK)."""
    chosen = os.environ.get("UDSYN_HOME") or store.read("countries")["home"]
    try:
        return countries.code_of(chosen)
    except UsageError as error:
        raise UsageError(f"UDSYN_HOME: {error}") from None


def agreements(country: str | None = None, *, home: str | None = None) -> tuple[Agreement, ...]:
    """Agreements to which `country` (and `home`, where given) is a party, in the file's order."""
    wanted = {code for code in (country, home) if code}
    return tuple(found for found in store.load("agreements") if wanted <= set(found.countries))


def agreement_countries(home_: str | None = None) -> tuple[str, ...]:
    """Partner countries with which home has an agreement on the register, by code."""
    here = home_ or home()
    return tuple(sorted({found.partner(here) for found in agreements(home=here)}))


def centres(country: str | None = None, *, home: str | None = None) -> tuple[Centre, ...]:
    """Innovation centres in `country` (None: anywhere) of `home` (None: anyone's)."""
    return _abroad("centres", country, home)


def posts(country: str | None = None, *, home: str | None = None) -> tuple[Post, ...]:
    """Attachés and growth advisors in `country` of `home`."""
    return _abroad("posts", country, home)


def visiting_partners(country: str | None = None, *, home: str | None = None) -> tuple[VisitingPartner, ...]:
    """Hosts in `country` with an agreement on research stays with `home`."""
    return _abroad("visiting_partners", country, home)


def programmes(*, home: str | None = None) -> tuple[Programme, ...]:
    """Programmes of `home`, oldest form first."""
    return tuple(found for found in store.load("programmes") if home in (None, found.home))


def research_words() -> dict[str, str]:
    """Danish words of research, in English."""
    found: dict[str, str] = store.read("research_words")
    return found


def figures(country: str | None = None, indicator: str | None = None) -> tuple[Figure, ...]:
    """Published figures of a country and an indicator."""
    return tuple(
        found
        for found in store.load("figures")
        if country in (None, found.country) and indicator in (None, found.indicator)
    )


def security() -> tuple[SecurityList, ...]:
    """Dated lists and rules of research security."""
    return store.load("security")


def sources() -> dict[str, Source]:
    """All sources by key."""
    return store.sources()


def field_numbers(word: str) -> tuple[int, ...]:
    """The fields of OpenAlex (11 to 36) that a word among an agreement's `fields` is read as; none where it has none.

    Raises UdsynError for a word that data/field_words.yaml does not hold.
    """
    found = store.read("field_words")
    if word not in found:
        raise UdsynError(f"facts/data/field_words.yaml does not say which fields {word!r} means; add it.")
    return tuple(found[word])


def everything() -> dict[str, tuple[Fact, ...]]:
    """All facts by kind."""
    return {kind: store.load(kind) for kind in store.KINDS}


def fact(id_: str) -> tuple[str, Fact]:
    """The kind and the fact of an id. Raises UsageError when there is none."""
    for kind, facts in everything().items():
        for found in facts:
            if found.id == id_:
                return kind, found
    raise UsageError(f"no fact has the id {id_}. `udsyn facts list` prints them all.")


def in_force(kind: str, on: date, *, unknown: bool = False) -> tuple[Fact, ...]:
    """Facts of a kind that stood on a day by their sources; with `unknown`, also those that may have."""
    wanted = (True, None) if unknown else (True,)
    return tuple(found for found in everything()[kind] if found.in_force(on) in wanted)


def treatments(home_: str | None = None) -> dict[str, Treatment]:
    """For each partner with an agreement or a centre, when its tie with home was first treated."""
    here = home_ or home()
    hosts = {centre.country for centre in centres(home=here)}
    found = {}
    for partner in sorted({*agreement_countries(here), *hosts}):
        signed = sorted(agreement.year for agreement in agreements(partner, home=here) if agreement.year)
        opened = sorted(centre.year for centre in centres(partner, home=here) if centre.year)
        found[partner] = Treatment(partner, signed[0] if signed else None, tuple(signed), opened[0] if opened else None)
    return found


def _abroad(kind: str, country: str | None, home: str | None) -> tuple[Any, ...]:
    return tuple(found for found in store.load(kind) if country in (None, found.country) and home in (None, found.home))


def __getattr__(name: str) -> Any:
    """The models of `__all__`, loaded when they are named: most questions ask for a country only."""
    if name in __all__:
        return store.model_of(name)
    raise AttributeError(f"module 'udsyn.facts' has no attribute {name!r}")

"""Which country codes are counted as one. The shipped default keeps every code as its source has it.

Codes are merged before works are counted: a work with authors in Denmark and Greenland is one work of the merged
country, not two, and no longer an international one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from udsyn.errors import UsageError
from udsyn.facts import countries
from udsyn.facts.countries import MERGES


def check_merges(policy: str) -> None:
    """Raise UsageError for a policy that is not in the table."""
    if policy not in MERGES:
        raise UsageError(f"no merging policy {policy}: choose one of {', '.join(MERGES)}.")


def kept_after(countries: Iterable[str], merges: Mapping[str, str]) -> tuple[str, ...]:
    """The countries of a slice that are whole after merging: those of which every code is kept."""
    kept = set(countries)
    return tuple(sorted(kept - {into for code, into in merges.items() if code not in kept}))


def codes_of(policy: str, code: str) -> list[str]:
    """The codes that are counted under a code, itself first."""
    return [code, *(merged for merged, into in MERGES[policy].items() if into == code)]


def lookups(merges: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The two-column tables that statements look countries up in: country_merge and country_continents."""
    continents = [(country.iso2, country.continent) for country in countries.listed()]
    return {"country_merge": list(merges.items()), "country_continents": continents}


#: lookup → its columns
LOOKUP_COLUMNS = {"country_merge": ("country", "into_country"), "country_continents": ("country", "continent")}

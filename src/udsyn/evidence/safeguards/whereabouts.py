"""In which country a listed body stands, and by what that is known: column, address, or the list's programme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from udsyn.evidence.safeguards import reasons
from udsyn.evidence.safeguards.entries import Entry
from udsyn.evidence.safeguards.reasons import Reason
from udsyn.facts import countries

#: Words beside a country's name in addresses.
REMARK = re.compile(r"\([^()]*\)|[\"“”'‘’.:]|\b\d[\d -]*\b")
BRACKETED = re.compile(r"\(([^()]*)\)")
#: Programmes that name a country but list bodies of others: against those who threaten it.
OTHERS = {"UKR", "UKRAINE"}
#: Programmes that say their country otherwise than by a code or name.
SAID = {"SDNZ": "SD", "BURMA": "MM", "BALKANS": None}
#: The most words of a country's name at the end of an address.
LONGEST = 5


@dataclass(frozen=True)
class Whereabouts:
    """Countries of a body (ISO-2; none where nothing says), and how that is said to a reader."""

    countries: frozenset[str]
    by: Reason


def of(entry: Entry) -> Whereabouts:
    """Where a listed body stands."""
    columns = [code for said in entry.countries if (code := countries.resolve(said))]
    if columns:
        return Whereabouts(frozenset(columns), Reason(reasons.COLUMN))
    found = [(code, address) for address in entry.addresses if (code := country_of(address))]
    if found:
        return Whereabouts(
            frozenset(code for code, _ in found), Reason(reasons.ADDRESS, {"address": short(found[0][1])})
        )
    if code := programme_country(entry.programme):
        return Whereabouts(frozenset({code}), Reason(reasons.PROGRAMME, {"programme": entry.programme}))
    return Whereabouts(frozenset(), Reason(reasons.NO_COUNTRY, {"programme": entry.programme}))


def short(address: str) -> str:
    return address if len(address) <= 60 else f"… {address[-58:]}"


@lru_cache(maxsize=50_000)
def country_of(address: str) -> str | None:
    """The country that an address ends in; else the last of its parts that is a country.

    >>> country_of("129327, Moscow, 423570 Russian Federation"), country_of("Tehran (Iran)"), country_of("Moscow")
    ('RU', 'IR', None)
    """
    parts = [part.strip() for part in re.split(r"[,;/\n]", address) if part.strip()]
    for part in reversed(parts):
        if code := next((code for said in readings(part) if (code := named(said))), None):
            return code
    return None


def readings(part: str) -> Iterator[str]:
    """What a part of an address may call its country: all of it, its last words, what stands in brackets."""
    bare = " ".join(REMARK.sub(" ", part).split())
    yield bare
    said = bare.split()
    for count in range(min(LONGEST, len(said) - 1), 0, -1):
        yield " ".join(said[-count:])
    yield from BRACKETED.findall(part)


def named(said: str) -> str | None:
    """The country of a name in words; codes of two letters are parts of streets and states too."""
    return countries.resolve(said) if len(said) > 2 and not said.isdigit() else None


@lru_cache(maxsize=1_000)
def programme_country(programme: str) -> str | None:
    """The one country of a programme (EU-IRN, IRAN, DPRK), or None for one of many (terrorism, cyber attacks)."""
    codes = {code for said in programme.split(";") if (code := programme_word(said.strip()))}
    return codes.pop() if len(codes) == 1 else None


def programme_word(programme: str) -> str | None:
    parts = [part for part in re.split(r"[-_\d]+", programme.upper()) if part not in ("EU", "UN", "US", "")]
    word = parts[0] if parts else ""
    if word in OTHERS:
        return None
    if word in SAID:
        return SAID[word]
    return countries.resolve(word) if len(word) > 2 else None

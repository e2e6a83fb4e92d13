"""May a firm from home bid? What dated facts say of a tender, and where only its text can tell.

The internal market opens purchases within the European Union and the European Economic Area. The procurement agreement
of the WTO opens those that both parties have listed, from a value on: which buyers, stands in their schedules. So a
notice's own word counts, and without it the answer is to read the text. Nothing here says that somebody may not bid.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from udsyn.facts import countries, store
from udsyn.facts.models import Procurement, earliest, latest

Verdict = Literal["may", "read_text", "no_right"]
INTERNAL_MARKET = ("EU", "EEA")


@dataclass(frozen=True)
class Access:
    """Whether a firm may bid: by right (may), only the text can tell (read_text), or no right is known (no_right)."""

    verdict: Verdict
    reason: str
    sources: tuple[str, ...] = ()


def may_bid(
    home: str,
    buyer: str | None,
    on: dt.date,
    *,
    gpa: bool | None = None,
    value: float | None = None,
    currency: str | None = None,
    nature: str | None = None,
) -> Access:
    """What is known of a home firm's right to bid for a buyer's purchase on a day.

    home, buyer: ISO-2; gpa: whether the notice says that the procurement agreement covers it (None: it does not say);
    value, currency and nature (works, supplies, services) as the notice says.
    """
    if buyer is None:
        return Access("read_text", "the notice does not say in which country the buyer is")
    if home == buyer:
        return Access("may", "the buyer is at home")
    if all(set(countries.groups_of(code, on)) & set(INTERNAL_MARKET) for code in (home, buyer)):
        return Access("may", "both are in the internal market of the European Union and the EEA", ("eu-members",))
    parties = [fact for fact in held("party", on) if {home, buyer} & set(fact.countries)]
    if {home, buyer} <= {code for fact in parties for code in fact.countries}:
        return under_agreement(gpa, below(buyer, on, value, currency, nature))
    chapters = [fact for fact in held("chapter", on) if buyer in fact.countries]
    if chapters and "EU" in countries.groups_of(home, on):
        listed = "; ".join(fact.title for fact in chapters)
        return Access("read_text", f"{listed}: it opens the buyers in its annexes", named(chapters))
    reason = f"{buyer} is not a party of the procurement agreement on {on}, and no other agreement is held"
    return Access("no_right", f"{reason}; the buyer may admit foreign bidders all the same: read the text", SOURCE)


SOURCE = ("wto-gpa-parties",)


def under_agreement(gpa: bool | None, threshold: str | None) -> Access:
    """Between two parties of the procurement agreement the notice's own word counts."""
    if gpa:
        return Access("may", "the notice says that the procurement agreement of the WTO covers it", SOURCE)
    if gpa is False:
        return Access("read_text", "both are parties, and the notice says that the agreement does not cover it", SOURCE)
    if threshold:
        return Access("read_text", f"both are parties, and its value is {threshold}", SOURCE)
    return Access("read_text", "both are parties; whether it is covered, only the text says", SOURCE)


def below(buyer: str, on: dt.date, value: float | None, currency: str | None, nature: str | None) -> str | None:
    """That a value lies below every threshold that may hold for it, in words; None where it does not, or is unknown."""
    if value is None or not {"EU"} & set(countries.groups_of(buyer, on)):
        return None
    for fact in held("thresholds", on):
        lowest = fact.values["works"] if nature == "works" else min(fact.values.values())
        if currency == fact.currency and value < lowest:
            return f"below the threshold of {lowest:,} {fact.currency}"
    return None


def held(kind: str, on: dt.date) -> list[Procurement]:
    """Facts of a kind on a day; where a beginning is not known, it may have begun."""
    return [
        fact
        for fact in store.load("procurement")
        if fact.kind == kind
        and (fact.valid_from is None or earliest(fact.valid_from) <= on)
        and (fact.valid_to is None or on <= latest(fact.valid_to))
    ]


def named(facts: list[Procurement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for fact in facts for source in fact.sources))

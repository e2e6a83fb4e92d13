"""Codes that notices use: closed lists of eForms, languages, countries, currencies and the forms of numbers."""

from __future__ import annotations

import re

import pycountry

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: a notice by its identifier and version, or by the number that it was published under
NOTICE = re.compile(rf"{UUID.pattern}-[0-9]{{2}}|[0-9]{{1,8}}-[0-9]{{4}}", re.IGNORECASE)
LOT = {
    "Lot": re.compile(r"LOT-[0-9]{4}"),
    "Part": re.compile(r"PAR-[0-9]{4}"),
    "LotsGroup": re.compile(r"GLO-[0-9]{4}"),
}
CPV = re.compile(r"[0-9]{8}(-[0-9])?")
AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?")
UNITS = frozenset({"DAY", "WEEK", "MONTH", "YEAR"})
#: Code lists that are closed and short; the long ones are the publisher's to check.
LISTS = {
    name: frozenset(codes.split())
    for name, codes in {
        "permission": "allowed not-allowed required",
        "einvoicing": "allowed not-allowed required",
        "ecatalog-submission": "allowed not-allowed required",
        "esubmission": "allowed not-allowed required",
        "contract-nature": "works services supplies combined",
        "dps-usage": "none dps-list dps-nlist",
        "framework-agreement": "none fa-wo-rc fa-w-rc fa-mix",
        "number-threshold": "max-pass min-score",
        "winner-selection-status": "selec-w clos-nw open-nw",
        "change-corrig-justification": (
            "cancel cancel-intent cor-buy cor-esen cor-pub info-release susp-review update-add"
        ),
        "procurement-procedure-type": (
            "open restricted neg-w-call neg-wo-call comp-dial innovation oth-single oth-mult comp-tend exp-int-rail"
        ),
    }.items()
}


def is_country(code: str | None) -> bool:
    """ISO 3166-1 in three letters; 1A0 is the EU's code of Kosovo."""
    return code == "1A0" or (plainly(code) and pycountry.countries.get(alpha_3=code) is not None)


def is_language(code: str | None) -> bool:
    """ISO 639-3 in capitals, as the EU writes it."""
    return plainly(code) and pycountry.languages.get(alpha_3=str(code).lower()) is not None


def language(code: str | None) -> str | None:
    """A language as ISO 639-1 where it has such a code: publishers write en, en-GB, ENG or English."""
    if not code:
        return None
    start = re.split(r"[-_]", code.strip())[0]
    found = (
        pycountry.languages.get(alpha_2=start.lower())
        or pycountry.languages.get(alpha_3=start.lower())
        or pycountry.languages.get(name=code.strip().title())
    )
    return None if found is None else getattr(found, "alpha_2", found.alpha_3)


def is_currency(code: str | None) -> bool:
    """ISO 4217."""
    return plainly(code) and pycountry.currencies.get(alpha_3=code) is not None


def plainly(code: str | None) -> bool:
    """Three capitals: pycountry forgives what a code list does not."""
    return code is not None and re.fullmatch(r"[A-Z]{3}", code) is not None

"""May partners of these countries use a programme's money on a day? A verdict for each, with its clause and source.

    money         funded        no_money     may take part, is not funded
    not_allowed   may not       read_text    the text of the call, or a list of the year, decides

The rules are packs: facts with dates, by part of the programme. A topic's own text can override every one of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from udsyn import packs
from udsyn.errors import UsageError
from udsyn.facts import countries as facts
from udsyn.packs import Outcome, Pack, PackError

MONEY, NO_MONEY, NOT_ALLOWED, READ_TEXT = VERDICTS = ("money", "no_money", "not_allowed", "read_text")
#: programme → its pack and the part of it
PROGRAMMES = {
    "horizon/1": ("horizon-europe", "1"),
    "horizon/2": ("horizon-europe", "2"),
    "horizon/3": ("horizon-europe", "3"),
    "eurostars": ("eurostars", None),
    "weave": ("weave", None),
    "ifd": ("ifd-partners", None),
    "sea-europe": ("sea-europe-partners", None),
    "dff": ("dff-foreign", None),
    "nih": ("nih-foreign", None),
    "nsf": ("nsf-foreign", None),
}
Language = Literal["da", "en"]
ACTIONS = ("research", "innovation")


def eligible(
    countries: Sequence[str], programme: str, on: dt.date, action: str | None = None, language: Language = "en"
) -> list[dict[str, Any]]:
    """A row per country: country, verdict, clause, source, url, says, stands, since, would_change.

    programme: one of PROGRAMMES, as horizon/2, eurostars, nih; action: research or innovation, where it is known.
    `says` is the rule in the language; `stands` how far an agreement has come (transitional, signed, provisional,
    in_force), `since` when it began.
    Raises UsageError for an unknown country or programme, and for a day on which the programme does not run.
    """
    if programme not in PROGRAMMES:
        raise UsageError(f"no programme {programme}; there are {', '.join(PROGRAMMES)}.")
    name, part = PROGRAMMES[programme]
    packs.versions(name)
    try:
        pack = packs.load(name, on=on)
    except PackError as error:
        raise UsageError(f"{programme} does not run on {on}: {error}") from None
    codes = list(dict.fromkeys(code_of(country) for country in countries))
    missing = lacking(pack, codes, part, on, language)
    return [one_country(pack, code, part, action, on, language, missing) for code in codes]


def code_of(country: str) -> str:
    code = facts.resolve(country)
    if not facts.is_country(code):
        raise UsageError(f"no country {country!r}: give a code such as KR, or a name.")
    assert code is not None
    return code


def one_country(
    pack: Pack, country: str, part: str | None, action: str | None, on: dt.date, language: Language, missing: str | None
) -> dict[str, Any]:
    found = packs.answer(pack, {"country": country, "part": part, "action": action}, on)
    assert found is not None, f"{pack.id} has no last rule"
    unless = in_language(found.unless, language)
    return {
        "country": country,
        "verdict": found.gives,
        "clause": found.clause,
        "source": found.source.title,
        "url": found.source.url,
        "says": in_language(found.says, language),
        "stands": found.member.stands if found.member else None,
        "since": str(found.member.valid_from) if found.member and found.member.valid_from else None,
        "would_change": " ".join(text for text in (unless, missing) if text) or None,
    }


def lacking(pack: Pack, countries: Sequence[str], part: str | None, on: dt.date, language: Language) -> str | None:
    """What the countries together lack by the rules of the consortium; None where they lack nothing."""
    case = {"part": part, "partners": [{"country": country} for country in countries]}
    asked = [rule for rule in pack.rules if rule.gives is None]
    verdicts = packs.judge(pack.model_copy(update={"rules": tuple(asked)}), case, on)
    says = [one.says for one in verdicts if one.outcome is Outcome.NOT_MET and one.says]
    return " ".join(text for one in says if (text := in_language(one, language))) or None


def in_language(text: Mapping[Language, str] | None, language: Language) -> str | None:
    """A pack's words in a language; English where it has no other."""
    return text.get(language) or text.get("en") if text else None

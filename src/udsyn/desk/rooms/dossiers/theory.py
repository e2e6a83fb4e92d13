"""Which links of an instrument's theory of change hold, as far as the desk can see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from udsyn.desk.kernel.dossiers import Came
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.dossiers.figures import of
from udsyn.desk.rooms.dossiers.money import Spent, hours_words, money_words
from udsyn.packs.theory import Indicator, Link, Theory, Words

STAGES = {
    "input": gettext_lazy("put in"),
    "output": gettext_lazy("done"),
    "outcome": gettext_lazy("came of it"),
    "impact": gettext_lazy("changed"),
}
SOURCES = {
    "costs": gettext_lazy("costs noted on the desk"),
    "log": gettext_lazy("the desk's log"),
    "ledger": gettext_lazy("the ledger of ties"),
    "record": gettext_lazy("the record"),
    "people": gettext_lazy("the people themselves"),
    "engine": gettext_lazy("the estimate"),
}
SEEN, NOT_SEEN, EARLY, UNKNOWN = "seen", "not_seen", "early", "unknown"
VERDICTS = {
    SEEN: gettext_lazy("seen"),
    NOT_SEEN: gettext_lazy("not seen"),
    EARLY: gettext_lazy("too early to tell"),
    UNKNOWN: gettext_lazy("not known"),
}


@dataclass(frozen=True)
class Known:
    """What the desk knows of one instrument in a scope."""

    came: Came
    spent: Spent
    effect: bool | None  #: whether an estimate that holds shows one; None where there is no estimate
    today: dt.date


@dataclass(frozen=True)
class Reading:
    """What one indicator shows: a value in words, and a verdict."""

    value: str
    verdict: str


def read(indicator: Indicator, known: Known) -> Reading:
    """An indicator as it stands. None seen before its lag has passed is too early, not an absence."""
    value, verdict = MEASURES[indicator.measure](known)
    if verdict == NOT_SEEN and not past(indicator, known):
        verdict = EARLY
    return Reading(value, verdict)


def past(indicator: Indicator, known: Known) -> bool:
    """Whether the lag has passed since the first tie; since the first pair, where pairs of people show it."""
    lag, first = indicator.lag, known.came.first_pair if indicator.measure in OF_PAIRS else known.came.first
    return first is not None and (known.today - first).days >= lag * 30.44


def counted(part: int, whole: int) -> tuple[str, str]:
    return of(part, whole), UNKNOWN if not whole else SEEN if part else NOT_SEEN


def money(known: Known) -> tuple[str, str]:
    return money_words(known.spent), SEEN if known.spent.money else UNKNOWN


def hours(known: Known) -> tuple[str, str]:
    return hours_words(known.spent, _("hours")), SEEN if known.spent.hours else UNKNOWN


def made(known: Known) -> tuple[str, str]:
    return str(known.came.made), SEEN if known.came.made else NOT_SEEN


def confirmed(known: Known) -> tuple[str, str]:
    came = known.came
    return counted(came.confirmed, came.confirmed + came.struck)  # what nobody looked at says nothing


def lasting(known: Known) -> tuple[str, str]:
    came = known.came
    if not came.old:
        return (_("no pair is old enough to tell"), EARLY) if came.asked else (_("not known"), UNKNOWN)
    return counted(came.lasting, came.old)


def effect(known: Known) -> tuple[str, str]:
    if known.effect is None:
        return _("no estimate"), UNKNOWN
    return (_("more than chance gives"), SEEN) if known.effect else (_("cannot be told from chance"), UNKNOWN)


MEASURES = {
    "money": money,
    "hours": hours,
    "made": made,
    "asked": lambda known: counted(known.came.asked, known.came.pairs),
    "new": lambda known: counted(known.came.new, known.came.asked),
    "wrote": lambda known: counted(known.came.wrote, known.came.asked),
    "lasting": lasting,
    "confirmed": confirmed,
    "effect": effect,
}


OF_PAIRS = {"new", "wrote", "lasting", "confirmed"}  #: seen in what two people did; the lag runs from the first pair


def worded(words: Words) -> str:
    return words.da if language() == "da" else words.en


def rows(theory: Theory, known: Known) -> list[dict[str, Any]]:
    """One row an indicator: stage, link, value, source and lag, verdict."""
    return [row(link, indicator, known) for link in theory.links for indicator in link.indicators]


def row(link: Link, indicator: Indicator, known: Known) -> dict[str, Any]:
    reading = read(indicator, known)
    return {
        "stage": STAGES[link.stage],
        "link": worded(link.says),
        "value": reading.value,
        "source": SOURCES[indicator.source],
        "lag": after(indicator.lag),
        "verdict": VERDICTS[reading.verdict],
    }


def after(months: int) -> str:
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months} if months else _("at once")

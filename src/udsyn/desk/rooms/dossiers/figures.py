"""What came of ties in words: n of N with an interval, what was estimated, and what cannot be said."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn.desk.evidence.judging import LEAST, Judged
from udsyn.desk.kernel.dossiers import Came
from udsyn.desk.kernel.ties import INSTRUMENTS
from udsyn.desk.tools.numbers import decimal, signed_percent, whole_percent
from udsyn.evidence.effect.ledger import QUESTION_OF
from udsyn.evidence.effect.portfolio import Each, Lasting

DOUBT = 0.05  #: a pre-trend or a sorting at the line with a smaller p says that the estimator does not hold
ESTIMATORS = {
    "regression_discontinuity": gettext_lazy("funded against turned down, at the line"),
    "staggered_did": gettext_lazy("over time, against pairs not joined or not yet"),
    "after_only": gettext_lazy("afterwards only, against pairs refused or cancelled"),
    "matched_pairs": gettext_lazy("against pairs of the record that were alike before"),
}


def name_of(instrument: str) -> str:
    return str(INSTRUMENTS.get(instrument, instrument))


def of(part: int, whole: int) -> str:
    """How many of how many; nothing where there are none to tell of."""
    return _("%(part)s of %(whole)s") % {"part": part, "whole": whole} if whole else _("not known")


def lasting_words(came: Came) -> str:
    """Of the pairs old enough, those that lasted, with the interval of their share."""
    lasting = Lasting(came.lasting, came.old)
    bounds = lasting.interval()
    if bounds is None or lasting.share is None:
        return _("no pair is old enough to tell") if came.asked else _("not known")
    low, high = map(whole_percent, bounds)
    said = {"part": came.lasting, "whole": came.old, "share": whole_percent(lasting.share), "low": low, "high": high}
    return _("%(part)s of %(whole)s: %(share)s (95 %% interval %(low)s to %(high)s)") % said


def each_words(each: Each | None, unit: str) -> str:
    """A cost per lasting tie with its interval; what is not known is said so."""
    if each is None:
        return _("not known: no pair is old enough")
    if each.value is None:
        return _("none lasted: more than %(low)s %(unit)s") % {"low": number(each.low), "unit": unit}
    said = {"value": number(each.value), "low": number(each.low), "high": number(each.high or 0.0), "unit": unit}
    return _("%(value)s %(unit)s (95 %% interval %(low)s to %(high)s)") % said


def number(value: float) -> str:
    return decimal(value, 0 if value >= 100 else 1, group=True)


def question_of(instrument: str) -> str | None:
    return QUESTION_OF.get(instrument)


def effect_words(answers: Mapping[str, Judged] | None, instrument: str, pairs: int) -> list[str]:
    """What the engine estimated of an instrument that brought some pairs together, a sentence for each estimator; else
    one that says what is missing."""
    name, question = capfirst(name_of(instrument)), question_of(instrument)
    if question is None:
        return [_("%(name)s: the engine has no estimator for pairs of this kind.") % {"name": name}]
    judged = (answers or {}).get(question)
    if judged is None and pairs >= LEAST:
        return [_("%(name)s: nothing was estimated yet; it needs a record, and is done every night.") % {"name": name}]
    known = min(pairs, judged["pairs"]) if judged else pairs
    if judged is None or known < LEAST:
        said = {"name": name, "known": known, "pairs": pairs, "least": LEAST}
        return [
            _(
                "%(name)s: no estimate; %(known)s of %(pairs)s pairs have ids of the record on both sides, and at "
                "least %(least)s are needed."
            )
            % said
        ]
    # an interval without an upper end says nothing
    found = [row for row in judged["rows"] if row["effect"] is not None and isfinite(row["high"])]
    if not found:
        said = {"name": name, "pairs": judged["pairs"]}
        return [
            _("%(name)s: no estimate; among %(pairs)s pairs too few had years before and after, or nobody to compare.")
            % said
        ]
    return [f"{name}: {estimate(row)}" for row in found]


def estimate(row: Mapping[str, Any]) -> str:
    """One estimate: effect, interval, comparison, and whether it holds."""
    said = {
        "effect": signed_percent(row["effect"]), "low": signed_percent(row["low"]), "high": signed_percent(row["high"]),
        "treated": row["treated"], "untreated": row["untreated"], "mde": signed_percent(row["mde"] or 0.0),
        "how": ESTIMATORS.get(row["estimator"], row["estimator"]),
    }  # fmt: skip
    parts = [_("%(effect)s joint works (95 %% interval %(low)s to %(high)s), %(how)s; %(treated)s pairs.") % said]
    if row["low"] <= 0 <= row["high"]:
        parts.append(_("This cannot be told from chance; only about %(mde)s or more would have been seen.") % said)
    if not holds(row):
        parts.append(
            _("This estimator does not hold here: those compared were already apart before, or sorted at the line.")
        )
    return " ".join(parts)


def holds(row: Mapping[str, Any]) -> bool:
    """Whether the checks of an estimator raise no doubt; a check that was not made raises none."""
    return all(row.get(name) is None or row[name] > DOUBT for name in ("pretrend_p", "manipulation_p"))


def shown_effect(answers: Mapping[str, Judged] | None, instrument: str) -> bool | None:
    """Whether an estimate that holds shows an effect: True, False where none can be told from chance, None without."""
    judged = (answers or {}).get(question_of(instrument) or "")
    rows = [row for row in (judged or {}).get("rows", ()) if row["effect"] is not None and holds(row)]
    return None if not rows else any(row["low"] > 0 for row in rows)

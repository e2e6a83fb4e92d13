"""`udsyn.effect`: the effect of agreements, asked as every other verb is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from narwhals.typing import IntoDataFrame

from udsyn.evidence.effect import findings
from udsyn.evidence.effect.findings import DEFAULTS, EffectResult, Settings
from udsyn.evidence.effect.study import Agreement
from udsyn.evidence.question import Parts, Question, ask
from udsyn.record.engine import Place, Record


def effect(
    record: Place | IntoDataFrame,
    question: Question | str | None = None,
    partner: str | None = None,
    /,
    *,
    known: Sequence[Agreement] | None = None,
    settings: Settings = DEFAULTS,
    **parts: Unpack[Parts],
) -> EffectResult:
    """What agreements did to joint works, of a record or of any dataframe with the columns c1, c2, year, works.

    One row per estimator: effect (0.25 = +25 %) with its 95 % interval, and a verdict in words. partner: None for all
    with a dated agreement; year: the first treated year, instead of the facts'; known: agreements, instead of the
    facts'. Raises UsageError for a partner without a date. Methods: docs/effect.md.
    """
    asked = ask("effect", question, parts, partner=partner)
    settings = replace(settings, years=asked.years) if asked.years else settings
    who = asked.country, asked.other if asked.partner else None, asked.year
    if isinstance(record, Record | Path | str):
        held = Record.open(record)
        return findings.effect_in(held, *who, source=asked.source, known=known, settings=settings)
    return findings.effect(record, *who, known=known, settings=settings)

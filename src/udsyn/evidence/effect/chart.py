"""The event study as a picture: the pair against its counterfactual, and what pairs like it do by chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from udsyn.errors import UsageError
from udsyn.evidence.effect.findings import EffectResult
from udsyn.evidence.effect.placebo import LEVEL
from udsyn.evidence.effect.study import Study
from udsyn.look import day

PAIR, CHANCE, DATE = day("accent"), day("usual"), day("spot")


def event_rows(study: Study) -> pl.DataFrame:
    """Per year: ratio of observed to expected joint works (1 = as expected), and the band of chance around 1.

    What placebo pairs did on average is taken off, as in the estimate. Years that are gaps have no row.
    """
    finding = study["event_study"]
    usual = finding.noise_gaps.mean(axis=0)
    scaled = (finding.noise_gaps - usual) * (finding.spread / finding.spreads)[:, None]
    low, high = np.quantile(scaled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return pl.DataFrame(
        {
            "year": study.years.tolist(),
            "ratio": np.exp(finding.gap - usual),
            "low": np.exp(low),
            "high": np.exp(high),
            "after": (study.years >= study.agreement.year).tolist(),
        }
    ).filter(pl.col("ratio").is_finite())


def effect_chart(result: EffectResult, partner: str | None = None, width: int = 640) -> Any:
    """The event study of one agreement as an Altair chart without theme (the brief adds its own).

    partner: which study, the first one by default. Raises UsageError where the pair was refused.
    """
    import altair as alt

    chosen = [study for study in result.studies if partner in (None, study.agreement.partner)]
    if not chosen:
        raise UsageError("there is no estimate to draw: the pair has too little data.")
    study = chosen[0]
    rows = event_rows(study)
    data = alt.Data(values=rows.to_dicts())
    x = alt.X(
        "year:Q",
        title=None,
        axis=alt.Axis(format="d", grid=False, labelFlush=False, tickMinStep=1),
        scale=alt.Scale(nice=False),
    )
    scale = alt.Scale(type="log", nice=False, zero=False)
    axis = alt.Axis(format=".0%", values=[0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4])
    base = alt.Chart(data)
    band = base.mark_area(color=CHANCE, opacity=0.35).encode(
        x, alt.Y("low:Q", scale=scale, axis=axis, title="joint works, expected = 100 %"), alt.Y2("high:Q")
    )
    line = base.mark_line(color=PAIR, point=alt.OverlayMarkDef(color=PAIR, filled=True)).encode(
        x,
        alt.Y("ratio:Q", scale=scale, axis=axis),
        tooltip=[alt.Tooltip("year:Q", format="d"), alt.Tooltip("ratio:Q", format=".0%")],
    )
    date = alt.Data(
        values=[{"year": study.agreement.year - 0.5, "label": f"{study.agreement.what} {study.agreement.year}"}]
    )
    rule = alt.Chart(date).mark_rule(color=DATE, strokeDash=[4, 3]).encode(x="year:Q")
    text = (
        alt.Chart(date)
        .mark_text(align="left", dx=5, dy=8, color=DATE, baseline="top")
        .encode(x="year:Q", y=alt.value(0), text="label:N")
    )
    level = alt.Chart(alt.Data(values=[{"one": 1}])).mark_rule(color=CHANCE).encode(y=alt.Y("one:Q", scale=scale))
    return alt.layer(band, level, rule, text, line).properties(width=width, height=280)

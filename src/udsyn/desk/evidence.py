"""Evidence on a partner's page, from the record: each figure with its definition, counting, source and snapshot.

Nothing here computes an indicator; `udsyn.evidence` does. Where no record is named, or it holds nothing of a question,
the page says so instead of showing a number. Findings are kept until the record changes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from udsyn.errors import UdsynError
from udsyn.evidence.result import Provenance, Result
from udsyn.evidence.shares import share
from udsyn.evidence.strengths import JOINT, strengths
from udsyn.evidence.ties import ties
from udsyn.record.engine import MANIFEST

YEARS = 10


@dataclass(frozen=True)
class Finding:
    """One block of the page: heading, chart, rows for a table, provenance, and notes that its reader must know."""

    heading: Any
    columns: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]
    provenance: Any
    notes: tuple[str, ...] = ()
    bars: tuple[tuple[str, float], ...] = ()

    @property
    def chart(self) -> Any:
        return bar_chart(self.heading, self.bars) if self.bars else ""


@dataclass(frozen=True)
class Evidence:
    findings: tuple[Finding, ...] = ()
    missing: tuple[Any, ...] = ()  #: what the record does not answer, with why


def evidence_of(home: str, partner: str) -> Evidence:
    """What the record says about the tie between home and partner."""
    record = os.environ.get("UDSYN_RECORD")
    manifest = Path(record or "", MANIFEST)
    if not record or not manifest.is_file():
        return Evidence(missing=(gettext_lazy("No record is named, so there are no figures: set UDSYN_RECORD."),))
    if home == partner:
        return Evidence()
    return held(record, manifest.stat().st_mtime_ns, home, partner, get_language() or "")


@lru_cache(maxsize=512)
def held(record: str, stamp: int, home: str, partner: str, language: str) -> Evidence:
    findings, missing = [], []
    for ask in (joint_works, shares, both_strong):
        try:
            findings.append(ask(record, home, partner))
        except UdsynError as error:
            missing.append(str(error))
    silent = (format_html("{}: {}", f.heading, _("nothing held, or none")) for f in findings if not f.rows)
    return Evidence(tuple(f for f in findings if f.rows), (*missing, *silent))


def joint_works(record: str, home: str, partner: str) -> Finding:
    """Joint works of the last ten years, with what size alone would give."""
    found = ties(record, home, partner, years=(1900, 2100))
    rows = sorted(found.rows.to_dicts(), key=lambda row: row["year"])[-YEARS:]
    latest_first = rows[::-1]
    return Finding(
        gettext_lazy("Joint works"),
        (
            gettext_lazy("year"),
            gettext_lazy("joint works"),
            gettext_lazy("share of home's international works"),
            gettext_lazy("observed / expected"),
        ),
        tuple(
            (r["year"], number(r["works"]), percent(r["share"]), ratio(r["observed_expected"])) for r in latest_first
        ),
        said(found.provenance),
        found.notes,
        tuple((str(r["year"]), float(r["works"] or 0)) for r in rows),
    )


def shares(record: str, home: str, partner: str) -> Finding:
    """Both countries' share of the world's works in the last complete year."""
    results = {code: share(record, code) for code in (home, partner)}
    rows = []
    for code, found in results.items():
        past = (found.provenance.snapshot or "9999")[:4]  # the year of the snapshot itself is not complete
        whole = [row for row in found.rows.to_dicts() if row["share_full"] is not None and str(row["year"]) < past]
        if whole:
            last = whole[-1]
            rows.append((code, last["year"], percent(last["share_full"]), percent(last["share_fractional"])))
    any_found: Result = results[partner]
    return Finding(
        gettext_lazy("Share of the world's works"),
        (
            gettext_lazy("country"),
            gettext_lazy("year"),
            gettext_lazy("full counting"),
            gettext_lazy("fractional counting"),
        ),
        tuple(rows),
        said(any_found.provenance),
        any_found.notes,
    )


def both_strong(record: str, home: str, partner: str) -> Finding:
    """Fields in which both are specialised, the strongest together first."""
    found = strengths(record, home, partner)
    joint = [row for row in found.rows.to_dicts() if row["quadrant"].startswith(JOINT)]
    return Finding(
        gettext_lazy("Fields in which both are strong"),
        (
            gettext_lazy("field"),
            gettext_lazy("activity index, home"),
            gettext_lazy("activity index, partner"),
            gettext_lazy("joint works"),
        ),
        tuple(
            (row["name"], ratio(row["home_activity"]), ratio(row["partner_activity"]), number(row["joint_works"]))
            for row in joint
        ),
        said(found.provenance),
        found.notes,
    )


def number(value: float | None) -> str | None:
    return None if value is None else f"{value:,.0f}".replace(",", "\u202f")


def percent(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:.2f} %"


def ratio(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def said(origin: Provenance) -> str:
    """Where a figure comes from, in a line."""
    parts = [origin.definition, origin.counting, origin.source]
    if origin.snapshot:
        parts.append(_("snapshot") + " " + origin.snapshot)
    if origin.coverage is not None:
        parts.append(_("country known for") + f" {100 * origin.coverage:.1f} %")
    return " · ".join(parts)


def bar_chart(title: Any, bars: tuple[tuple[str, float], ...]) -> Any:
    """Bars as SVG without a script; the table below the chart holds the same figures."""
    width, height, step = 360, 130, 360 / len(bars)
    most = max(value for _label, value in bars) or 1.0

    def mark(i: int, label: str, value: float) -> tuple[Any, ...]:
        tall = 96 * value / most
        middle = f"{i * step + step / 2:.1f}"
        return f"{i * step + 3:.1f}", f"{height - 22 - tall:.1f}", f"{step - 6:.1f}", f"{tall:.1f}", middle, label[-2:]

    inner = format_html_join(
        "",
        '<rect class="bar-mark" x="{}" y="{}" width="{}" height="{}"></rect><text x="{}" y="124" '
        'text-anchor="middle">{}</text>',
        (mark(i, label, value) for i, (label, value) in enumerate(bars)),
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>', width, height, title, inner
    )

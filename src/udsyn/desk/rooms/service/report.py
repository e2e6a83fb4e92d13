"""The yearly report of a centre: one document, shown on the desk, as an HTML file and as a PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from udsyn.briefs import document as doc
from udsyn.briefs import html
from udsyn.desk.kernel.models import Meta
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import figures
from udsyn.desk.rooms.service.figures import Figure
from udsyn.desk.rooms.service.models import Outcome
from udsyn.desk.tools.numbers import decimal, money, whole_percent
from udsyn.desk.tools.papers import printed
from udsyn.evidence.result import Provenance

FORMS: dict[str, tuple[str, Callable[[doc.Brief], bytes]]] = {
    "html": ("text/html; charset=utf-8", lambda brief: html.render(brief).encode()),
    "pdf": ("application/pdf", printed),
}


def written(figure: Figure, value: float | None) -> str:
    """A value in the reader's words: 3 of 8 is said as a share, and what is not known as such."""
    if value is None:
        return _("not known")
    if figure.unit == "share":
        return whole_percent(value)
    if figure.unit == "count":
        return decimal(value, 0)
    return decimal(value, 1)


def row_of(figure: Figure) -> dict[str, Any]:
    """A figure as a line of a table: value, numerator, denominator, missing, missing share."""
    numerator = figure.numerator if figure.unit in ("share", "count") else None
    missing = figure.missing_share
    return {
        "figure": str(figure.label),
        "value": written(figure, figure.value),
        "numerator": None if numerator is None else int(numerator),
        "denominator": figure.denominator,
        "missing": figure.missing,
        "missing_share": None if missing is None else whole_percent(missing),
    }


def table(caption: str, found: list[Figure], origin: Provenance) -> doc.Table:
    columns = (
        doc.Column("figure", _("key figure")),
        doc.Column("value", _("value")),
        doc.Column("numerator", _("numerator"), "integer"),
        doc.Column("denominator", _("denominator"), "integer"),
        doc.Column("missing", _("missing"), "integer"),
        doc.Column("missing_share", _("share missing")),
    )
    return doc.Table(caption, columns, [row_of(figure) for figure in found], origin)


def compose(centre: Centre, year: int) -> doc.Brief:
    """The report of a year: key figures, by theme and client type, outcomes, definitions. Names no client."""
    starts, ends = dt.date(year, 1, 1), dt.date(year, 12, 31)
    today = timezone.localdate()
    origin = Provenance(_("key figures of service"), _("requests"), _("the desk's log"), today.isoformat())
    cases = figures.cases_of(starts, ends, centre=centre)
    found = figures.compute(cases)
    came = Outcome.objects.filter(state="confirmed", request__centre=centre, date__range=(starts, ends))
    chosen = ("received", "introduced", "outcome", "additional")
    key = doc.KeyFigures(
        [
            doc.KeyFigure(str(figure.label), written(figure, figure.value), of(figure), origin)
            for figure in found
            if figure.code in chosen
        ]
    )
    until = _("as known on %(day)s") % {"day": formats.date_format(today)}
    sections = [
        doc.Section("figures", _("Key figures"), [key, table(_("All key figures"), found, origin)]),
        doc.Section("themes", _("By theme"), [cut("theme", cases, origin)]),
        doc.Section("clients", _("By client type"), [cut("client_type", cases, origin)]),
        doc.Section("outcomes", _("Outcomes dated in the year"), [outcomes(list(came), origin)]),
    ]
    demo = Meta.objects.filter(key="demo", value="yes").exists()
    return doc.Brief(
        f"{centre} {year}",
        _("Yearly report of the centre's service") + f", {until}",
        sections,
        banner=_("A demonstration: everything here is invented.") if demo else None,
        definitions={str(label): str(said) for _code, label, said, _unit, _how in figures.FIGURES},
    )


def of(figure: Figure) -> str:
    """The small line below a key figure: of how many, and of how many it is not known."""
    if figure.denominator is None:
        return ""
    text = _("%(part)s of %(whole)s") % {"part": int(figure.numerator or 0), "whole": figure.denominator}
    return text + (", " + _("%(count)s not known") % {"count": figure.missing} if figure.missing else "")


def cut(name: str, cases: list[figures.Case], origin: Provenance) -> doc.Table:
    """One line a group: requests, taken up, introduced, with an outcome."""
    columns = (
        doc.Column("group", str(figures.CUTS[name][0])),
        doc.Column("received", _("requests"), "integer"),
        *(doc.Column(code, _(label)) for code, label in SHORT.items()),
    )
    rows = []
    for group, found in figures.by(name, cases):
        by_code = {figure.code: figure for figure in found}
        row: dict[str, Any] = {"group": str(group), "received": by_code["received"].numerator}
        for code in SHORT:
            figure = by_code[code]
            row[code] = _("not known") if figure.value is None else f"{written(figure, figure.value)} ({of(figure)})"
        rows.append(row)
    return doc.Table(str(figures.CUTS[name][0]), columns, rows, origin)


#: the figures of a cut's table
SHORT = {"taken_up": "taken up", "introduced": "introductions made", "outcome": "with an outcome"}


def outcomes(came: list[Outcome], origin: Provenance) -> doc.Block:
    if not came:
        return doc.Text(_("No confirmed outcome is dated in this year."))
    columns = (
        doc.Column("date", _("date")),
        doc.Column("kind", _("kind")),
        doc.Column("title", _("title")),
        doc.Column("amount", _("amount")),
        doc.Column("additionality", _("without the centre")),
        doc.Column("evidence", _("evidence")),
    )
    rows = [
        {
            "date": row.date.isoformat() if row.date else None,
            "kind": row.get_kind_of_display(),
            "title": row.title,
            "amount": money(row.amount, row.currency) if row.amount is not None else None,
            "additionality": row.get_additionality_display(),
            "evidence": row.evidence or None,
        }
        for row in came
    ]
    return doc.Table(_("Outcomes"), columns, rows, origin)

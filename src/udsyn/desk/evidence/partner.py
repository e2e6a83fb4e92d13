"""Evidence on a partner's page, from the record: each figure with its definition, counting, source and snapshot.

Nothing here computes an indicator; `udsyn.evidence` does, and `findings` keeps what it found. Where no record is named,
or it holds nothing of a question, the page says so instead of showing a number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from udsyn import facts
from udsyn.desk.evidence import findings
from udsyn.desk.evidence.sayings import field_in, said_in
from udsyn.desk.kernel.wording import language
from udsyn.desk.tools.charts import bar_chart, sparkline
from udsyn.desk.tools.numbers import decimal, signed_percent
from udsyn.record.extent import SAMPLE


@dataclass(frozen=True)
class Finding:
    """One block of the page: heading, chart, rows for a table, provenance, and notes that its reader must know."""

    heading: Any
    columns: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]
    provenance: Any
    notes: tuple[Any, ...] = ()
    bars: tuple[tuple[str, float], ...] = ()
    lead: Any = ""  #: the finding in a sentence

    @property
    def chart(self) -> Any:
        return bar_chart(self.heading, self.bars) if self.bars else ""

    @property
    def spark(self) -> Any:
        return sparkline(self.heading, tuple(value for _label, value in self.bars))


@dataclass(frozen=True)
class Evidence:
    findings: tuple[Finding, ...] = ()
    missing: tuple[Any, ...] = ()  #: what the record does not answer, with why
    sample: Any = ""  #: that sources of these figures are samples and not the world, which stands on top


def evidence_of(home: str, partner: str, *, people: bool = True, only: Collection[str] = ()) -> Evidence:
    """What the record says about the tie between home and partner; `people` only where the reader is a colleague,
    and of `only` these findings where some are named."""
    if home == partner:
        return Evidence()
    place = findings.shelf(settings.FOLDER, home)
    if place is None:
        return Evidence(missing=(_("No research data are held here, so there are no figures about research."),))
    answer = place.answer(partner)
    shown, missing = [], []
    for name, shape in SHAPES.items():
        if (name == "people" and not people) or (only and name not in only):
            continue
        found = answer.get(name)
        if shape.silent and not (found and found["rows"]):
            continue
        if found is None:
            missing.append(format_html("{}: {}", shape.heading, _("is being worked out; look again in a minute.")))
        elif found["missing"] and not found["rows"]:
            missing.append(format_html("{}: {}", shape.heading, said_in(found["missing"])))
        elif not found["rows"]:
            missing.append(format_html("{}: {}", shape.heading, _("nothing held, or none")))
        else:
            shown.append(shape.finding(found))
    return Evidence(tuple(shown), tuple(missing), sample_said(list(answer.values())))


def is_sample(found: findings.Found | None) -> bool:
    return bool(found and found["origin"] and found["origin"].get("extent") == SAMPLE)


def sample_said(found: list[findings.Found | None]) -> Any:
    """Which sources of the figures are samples, in a sentence; nothing where none is."""
    named = sorted({one["origin"]["source"] for one in found if one and one["rows"] and is_sample(one)})
    if not named:
        return ""
    said_ = _("A sample, not the world (%(sources)s): shares, ranks and places are those of the works held.")
    return said_ % {"sources": ", ".join(named)}


@dataclass(frozen=True)
class Shape:
    """How a finding is shown: heading, columns (key, label, how values are written), bars, and a leading sentence."""

    heading: Any
    columns: tuple[tuple[str, Any, Callable[[Any], Any]], ...]
    bars: tuple[str, str] | None = None
    lead: Callable[[list[dict[str, Any]]], Any] = lambda rows: ""
    of_sample: Any = ""  #: the heading where the source is a sample, if that is another
    silent: bool = False  #: not a word where there is nothing, since there is nothing to be expected

    def finding(self, found: findings.Found) -> Finding:
        rows, sample = found["rows"], is_sample(found)
        bars = [(str(row[self.bars[0]]), float(row[self.bars[1]] or 0)) for row in reversed(rows)] if self.bars else []
        return Finding(
            self.of_sample if sample and self.of_sample else self.heading,
            tuple(OF_SAMPLE.get(key, label) if sample else label for key, label, _write in self.columns),
            tuple(tuple(write(row.get(key)) for key, _label, write in self.columns) for row in rows),
            said(found["origin"]),
            tuple(said_in(note) for note in found["notes"]),
            tuple(bars),
            self.lead(rows),
        )


def plain(value: Any) -> Any:
    return value


def number(value: float | None) -> str | None:
    return None if value is None else f"{value:,.0f}".replace(",", "\u202f")


def percent(value: float | None) -> str | None:
    return None if value is None else f"{decimal(100 * value, 2)} %"


def change(value: float | None) -> str | None:
    """A relative change with its sign: 0.25 is +25 %."""
    return None if value is None else signed_percent(value)


def ratio(value: float | None) -> str | None:
    return None if value is None else decimal(value, 2)


def country(code: str) -> str:
    return facts.countries.name(code, language())


def joint_in_words(rows: list[dict[str, Any]]) -> Any:
    """How many joint works the last year held has, and the first of the years shown."""
    last, first = rows[0], rows[-1]
    said = {"n": number(last["works"]), "year": last["year"], "then": number(first["works"]), "first": first["year"]}
    return _("%(n)s joint works in %(year)s, %(then)s in %(first)s.") % said


def strong_in_words(rows: list[dict[str, Any]]) -> Any:
    return _("Both are strong in %(fields)s.") % {"fields": "; ".join(str(field_in(row["name"])) for row in rows)}


SURE = 0.05  #: the p-value up to which an effect is named, over all agreements that one could have looked at
ESTIMATORS = {
    "ppml": gettext_lazy("gravity model"),
    "event_study": gettext_lazy("event study"),
    "synthetic_control": gettext_lazy("synthetic control"),
    "synthetic_did": gettext_lazy("synthetic difference in differences"),
}


def estimator(name: str) -> Any:
    return ESTIMATORS.get(name, name.replace("_", " "))


FOUND = {
    "agreement": gettext_lazy(
        "Agreement of %(from)s, joint works until %(until)s: %(lowest)s to %(highest)s by estimator, taken as one "
        "%(together)s (95 %% interval %(together_low)s to %(together_high)s)"
    ),
    "centre": gettext_lazy(
        "Centre of %(from)s, joint works until %(until)s: %(lowest)s to %(highest)s by estimator, taken as one "
        "%(together)s (95 %% interval %(together_low)s to %(together_high)s)"
    ),
}
TOLD = {
    "agreement": (
        gettext_lazy("more than chance alone gives, also as one of %(dated)s agreements with a date."),
        gettext_lazy(
            "looked at alone more than chance gives; as one of %(dated)s agreements with a date it cannot be told."
        ),
    ),
    "centre": (
        gettext_lazy("more than chance alone gives, also as one of %(dated)s centres with a date."),
        gettext_lazy(
            "looked at alone more than chance gives; as one of %(dated)s centres with a date it cannot be told."
        ),
    ),
}


def effect_in_words(rows: list[dict[str, Any]], what: str = "agreement") -> Any:
    """The range of all estimators, and what they say as one, in a sentence that does not say more than its interval."""
    row = together(rows)
    if row is None:
        return _("No estimator gives an answer here.")
    columns = ("lowest", "highest", "together", "together_low", "together_high")
    values = {name: change(row[name]) for name in columns}
    values |= {"from": row["from"], "until": row["years"].rpartition("-")[2], "dated": row["dated"]}
    also, alone = TOLD[what]
    chance = gettext_lazy("cannot be told from chance.")
    said = also if stands_out(row) else alone if row["together_p"] <= SURE else chance
    return f"{FOUND[what] % values}: {said % values}"


def together(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The row that tells what all estimators say as one; None where they give no answer."""
    return next((row for row in rows if row.get("together") is not None), None)


def stands_out(row: dict[str, Any]) -> bool:
    """Whether the effect is told from chance, as one of all agreements of home with a date (Bonferroni)."""
    return bool(row["together_p"] * row["dated"] <= SURE)


EFFECTS = (
    ("estimator", gettext_lazy("estimator"), estimator),
    ("effect", gettext_lazy("effect"), change),
    ("low", gettext_lazy("95 % from"), change),
    ("high", gettext_lazy("95 % to"), change),
    ("mde", gettext_lazy("smallest effect that could be seen"), change),
)
#: column → its label where the source is a sample
OF_SAMPLE = {"world_share": gettext_lazy("share of the works held")}
SHAPES: dict[str, Shape] = {
    "ties": Shape(
        gettext_lazy("Joint works"),
        (
            ("year", gettext_lazy("year"), plain),
            ("works", gettext_lazy("joint works"), number),
            ("share", gettext_lazy("share of home's international works"), percent),
            ("observed_expected", gettext_lazy("observed / expected"), ratio),
        ),
        bars=("year", "works"),
        lead=joint_in_words,
    ),
    "projects": Shape(
        gettext_lazy("Joint projects"),
        (
            ("year", gettext_lazy("start"), plain),
            ("projects", gettext_lazy("joint projects"), number),
            ("led_by_home", gettext_lazy("led from home"), number),
            ("led_by_partner", gettext_lazy("led from the partner"), number),
        ),
    ),
    "shares": Shape(
        gettext_lazy("Share of the world's works"),
        (
            ("country", gettext_lazy("country"), country),
            ("year", gettext_lazy("year"), plain),
            ("share_full", gettext_lazy("full counting"), percent),
            ("share_fractional", gettext_lazy("fractional counting"), percent),
        ),
        of_sample=gettext_lazy("Share of the works held"),
    ),
    "strengths": Shape(
        gettext_lazy("Fields in which both are strong"),
        (
            ("name", gettext_lazy("field"), field_in),
            ("home_activity", gettext_lazy("activity index, home"), ratio),
            ("partner_activity", gettext_lazy("activity index, partner"), ratio),
            ("joint_works", gettext_lazy("joint works"), number),
        ),
        lead=strong_in_words,
    ),
    "effect": Shape(
        gettext_lazy("Did the agreement make a difference?"),
        EFFECTS,
        lead=effect_in_words,
    ),
    "centre_effect": Shape(
        gettext_lazy("Did the centre make a difference?"),
        EFFECTS,
        lead=partial(effect_in_words, what="centre"),
        silent=True,
    ),
    "places": Shape(
        gettext_lazy("Hot-spots"),
        (
            ("name", gettext_lazy("hot-spot"), plain),
            ("weight", gettext_lazy("works"), number),
            ("world_share", gettext_lazy("share of the world"), percent),
            ("growth", gettext_lazy("growth a year"), change),
            ("home_works", gettext_lazy("with home"), number),
        ),
    ),
    "people": Shape(
        gettext_lazy("People with most works lately"),
        (
            ("name", gettext_lazy("name"), plain),
            ("institution", gettext_lazy("institution"), plain),
            ("works", gettext_lazy("works"), number),
            ("last_year", gettext_lazy("last"), plain),
        ),
    ),
}
COUNTINGS = {
    "full": gettext_lazy("full counting"),
    "fractional": gettext_lazy("fractional counting"),
    "fractional (author level)": gettext_lazy("fractional counting of authors"),
    "full and fractional (author level)": gettext_lazy("full and fractional counting of authors"),
    "full and fractional": gettext_lazy("full and fractional counting"),
    "works of the last five years held": gettext_lazy("works of the last five years held"),
}


EXTENTS = {
    "complete": gettext_lazy("complete"),
    "slice": gettext_lazy("a slice with the world's totals"),
    SAMPLE: gettext_lazy("a sample"),
}


def said(origin: dict[str, Any] | None) -> str:
    """Where a figure comes from, in a line."""
    if origin is None:
        return ""
    counting = str(COUNTINGS.get(origin["counting"], origin["counting"]))
    parts = [_("definition") + f" {origin['definition']}", counting, _("source") + f" {origin['source']}"]
    if origin.get("snapshot"):
        parts.append(_("snapshot") + f" {origin['snapshot']}")
    if origin.get("extent"):
        parts.append(_("extent") + f" {EXTENTS[origin['extent']]}")
    if origin.get("source_works") is not None:
        parts.append(_("works of the source") + f" {number(origin['source_works'])}")
    if origin.get("coverage") is not None:
        parts.append(_("country known for") + f" {decimal(100 * origin['coverage'], 1)} %")
    return " · ".join(parts)

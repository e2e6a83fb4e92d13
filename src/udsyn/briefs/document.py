"""What a brief is made of: sections of text, key figures, charts and tables. HTML and PDF render the same document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import Any, Literal

from udsyn.briefs.definitions import DEFINITIONS, name_of
from udsyn.briefs.theme import Drawing
from udsyn.evidence.result import Provenance
from udsyn.evidence.words import change, p_text
from udsyn.record.extent import SAMPLE

Kind = Literal["text", "integer", "decimal", "p", "percent", "signed_percent", "year", "links"]

UNKNOWN = "unknown"
NOT_HELD = "–"


@dataclass(frozen=True)
class Column:
    """One column of a table: the key of its values, its heading, and how its values are written."""

    key: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """Rows for people. `origin` says where the numbers come from; facts carry their sources in a `links` column."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    origin: Provenance | None = None
    folded: bool = False  #: shown only when opened, because a chart above it shows the same


@dataclass(frozen=True)
class Chart:
    """A chart drawn at any width in pixels, with the sentence that says what it shows and its numbers as a table."""

    title: str
    alt: str
    draw: Callable[[int], Drawing]
    table: Table
    origin: Provenance | None = None
    key: str | None = None  #: a line below the chart, for what its marks mean


@dataclass(frozen=True)
class Text:
    """One paragraph."""

    words: str
    tone: Literal["plain", "finding", "caution", "small"] = "plain"


@dataclass(frozen=True)
class KeyFigure:
    """A number at a glance, already written out, with what it says and where it comes from."""

    label: str
    value: str
    detail: str
    origin: Provenance | None = None
    result: str | None = None  #: the address that `udsyn evidence explain` takes


@dataclass(frozen=True)
class KeyFigures:
    figures: Sequence[KeyFigure]


@dataclass(frozen=True)
class Card:
    """One fact: what it is, what is known of it line by line, and the sources that say so."""

    title: str
    lines: Sequence[tuple[str, str]]
    sources: Sequence[Mapping[str, str | None]]


@dataclass(frozen=True)
class Cards:
    caption: str
    cards: Sequence[Card]


Block = Text | Table | Chart | KeyFigures | Cards


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    blocks: Sequence[Block]

    def charts(self) -> list[Chart]:
        return [block for block in self.blocks if isinstance(block, Chart)]


@dataclass(frozen=True)
class Brief:
    """A whole brief. `banner` is shown on top of every page (the label of generated data, for instance), and after it
    which of its sources are samples."""

    title: str
    subtitle: str
    sections: Sequence[Section]
    banner: str | None = None
    definitions: Mapping[str, str] = field(default_factory=dict)  #: definition id → one sentence
    titles: Mapping[str, str] = field(default_factory=dict)  #: name of a source → what it is

    def origins(self) -> list[Provenance]:
        """Every provenance in the document, each once, in order of appearance."""
        found: dict[Provenance, None] = {}
        for section in self.sections:
            for block in section.blocks:
                inside = block.figures if isinstance(block, KeyFigures) else [block]
                for item in inside:
                    origin = getattr(item, "origin", None)
                    if origin is not None:
                        found[origin] = None
        return list(found)

    @property
    def on_top(self) -> str | None:
        """What every page is headed with: the banner, and what its reader must know of sources that are samples."""
        samples = dict.fromkeys(origin.source for origin in self.origins() if origin.extent == SAMPLE)
        said = [self.banner] if self.banner else []
        if samples:
            said.append(f"A sample, not the world ({', '.join(samples)}): shares and ranks are of the works held.")
        sources = list(dict.fromkeys(origin.source for origin in self.origins() if origin.definition != "published"))
        if len(sources) > 1:
            said.append(
                f"Numbers come from {' and '.join(sources)}, which count differently: do not compare a number of one "
                "with a number of another."
            )
        return " ".join(said) or None

    def addresses(self) -> dict[Provenance, str]:
        """For each provenance the first result that has an address, which `udsyn evidence explain` leads on from."""
        found: dict[Provenance, str] = {}
        for section in self.sections:
            for block in section.blocks:
                for item in block.figures if isinstance(block, KeyFigures) else [block]:
                    origin, address = getattr(item, "origin", None), address_of(item)
                    if origin is not None and address:
                        found.setdefault(origin, address)
        return found

    @property
    def named(self) -> str:
        """What the sources of the numbers are, in full."""
        used = ", ".join(origin.source for origin in self.origins())
        return " ".join(f"{name}: {title}." for name, title in self.titles.items() if name in used)

    def numbers(self) -> dict[Provenance, int]:
        """The footnote number of every provenance, from 1."""
        return {origin: number for number, origin in enumerate(self.origins(), start=1)}


def address_of(item: Block | KeyFigure) -> str | None:
    """The address of a figure, or of the first row of a table or chart that has one."""
    if isinstance(item, KeyFigure):
        return item.result
    table = item.table if isinstance(item, Chart) else item
    rows = table.rows if isinstance(table, Table) else []
    return next((str(row["result"]) for row in rows if row.get("result")), None)


def written(value: Any, kind: Kind) -> str:
    """A value as the reader sees it. None is an en dash; the word *unknown* is left to the facts."""
    if value is None or value != value:
        return NOT_HELD
    match kind:
        case "integer":
            return f"{value:,.0f}"
        case "decimal":
            return f"{value:,.2f}"
        case "p":
            return p_text(value)
        case "percent":
            return f"{100 * value:.1f} %" if abs(value) >= 0.01 or value == 0 else f"{100 * value:.2f} %"
        case "signed_percent":
            return change(value)
        case "year":
            return str(int(value))
        case "text":
            return str(value)
        case "links":
            return "; ".join(link["label"] for link in value)


def with_interval(row: Mapping[str, Any], key: str, kind: Kind = "decimal") -> str | None:
    """A value with its 95 % interval, as 1.52 (1.31 to 1.77); None where there is no value."""
    value, low, high = (row.get(f"{key}{end}") for end in ("", "_low", "_high"))
    if value is None:
        return None
    return written(value, kind) + (f" ({ends(low, high, kind)})" if low is not None else "")


def ends(low: float | None, high: float | None, kind: Kind) -> str:
    """Both ends of an interval; a per cent with a digit more where they would look alike."""
    if kind == "percent" and low is not None and high is not None and written(low, kind) == written(high, kind):
        return f"{100 * low:.2f} % to {100 * high:.2f} %"
    return f"{end(low, kind)} to {end(high, kind)}"


def end(value: float | None, kind: Kind) -> str:
    """The end of an interval: with as many digits as show on which side of 1 (as the world) it lies."""
    if kind != "decimal" or value is None or value == 1:
        return written(value, kind)
    return f"{value:,.{next((digits for digits in (2, 3, 4) if round(value, digits) != 1), 2)}f}"


def source_rows(brief: Brief) -> list[dict[str, Any]]:
    """The sources of a brief as numbered rows: what each footnote number means, and how to follow it to its works."""
    addresses = brief.addresses()
    return [
        {
            "number": number,
            "definition": name_of(origin.definition),
            "counting": origin.counting,
            "source": f"{origin.source} ({extent_line(origin)})" if origin.extent else origin.source,
            "snapshot": origin.snapshot or UNKNOWN,
            "coverage": "not stated by the source" if origin.coverage is None else written(origin.coverage, "percent"),
            "scope": origin.scope or "as published",
            "seed": "–" if origin.seed is None else str(origin.seed),
            "explain": f"udsyn evidence explain {quote(addresses[origin])}" if origin in addresses else None,
        }
        for origin, number in brief.numbers().items()
    ]


def extent_line(origin: Provenance) -> str:
    """How much of the world the source holds, with its number of works."""
    works = f", {origin.source_works:,} works" if origin.source_works is not None else ""
    return f"{origin.extent}{works}"


def origin_line(origin: Provenance) -> str:
    """Where a number comes from, short enough to stand below it; the numbered list of sources says the rest."""
    return f"{origin.source}, {origin.snapshot or 'snapshot unknown'} · {origin.counting}"


def defined(brief: Brief) -> Brief:
    """The brief with the definitions that its numbers refer to."""
    referred = {origin.definition for origin in brief.origins()}
    return replace(brief, definitions={name: text for name, text in DEFINITIONS.items() if name in referred})

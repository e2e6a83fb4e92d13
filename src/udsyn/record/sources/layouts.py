"""How the files of panels are laid out: which column is which, and what is known about those that are published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from udsyn.errors import UsageError
from udsyn.record.extent import COMPLETE

SHAPES = ("pairs", "fields")


@dataclass(frozen=True)
class Layout:
    """How a panel's file is laid out: `columns` maps what Udsyn calls a column to what the file calls it."""

    shape: str
    columns: Mapping[str, str]
    optional: frozenset[str] = frozenset()
    level: str = "field"
    #: published panels: how their file's name begins, and what is known about them
    file: str = ""
    source: str | None = None
    title: str | None = None
    counting: str = "full"
    snapshot: str | None = None
    extent: str | None = None


OPENALEX_PAIRS = Layout(
    "pairs",
    {"year": "year", "c1": "c1", "c2": "c2", "works": "works"},
    file="openalex_country_pairs",
    source="openalex-pairs",
    title="OpenAlex, co-authored works per country pair and year, works with at least two countries",
    snapshot="2024-08-27",
    extent=COMPLETE,
)
NCSES_PAIRS = Layout(
    "pairs",
    {
        "year": "year",
        "c1": "economy_a",
        "c2": "economy_b",
        "works": "coauthored_articles_whole",
        "published_index": "published_index",
    },
    file="ncses_country_pairs",
    source="ncses",
    title="NCSES, Science and Engineering Indicators 2024, Publications Output (NSB-2023-33, Scopus)",
    snapshot="2023-12-11",
    extent=COMPLETE,
)
NCSES_FIELDS = Layout(
    "fields",
    {"year": "year", "country": "economy", "field": "field", "counting": "counting", "value": "value"},
    file="ncses_articles_by_country_field_year",
    source="ncses",
    title=NCSES_PAIRS.title,
    counting="full and fractional",
    snapshot=NCSES_PAIRS.snapshot,
    extent=COMPLETE,
)
LAYOUTS = (OPENALEX_PAIRS, NCSES_PAIRS, NCSES_FIELDS)

#: columns of a file that is none of the published ones, unless the caller names others
PLAIN = {
    "pairs": Layout(
        "pairs",
        {"year": "year", "c1": "c1", "c2": "c2", "works": "works", "published_index": "published_index"},
        optional=frozenset({"published_index"}),
    ),
    "fields": Layout(
        "fields",
        {
            "year": "year",
            "country": "country",
            "field": "field",
            "works": "works",
            "works_fractional": "works_fractional",
            "counting": "counting",
            "value": "value",
        },
        optional=frozenset({"field", "works", "works_fractional", "counting", "value"}),
        counting="full and fractional",
    ),
}


def layout_of(
    file: Path, shape: str, header: list[str], named: Mapping[str, str], published: Sequence[Layout] = LAYOUTS
) -> Layout:
    """The caller's columns where named; else a published layout, known by its file's name or columns; else plain."""
    known = [layout for layout in published if layout.shape == shape]
    by_name = [layout for layout in known if file.name.startswith(layout.file)]
    by_columns = [layout for layout in known if set(layout.columns.values()) <= set(header)]
    if named:
        layout = replace(PLAIN[shape], columns={**PLAIN[shape].columns, **named})
    else:
        layout = [*by_name, *by_columns, PLAIN[shape]][0]
    if not by_name:
        layout = replace(layout, source=None, title=None, snapshot=None, extent=None)
    needed = [column for role, column in layout.columns.items() if role not in layout.optional or role in named]
    missing = [column for column in needed if column not in header]
    if missing:
        raise UsageError(
            f"{file} has no column {missing[0]!r}; it has {', '.join(header[:12])}. Name columns with --...-column."
        )
    held = {role for role, column in layout.columns.items() if column in header}
    if shape == "fields" and not ({"counting", "value"} <= held or held & {"works", "works_fractional"}):
        raise UsageError(
            f"{file} has no column of counts; it has {', '.join(header[:12])}. Name it with --works-column."
        )
    return layout


def shape_of(file: Path, published: Sequence[Layout]) -> str:
    """What the rows of a published panel's file count. Raises UsageError for a file that is none of them."""
    for layout in published:
        if layout.file and file.name.startswith(layout.file):
            return layout.shape
    raise UsageError(f"{file.name} is no panel that is known: say what its rows count, by `udsyn ingest panel --as`.")

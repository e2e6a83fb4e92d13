"""The same brief on paper: a Typst template reads the document as JSON, charts come as vector drawings.

A `Dress` says in which language the paper is, how its frame is worded, and whose it is.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import typst

from udsyn.briefs.definitions import title_of
from udsyn.briefs.document import Block, Brief, Cards, Chart, KeyFigures, Table, Text, origin_line, source_rows, written
from udsyn.briefs.drawing import PDF, Drawings
from udsyn.briefs.house import House
from udsyn.errors import UdsynError
from udsyn.look import on_paper

LONG_CELL = 24  #: letters of a cell that have a line of their own where there is room
#: the words around a paper's own, as a brief in English has them; `{page}` and `{pages}` are numbers
WORDS = {
    "page": "page {page} of {pages}",
    "definitions": "Definitions",
    "sources": "Sources of the numbers",
    "columns": ("No.", "Definition", "Counting", "Source", "Snapshot", "With country", "Scope"),
}


@dataclass(frozen=True)
class Dress:
    """How a paper goes out: its language, the words around its own, and the house whose name it bears."""

    language: str = "en"
    words: Mapping[str, Any] = field(default_factory=lambda: WORDS)
    house: House | None = None


def render(brief: Brief, dress: Dress | None = None, drawings: Drawings | None = None) -> bytes:
    """The brief as a PDF with bookmarks and a text for each chart. Without a dress it is English, and nobody's.

    Its charts are drawn here, or are those given.
    """
    dress = dress or Dress()
    drawings = drawings or Drawings(PDF)
    for section in brief.sections:
        drawings.begin(section)
    numbers = brief.numbers()

    def note(origin: Any) -> str | None:
        return None if origin is None else f"{origin_line(origin)} [{numbers[origin]}]"

    with tempfile.TemporaryDirectory(prefix="udsyn-brief-") as folder:
        root = Path(folder)
        sections = [
            {"title": section.title, "blocks": [paper(block, root, note, drawings) for block in section.blocks]}
            for section in brief.sections
        ]
        content = {
            "title": brief.title,
            "subtitle": brief.subtitle,
            "banner": brief.on_top,
            "sections": sections,
            "definitions": [{"name": title_of(name), "text": text} for name, text in brief.definitions.items()],
            "sources": source_rows(brief),
            "named": brief.named,
            "language": dress.language,
            "words": dict(dress.words),
            "look": on_paper(),
            "house": head_of(dress, root),
        }
        (root / "brief.json").write_bytes(orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS))
        (root / "brief.typ").write_bytes(files("udsyn.briefs").joinpath("templates/brief.typ").read_bytes())
        try:
            made: bytes = typst.compile(str(root / "brief.typ"), root=str(root))
        except typst.TypstError as error:
            raise UdsynError(f"the PDF could not be set: {error}. Write the .html instead.") from None
    return made


def head_of(dress: Dress, root: Path) -> dict[str, Any] | None:
    """What stands on top of the first page; the logo is put into the folder and named."""
    house = dress.house
    if house is None:
        return None
    logo = None
    if house.logo is not None:
        content, kind = house.logo
        logo = f"logo.{kind}"
        (root / logo).write_bytes(content)
    return {"name": house.name(dress.language), "address": house.address, "logo": logo, "colour": house.colour}


def paper(block: Block, root: Path, note: Any, drawings: Drawings) -> dict[str, Any]:
    """One block as plain data; a chart's drawing is put into the folder and named."""
    match block:
        case Text():
            return {"kind": "text", "words": re.sub("`([^`]*)`", r"“\1”", block.words), "tone": block.tone}
        case KeyFigures():
            return {
                "kind": "key",
                "figures": [
                    {"label": f.label, "value": f.value, "detail": f.detail, "origin": note(f.origin)}
                    for f in block.figures
                ],
            }
        case Chart():
            name = f"chart-{len(list(root.glob('chart-*.pdf')))}.pdf"
            (root / name).write_bytes(*drawings.of(block))
            return {
                "kind": "chart",
                "title": block.title,
                "alt": block.alt,
                "file": name,
                "key": block.key,
                "origin": note(block.origin),
            }
        case Cards():
            cards = [
                {"title": c.title, "lines": c.lines, "sources": "; ".join(str(link["label"]) for link in c.sources)}
                for c in block.cards
            ]
            return {"kind": "cards", "caption": block.caption, "cards": cards}
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "labels": [column.label for column in block.columns],
                "numeric": [column.kind not in ("text", "links") for column in block.columns],
                "widths": widths(block),
                "rows": [[written(row.get(c.key), c.kind) for c in block.columns] for row in block.rows],
                "origin": note(block.origin),
            }


def widths(table: Table) -> list[int]:
    """What each column takes of the page's width, in letters: no number and no word is broken, long texts are."""
    taken = []
    for column in table.columns:
        cells = [written(row.get(column.key), column.kind) for row in table.rows]
        words = [len(word) for cell in cells for word in cell.split()]
        words += [len(word) * 5 // 4 for word in column.label.split()]  # bold
        whole = max(map(len, cells), default=0)
        taken.append(max(*words, 3, whole if column.kind not in ("text", "links") else min(whole, LONG_CELL)) + 1)
    return taken

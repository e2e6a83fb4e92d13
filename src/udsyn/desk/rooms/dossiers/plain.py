"""A dossier as plain values: what is stored and sealed, shown on a page, and set as a PDF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from udsyn.briefs import document as doc

Block = dict[str, Any]
Page = dict[str, Any]  #: title, subtitle, sections [{id, title, blocks}], definitions {word: sentence}


def text(words: Any, tone: str = "plain") -> Block:
    return {"words": str(words), "tone": tone}


def table(caption: Any, columns: Iterable[tuple[str, Any]], rows: Iterable[Mapping[str, Any]]) -> Block:
    """Columns as (key, label). A row's `key_url` is the page that shows what `key` says."""
    return {
        "caption": str(caption),
        "columns": [{"key": key, "label": str(label)} for key, label in columns],
        "rows": [{key: value if value is None else str(value) for key, value in row.items()} for row in rows],
    }


def section(id_: str, title: Any, *blocks: Block) -> Page:
    return {"id": id_, "title": str(title), "blocks": list(blocks)}


def document(page: Page, banner: str | None = None) -> doc.Brief:
    """The same as a brief, which HTML and PDF are made of."""
    sections = [
        doc.Section(one["id"], one["title"], [block_of(block) for block in one["blocks"]]) for one in page["sections"]
    ]
    return doc.Brief(page["title"], page["subtitle"], sections, banner, page["definitions"])


def block_of(block: Block) -> doc.Block:
    if "words" in block:
        return doc.Text(block["words"], block["tone"])
    columns = [doc.Column(column["key"], column["label"]) for column in block["columns"]]
    return doc.Table(block["caption"], columns, block["rows"])


def markdown(page: Page) -> str:
    """The same for an editor: headings, paragraphs, tables."""
    parts = [f"# {page['title']}", page["subtitle"]]
    for one in page["sections"]:
        parts += [f"## {one['title']}", *(markdown_of(block) for block in one["blocks"])]
    parts += ["\n".join(f"- *{word}*: {said}" for word, said in page["definitions"].items())]
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown_of(block: Block) -> str:
    if "words" in block:
        return escaped(block["words"])
    keys = [column["key"] for column in block["columns"]]
    lines = [[column["label"] for column in block["columns"]], ["---"] * len(keys)]
    lines += [[row.get(key) or "–" for key in keys] for row in block["rows"]]
    return "\n".join("| " + " | ".join(escaped(cell) for cell in line) + " |" for line in lines)


def escaped(words: str) -> str:
    """Text that people wrote stays text in Markdown."""
    for letter in "\\`*_[]<>|":
        words = words.replace(letter, f"\\{letter}")
    return " ".join(words.split())

"""The manual that comes with the desk, by page and section; a page in the reader's language where it is written in it.

The pages are the Markdown of `docs/`, which a package carries along; nothing of them is asked of another machine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from udsyn.desk.kernel.search import fold

DESK = Path(__file__).resolve().parent.parent
#: in a package, and in a clone
FOLDERS = (DESK / "manual", DESK.parents[2] / "docs")
NAME = re.compile(r"[a-z][a-z_-]*")
PAGE_LINK = re.compile(r"(?:\.\./)?([a-z][a-z_-]*)\.md(#.*)?")
SHOWN = 160  #: letters of a section that a search shows


@dataclass(frozen=True)
class Section:
    """What stands below one heading: where (page, anchor), its heading, and its words without marks."""

    page: str
    anchor: str
    heading: str
    text: str


@dataclass(frozen=True)
class Page:
    """A page as it is shown: its title, the language that it is written in, and its HTML."""

    name: str
    title: str
    language: str
    html: str
    sections: tuple[Section, ...]

    @property
    def anchors(self) -> frozenset[str]:
        return frozenset(section.anchor for section in self.sections)


def folder() -> Path:
    """Where the pages lie. Raises LookupError where this desk came without them."""
    for place in FOLDERS:
        if (place / "desk.md").is_file():
            return place
    raise LookupError("This desk came without its manual.")


@cache
def names() -> tuple[str, ...]:
    """The pages by name."""
    return tuple(sorted(file.stem for file in folder().glob("*.md") if NAME.fullmatch(file.stem)))


@cache
def page(name: str, language: str) -> Page | None:
    """A page in a language, in English where it is not written in it; nothing where there is none."""
    if name not in names():
        return None
    own = folder() / language / f"{name}.md"
    written, file = (language, own) if own.is_file() else ("en", folder() / f"{name}.md")
    return read(name, written, file.read_text(encoding="utf-8"))


def read(name: str, language: str, text: str) -> Page:
    """A page from its Markdown. HTML in it is shown as text, pictures as their words."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = made.parse(text)
    sections = tuple(sections_of(name, tokens))
    for token in tokens:
        token.children = list(within(token.children)) if token.children else token.children
        if token.type == "table_open":
            token.attrSet("class", "stack")
    title = sections[0].heading if sections else name
    return Page(name, title, language, made.renderer.render(tokens, made.options, {}), sections)


def sections_of(name: str, tokens: list[Any]) -> Iterator[Section]:
    """The sections, each heading given the anchor under which the public manual has it."""
    heading, anchor, said = "", "", list[str]()
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before.type == "heading_open":
            if anchor:
                yield Section(name, anchor, heading, " ".join(said))
            heading, said = plain(token), []
            anchor = slug(heading)
            before.attrSet("id", anchor)
        elif token.type == "inline":
            said.append(plain(token))
    if anchor:
        yield Section(name, anchor, heading, " ".join(said))


def plain(token: Any) -> str:
    return " ".join("".join(one.content or (" " if "break" in one.type else "") for one in token.children).split())


def slug(heading: str) -> str:
    """The anchor of a heading, as MkDocs makes it."""
    letters = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", letters).strip().lower())


def within(tokens: list[Any]) -> Iterator[Any]:
    """Links to other pages lead to them here; what is not here is told without a link."""
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrGet("href") or "")
            if found := PAGE_LINK.fullmatch(target):
                token.attrSet("href", f"../{found[1]}/{found[2] or ''}")
            elif not target.startswith(("https://", "http://", "#")):
                token.attrs.pop("href")
        if token.type == "image":
            token.type, token.tag = "text", ""
        yield token


def find(question: str, language: str, most: int = 30) -> list[tuple[Section, str]]:
    """Sections that hold all words of a question, those with them in their heading first; each with a piece of text."""
    words = fold(question).split()
    if not words:
        return []
    hits = []
    for name in names():
        found = page(name, language)
        for section in found.sections if found else ():
            head, body = fold(section.heading), fold(section.text)
            if all(word in head or word in body for word in words):
                hits.append((-sum(word in head for word in words), section))
    hits.sort(key=lambda hit: hit[0])
    return [(section, piece(section.text, words)) for _weight, section in hits[:most]]


def piece(text: str, words: list[str]) -> str:
    """The text around the first of the words."""
    at = min((where for word in words if (where := text.lower().find(word)) >= 0), default=0)
    start = max(0, text.rfind(" ", 0, max(0, at - SHOWN // 3)) + 1)
    return ("… " if start else "") + text[start : start + SHOWN].strip() + (" …" if len(text) > start + SHOWN else "")

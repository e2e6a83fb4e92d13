"""What axe and a layout can tell two pages apart by, as a fingerprint, and what must fit together on each.

A page is two blocks that stand above each other and share nothing: what `<main>` holds, and its frame (menu and foot).
A block's fingerprint is made of each element's name and attributes, of where it holds words or only signs, and of what
follows what below it. Left out is what neither axe nor a style sheet reads: which words, numbers, addresses, names and
ids, how often a row comes again, and which of the two languages. An attribute that is not named here is never left out.
What relates distant parts (an id and its label, the order of headings, one name a landmark) is read on every page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from lxml import html

#: what axe and the style sheet do not read
UNREAD = frozenset(
    """
    id name value content datetime action method hreflang src srcset d points x y x1 x2 y1 y2 cx cy r rx ry dx dy
    viewbox transform text-anchor min max maxlength minlength checked selected list rel enctype accept for download
    """.split()  # noqa: SIM905
)
#: attributes of which axe reads whether they say something, not what
SAID = frozenset("aria-label title alt placeholder aria-roledescription summary aria-valuetext href".split())  # noqa: SIM905
#: attributes that name other elements of the page
RELATED = frozenset("aria-labelledby aria-describedby aria-controls aria-owns aria-details headers".split())  # noqa: SIM905
#: where rows follow each other in any order
ROWS = frozenset("tbody ul ol select optgroup datalist svg g defs".split())  # noqa: SIM905
LANGUAGES = ("en", "da")


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def words(text: str | None) -> Iterator[str]:
    if text and text.strip():
        yield "#words" if any(map(str.isalnum, text)) else "#signs"


def first_of(names: Iterable[str]) -> list[str]:
    """Each name that comes again."""
    seen: set[str] = set()
    return [one for one in names if one in seen or seen.add(one)]  # type: ignore[func-returns-value]


@dataclass(frozen=True)
class Page:
    """A page as it was answered, in the language that was asked for."""

    text: str
    language: str

    @cached_property
    def tree(self) -> html.HtmlElement:
        return html.document_fromstring(self.text)

    @cached_property
    def mains(self) -> list[html.HtmlElement]:
        return list(self.tree.iter("main"))

    @cached_property
    def named(self) -> dict[str, html.HtmlElement]:
        return {e.get("id"): e for e in self.tree.iter() if isinstance(e.tag, str) and e.get("id")}

    @cached_property
    def labelled(self) -> dict[str, int]:
        labels = [e.get("for") for e in self.tree.iter("label") if e.text_content().strip()]
        return {one: labels.count(one) for one in labels if one}

    def told(self, element: html.HtmlElement) -> str:
        """An element's own line: its name, and of its attributes what can be read."""
        own = []
        for name, value in sorted(element.attrib.items()):
            if name in SAID:
                own.append(f"{name}={'#' if value.startswith('#') else ''}{'said' if value.strip() else ''}")
            elif name in RELATED:
                found = [self.named.get(one) for one in value.split()]
                own.append(f"{name}={[one is not None and bool(one.text_content().strip()) for one in found]}")
            elif name == "class":
                own.append("class=" + " ".join(sorted(value.split())))
            elif name in ("lang", "xml:lang"):
                own.append(f"{name}={self.language == value if value in LANGUAGES else value}")
            elif name not in UNREAD and not (name.startswith("data-") and element.tag != "html"):
                drawn = name in ("width", "height") and next(element.iterancestors("svg"), None) is not None
                own.append(name if drawn else f"{name}={value}")
        if element.tag in ("input", "select", "textarea"):
            own.append(f"label={self.labelled.get(element.get('id'), 0)}")
            own.append(f"within={next(element.iterancestors('label'), None) is not None}")
        if element.tag == "input" and element.get("type") in ("submit", "button", "reset", "image"):
            own.append(f"value={bool((element.get('value') or '').strip())}")
        return " ".join([element.tag, *own])

    def shape(self, element: html.HtmlElement, without: html.HtmlElement | None = None) -> str:
        """The fingerprint of an element with all below it."""
        below = [*words(element.text)]
        for one in element:
            if isinstance(one.tag, str) and one is not without:
                below.append(self.shape(one, without))
            below += words(one.tail)
        if element.tag in ROWS:
            below = sorted(set(below))
        elif element.tag != "tr":  # how many columns a table has counts; how often a pair of neighbours comes does not
            below = list(dict.fromkeys(f"{a}>{b}" for a, b in pairwise(["", *below])))
        return digest("\n".join([self.told(element), *below]))

    @cached_property
    def main(self) -> str:
        return self.shape(self.mains[0]) if self.mains else ""

    @cached_property
    def frame(self) -> str:
        return self.shape(self.tree, self.mains[0] if self.mains else None)

    @cached_property
    def content(self) -> str:
        """Of the main part's fingerprint and of its words: pages of one content are laid out alike."""
        held = self.mains[0] if self.mains else self.tree
        return digest(f"{self.language} {self.main} {' '.join(held.text_content().split())}")

    @cached_property
    def parts(self) -> set[str]:
        """Each element's line with its parent's: what a colour and the ground below it come from."""
        lines = {e: self.told(e) for e in self.tree.iter() if isinstance(e.tag, str)}
        return {digest(f"{lines.get(e.getparent(), '')}>{line}") for e, line in lines.items()}

    def wrong(self) -> list[str]:
        """What does not fit together on the page."""
        tree = self.tree
        found = [f"language is {tree.get('lang')}"] * (tree.get("lang") != self.language)
        found += ["no title"] * (not (tree.findtext(".//title") or "").strip())
        for name in ("main", "h1"):
            number = sum(1 for _one in tree.iter(name))
            found += [f"{number} times <{name}>"] * (number != 1)
        levels = [int(e.tag[1]) for e in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        found += [f"a heading of level {b} follows one of {a}" for a, b in pairwise(levels) if b > a + 1]
        elements = [e for e in tree.iter() if isinstance(e.tag, str)]
        found += [f"twice: #{one}" for one in first_of(e.get("id") for e in elements if e.get("id"))]
        for e in elements:
            related = [e.get("for"), *(e.get(name) for name in RELATED)]
            found += [
                f"{e.tag} names #{one}, which is nowhere"
                for several in related
                if several
                for one in several.split()
                if one not in self.named
            ]
            place = (e.get("href") or "")[1:] if e.tag == "a" and (e.get("href") or "").startswith("#") else ""
            found += [f"a link leads to #{place}, which is nowhere"] * bool(place and place not in self.named)
        landmarks = [f"{role} {name}" for role, name in map(self.landmark, elements) if role]
        return found + [f"two landmarks are {one}" for one in first_of(landmarks)]

    def landmark(self, element: html.HtmlElement) -> tuple[str, str]:
        """The role and name of a landmark; a section and a form are one only with a name."""
        by = [
            self.named[one].text_content()
            for one in (element.get("aria-labelledby") or "").split()
            if one in self.named
        ]
        name = " ".join((element.get("aria-label") or " ".join(by)).split())
        role = element.get("role") or {"nav": "nav", "aside": "aside"}.get(element.tag, "")
        if element.tag in ("section", "form") and name:
            role = role or element.tag
        return (role, name) if role in ("nav", "aside", "section", "form", "search", "region") else ("", "")

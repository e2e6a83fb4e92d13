"""What stands in a page, for tests that look at its elements."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

EMPTY = {"input", "br", "meta", "link", "img", "hr", "path", "circle", "image", "rect"}


@dataclass
class Element:
    tag: str
    attrs: dict
    text: str = ""
    inside: tuple = ()  #: elements around it, the outermost first

    def __getitem__(self, name):
        return self.attrs[name]


class Page(HTMLParser):
    """Its elements in order, each with its attributes and its text."""

    def __init__(self, answer):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {k: v or "" for k, v in attrs}, inside=tuple(self.open))
        self.elements.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag):
        while self.open and tag in [e.tag for e in self.open]:
            if self.open.pop().tag == tag:
                break

    def handle_data(self, data):
        self.text += data
        for element in self.open:
            element.text += data

    def all(self, tag, **attrs):
        wanted = {name.rstrip("_"): value for name, value in attrs.items()}
        return [e for e in self.elements if e.tag == tag and wanted.items() <= e.attrs.items()]

    def at(self, id_):
        return next(e for e in self.elements if e.attrs.get("id") == id_)

    def fields(self):
        """What a browser would send of the page's own form, as it stands."""
        mine = [e for e in self.elements if any("wide-form" in o.attrs.get("class", "") for o in e.inside)]
        found = {e["name"]: e.attrs.get("value", "") for e in mine if e.tag == "input" and sends(e)}
        found |= {e["name"]: e.text.strip() for e in mine if e.tag == "textarea"}
        for option in (e for e in mine if e.tag == "option" and "selected" in e.attrs):
            found[option.inside[-1]["name"]] = option.attrs.get("value", "")
        return found


def sends(element):
    kind = element.attrs.get("type")
    return "name" in element.attrs and (kind not in ("checkbox", "radio") or "checked" in element.attrs)

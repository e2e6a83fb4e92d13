"""Lists in XML, element by element: a file of any size in little memory, and no entity of it unfolds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError  # the types only; defusedxml reads

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from udsyn.errors import UdsynError


def elements(path: Path, names: Collection[str], root: Collection[str]) -> Iterator[Element]:
    """The elements of these names, each whole; names are without their namespace.

    Raises UdsynError for what is no XML, breaks off, unfolds entities, or has another root.
    """
    try:
        begun = False
        for event, element in iterparse(path, events=("start", "end")):
            element.tag = element.tag.rpartition("}")[2]
            if not begun and element.tag not in root:
                raise UdsynError(f"{path} is another list: it begins with {element.tag}. Name its form with --as.")
            begun = True
            if event == "end" and element.tag in names:
                yield element
                element.clear()  # what was read is let go: memory stays small
    except ParseError as error:
        raise UdsynError(f"{path} is not whole XML ({error}). Fetch it again.") from None
    except DefusedXmlException:
        raise UdsynError(f"{path} declares entities, which no list needs; it was not read.") from None


def text(element: Element, path: str) -> str | None:
    """The text below an element at a path; None where there is none."""
    found = (element.findtext(path) or "").strip()
    return found or None


def texts(element: Element, path: str) -> list[str]:
    return [said for found in element.iterfind(path) if (said := (found.text or "").strip())]


def joined(element: Element, *paths: str) -> str:
    """The texts at several paths, with commas between them."""
    return ", ".join(said for path in paths if (said := text(element, path)))


def leaves(element: Element, path: str = "") -> Iterator[tuple[str, str]]:
    """All that an element says: attributes and texts, each by its path. Order tells repeated ones apart."""
    here = f"{path}/{element.tag}"
    for name, value in element.attrib.items():
        if value.strip():
            yield f"{here}@{name}", value.strip()
    if (element.text or "").strip():
        yield here, str(element.text).strip()
    for child in element:
        yield from leaves(child, here)


def said(element: Element) -> dict[str, str]:
    """All that an element says, by path."""
    found: dict[str, list[str]] = {}
    for path, value in leaves(element):
        found.setdefault(path, []).append(value)
    return {path: "; ".join(values) for path, values in found.items()}

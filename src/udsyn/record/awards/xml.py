"""Small helps for writing XML: an element with what is known in it, and nothing for what is not."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def add(parent: Element, name: str, text: Any = None, **attributes: Any) -> Element:
    """A child with text and attributes; an attribute that is None or empty is left out. `lang` is xml:lang."""
    said = {name.replace("_", "-"): str(value) for name, value in attributes.items() if value not in (None, "")}
    if "lang" in said:
        said[LANGUAGE] = said.pop("lang")
    child = SubElement(parent, name, said)
    if text is not None:
        child.text = printable(str(text))
    return child


def printable(text: str) -> str:
    """Text without the signs that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n\r" or (ord(sign) >= 32 and ord(sign) not in (0xFFFE, 0xFFFF)))


def document(root: Element) -> bytes:
    indent(root, " ")
    found: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return found

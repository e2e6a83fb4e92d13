"""Whose paper it is: the name, address, logo and colour of the house that stands on a printed letter.

A YAML file says them; a logo lies beside it, as PNG or SVG:

    name: {da: Ministeriet for prøver, en: Ministry of Trials}
    address: [Havnegade 1, 1058 København K]
    logo: logo.svg
    colour: "#6b1d2a"

What could not be read on white paper, or could do more than be drawn, is refused when the file is read.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from udsyn.errors import UsageError
from udsyn.look import contrast, day

READABLE = 4.5  #: least contrast of text on paper (WCAG 2.2, 1.4.3)
LARGEST = 1_000_000  #: bytes of a logo
WIDEST = 4000  #: pixels of a logo, either way
PNG = b"\x89PNG\r\n\x1a\n"
#: what an SVG may not hold: it is drawn, and does nothing and asks nobody
BUSY = ("script", "foreignobject", "iframe", "a", "image", "animate", "animatemotion", "animatetransform", "set")
OUTSIDE = re.compile(r"(?i)@import|javascript:|url\(\s*[\"']?(?!\s*#)")


@dataclass(frozen=True)
class House:
    """Who sends: names by language, lines of the address, a logo as (bytes, png or svg), the colour of headings."""

    names: Mapping[str, str] = field(default_factory=dict)
    address: tuple[str, ...] = ()
    logo: tuple[bytes, str] | None = None
    colour: str = day("accent")

    def name(self, language: str) -> str:
        """Its name in a language, else in any; "" where it has none."""
        return self.names.get(language) or next(iter(self.names.values()), "")


def read(file: Path | str) -> House:
    """The house that a file describes. Raises UsageError that says what is wrong, where, and what to do."""
    import yaml

    path = Path(file)
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: this description of the house cannot be read ({error}).") from None
    if not isinstance(said, dict) or (unknown := set(map(str, said)) - {"name", "address", "logo", "colour"}):
        odd = f" ({', '.join(sorted(unknown))} is none of them)" if isinstance(said, dict) else ""
        raise UsageError(f"{path}: write name, address, logo and colour, each of which may be left out{odd}.")
    names = said.get("name") or {}
    address = said.get("address") or []
    return House(
        {str(code): str(name) for code, name in names.items()} if isinstance(names, dict) else {"": str(names)},
        tuple(map(str, address if isinstance(address, list) else [address])),
        logo_of(path.parent / str(said["logo"])) if said.get("logo") else None,
        colour_of(path, said.get("colour")),
    )


def colour_of(path: Path, said: Any) -> str:
    """A colour that can be read on white paper."""
    if said is None:
        return day("accent")
    colour = str(said).strip().lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise UsageError(f'{path}: the colour {said} is not written as "#6b1d2a" (with quotation marks).')
    if (reached := contrast(colour, day("paper"))) < READABLE:
        raise UsageError(
            f"{path}: the colour {colour} has a contrast of {reached:.1f} to 1 on white paper, and headings need "
            f"{READABLE} to 1 to be read. Take a darker one."
        )
    return colour


# The logo -------------------------------------------------------------------------------------------------------------


def logo_of(path: Path) -> tuple[bytes, str]:
    """The logo's bytes and what they are. Raises UsageError where it is missing, broken, or more than a drawing."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path}: the logo cannot be read ({error.strerror}). Put it beside the description."
        ) from None
    if len(content) > LARGEST:
        raise UsageError(f"{path}: the logo has {len(content):,} bytes. Make it smaller than {LARGEST:,}.")
    if content.startswith(PNG):
        why, kind = broken_png(content), "png"
    else:
        why, kind = unfit_svg(content), "svg"
    if why:
        raise UsageError(f"{path}: {why}")
    return content, kind


def broken_png(content: bytes) -> str:
    """Why it is no PNG that can be printed, or nothing: every part whole, and not larger than a page needs."""
    try:
        parts = list(parts_of(content))
        width, height = struct.unpack(">II", dict(parts)[b"IHDR"][:8])
        unpacker = zlib.decompressobj()
        unpacker.decompress(b"".join(data for kind, data in parts if kind == b"IDAT"), WIDEST * WIDEST * 8)
    except (struct.error, KeyError, ValueError, zlib.error):
        return "this PNG is broken. Save the logo anew."
    if not (0 < width <= WIDEST and 0 < height <= WIDEST):
        return f"this PNG is {width} × {height} pixels. Make it at most {WIDEST} wide and high."
    return ""


def parts_of(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG up to its end, each with its checksum right. Raises ValueError or struct.error."""
    at = len(PNG)
    while True:
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        data = content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", content[at + 8 + length : at + 12 + length])
        if zlib.crc32(kind + data) != checksum:
            raise ValueError(kind)
        yield kind, data
        if kind == b"IEND":
            return
        at += 12 + length


def unfit_svg(content: bytes) -> str:
    """Why it is no SVG that is only a drawing, or nothing. What would run or ask another address is refused."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        return "this SVG declares things of its own (a document type). Save it as plain SVG."
    except (ElementTree.ParseError, ValueError, LookupError):
        return "the logo is neither PNG nor SVG. Save it as one of these."
    if bare(root.tag) != "svg":
        return "the logo is neither PNG nor SVG. Save it as one of these."
    for part in root.iter():
        tag = bare(part.tag)
        if tag in BUSY:
            return f"this SVG holds <{tag}>, which a drawing does not need. Save it as plain SVG."
        for name, value in part.attrib.items():
            leads = bare(name) == "href" and not value.strip().startswith("#")
            if bare(name).startswith("on") or leads or OUTSIDE.search(value):
                return f"this SVG does more than be drawn ({bare(name)} of <{tag}>). Save it as plain SVG."
        if tag == "style" and OUTSIDE.search(part.text or ""):
            return "this SVG takes its style from elsewhere. Save it as plain SVG."
    return ""


def bare(name: Any) -> str:
    """A name of XML without its namespace."""
    return str(name).rpartition("}")[2].lower()

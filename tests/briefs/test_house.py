"""The house on printed letters: read with care, refused with a reason, and there on the paper."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from pypdf import PdfReader

from udsyn.briefs import document as doc
from udsyn.briefs import house, pdf
from udsyn.errors import UsageError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
LETTER = doc.Brief("Invitation", "1 May 2027", [doc.Section("letter", "", [doc.Text("Dear Sol")])])


def part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 2, height: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\x80\x80" * 2)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def described(folder: Path, drawn: bytes | None = None, **said: str) -> Path:
    if drawn is not None:
        (folder / "logo").write_bytes(drawn)
        said["logo"] = "logo"
    file = folder / "house.yaml"
    file.write_text("\n".join(f"{key}: {value}" for key, value in said.items()), encoding="utf-8")
    return file


def read_back(made: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


@pytest.mark.parametrize("logo", [png(), SVG.format('<circle cx="4" cy="4" r="3"/>').encode()], ids=["png", "svg"])
def test_a_letter_bears_the_house_in_its_language(tmp_path: Path, logo: bytes) -> None:
    found = house.read(
        described(
            tmp_path,
            logo,
            name="{da: Ministeriet for Prøver, en: Ministry of Trials}",
            address="[Havnegade 1]",
            colour="'#6B1D2A'",
        )
    )
    danish = pdf.Dress("da", {**pdf.WORDS, "page": "side {page} af {pages}"}, found)
    for dress, says in ((danish, "Ministeriet for Prøver"), (pdf.Dress(house=found), "Ministry of Trials")):
        made = pdf.render(LETTER, dress)
        text = read_back(made)
        assert says in text
        assert "Havnegade 1" in text
        assert "Sources of the numbers" not in text, "a letter has no table of sources"
        assert PdfReader(io.BytesIO(made)).trailer["/Root"]["/Lang"] == dress.language
    assert "side 1 af 1" in read_back(pdf.render(LETTER, danish))
    assert found.colour == "#6b1d2a"


def test_without_a_house_a_paper_names_nobody() -> None:
    assert "Invitation" in read_back(pdf.render(LETTER))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"colour": "'#ffcc00'"}, "a contrast of 1.5 to 1 on white paper"),
        ({"colour": "'#777777'"}, "a contrast of 4.5 to 1 on white paper"),  # 4.48: just too little
        ({"colour": "red"}, 'not written as "#6b1d2a"'),
        ({"logo": "nowhere.svg"}, "the logo cannot be read"),
        ({"color": "'#000000'"}, "color is none of them"),
        ({"name": "[unclosed"}, "cannot be read"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_reason(tmp_path: Path, said: dict[str, str], why: str) -> None:
    with pytest.raises(UsageError) as refused:
        house.read(described(tmp_path, **said))
    assert why in str(refused.value)
    assert str(tmp_path) in str(refused.value), "it says in which file"


def test_a_colour_at_the_bound_is_taken(tmp_path: Path) -> None:
    assert house.read(described(tmp_path, colour="'#767676'")).colour == "#767676"  # 4.54 to 1


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<circle r="3" onload="alert(1)"/>',
        '<a href="https://elsewhere.example"><circle r="3"/></a>',
        '<image href="https://elsewhere.example/pixel.png"/>',
        '<use href="https://elsewhere.example/all.svg#x"/>',
        "<style>@import 'https://elsewhere.example/a.css';</style>",
        '<rect fill="url(https://elsewhere.example/a.svg#g)"/>',
        "<foreignObject><p>words</p></foreignObject>",
        '<set attributeName="x" to="1"/>',
    ],
)
def test_an_svg_that_does_more_than_be_drawn_is_refused(tmp_path: Path, inside: str) -> None:
    with pytest.raises(UsageError, match="Save it as plain SVG"):
        house.read(described(tmp_path, SVG.format(inside).encode()))


def test_an_svg_may_use_its_own_parts(tmp_path: Path) -> None:
    drawn = '<defs><circle id="dot" r="3"/></defs><use href="#dot"/><rect fill="url(#shade)" width="1" height="1"/>'
    assert house.read(described(tmp_path, SVG.format(drawn).encode())).logo is not None


@pytest.mark.parametrize(
    ("logo", "why"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "a document type"),
        (b"GIF89a", "neither PNG nor SVG"),
        (b"<html/>", "neither PNG nor SVG"),
        (png()[:-20], "broken"),
        (png().replace(b"IDAT", b"IDAX"), "broken"),
        (png(width=9000), "9000 × 2 pixels"),
        (b"\0" * 1_000_001, "Make it smaller"),
    ],
    ids=["doctype", "gif", "html", "cut", "flipped", "wide", "large"],
)
def test_a_logo_that_is_none_is_refused(tmp_path: Path, logo: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        house.read(described(tmp_path, logo))

"""The Danish of the desk: one word for one thing, Danish marks of quotation, no codes, pages that break their words."""

from __future__ import annotations

import re
from pathlib import Path

import udsyn.desk
from udsyn.desk.ops import messages

#: what was said in several ways → how it is said now
ONE_WORD = {
    r"\bsamling(en)? af (publikationer|forskningsdata)|\bi samlingen\b|register over publikationer": "datagrundlag",
    r"\bregisteret": "registret",
    r"\bhaves\b": "er her, kendes",
    r"\bfælles (værk|arbejder)": "fælles publikationer",
    r"(?<!-)\bmailadresse": "e-mailadresse",
    r"\bdesken|i skrivebordet|dette skrivebord": "Udsyn",
    r"\bPanelet": "udvalget",
}


def danish() -> list[str]:
    return [
        said for x in messages.stored() if x.id for said in (x.string if isinstance(x.string, tuple) else [x.string])
    ]


def test_one_thing_has_one_word() -> None:
    said_otherwise = [
        f"{text!r}: {better}"
        for text in danish()
        for pattern, better in ONE_WORD.items()
        if re.search(pattern, text, re.IGNORECASE) and "offentlige registre" not in text
    ]
    assert said_otherwise == []


def test_danish_marks_of_quotation_are_danish() -> None:
    assert [text for text in danish() if re.search("[“”„]", text)] == []


def test_no_raw_code_stands_between_the_words() -> None:
    """Names of columns and states of the program (`kind_of`, `not_met`) are not for people."""
    codes = re.compile(r"(?<![%({/.@])\b[a-z]+_[a-z_]+\b(?![)}])")
    assert [text for text in danish() if codes.search(text.replace("%(", "(").replace("UDSYN_", ""))] == []


def test_a_text_has_no_sentence_that_is_too_long_to_read_aloud() -> None:
    """At most forty words between two full stops, colons or semicolons."""
    sentences = [one for text in danish() for one in re.split(r"[.:;?!]\s|\n", text)]
    assert [one for one in sentences if len(one.split()) > 40] == []


def test_pages_break_long_words_by_the_rules_of_their_language() -> None:
    desk = Path(udsyn.desk.__file__).parent / "web"
    styles = (desk / "static/desk/desk.css").read_text(encoding="utf-8")
    assert re.search(r"p, li, dd, h1, h2 \{ hyphens: auto; \}", styles)
    assert '<html lang="{{ language }}"' in (desk / "templates/desk/base.html").read_text(encoding="utf-8")

"""What people wrote is only ever text in a brief: nothing of it runs as Typst, Jinja, Markdown or HTML."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from pathlib import Path

import altair as alt
import polars as pl
import pytest
from pypdf import PdfReader

from udsyn.briefs import html, pdf
from udsyn.briefs.document import Brief, Card, Cards, Chart, Column, KeyFigure, KeyFigures, Section, Table, Text
from udsyn.evidence.result import Provenance

SECRET = "only the server reads this"
WORDS = [
    '#read("/etc/passwd")',
    '#image("secret.txt")',
    '#panic("stopped")',
    "#let brief = none",
    '"); #panic("out of the string',
    "$ sum_(i=0) $ \\ `raw` *bold* _slant_ <label> @label",
    "{{ 7 * 7 }}{% include 'secret.txt' %}{{ cycler.__init__.__globals__ }}",
    "{# gone #}kept",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "]]> --> </style></textarea>",
    "[x](javascript:alert(1))",
    "datum.a + alert(1)",
    'id="chart1" <svg #0b5c83',
]
LEADS = ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "//x"]


def brief_of(words: str) -> Brief:
    """The words in every place of a brief that takes words."""
    origin = Provenance(words, words, words, words)
    table = Table(words, (Column("a", words), Column("n", words, "integer")), [{"a": words, "n": 1}], origin)
    links = Table(
        words,
        (Column("l", words, "links"),),
        [{"l": [{"label": words, "url": url} for url in (*LEADS, words, "https://example.org/")]}],
    )

    def draw(width: int) -> alt.Chart:
        rows = pl.DataFrame({"name": [words], "n": [1]})
        return alt.Chart(rows, title=words, width=width).mark_bar(tooltip=True).encode(x="n", y="name")

    blocks = [
        Text(words),
        Text(words, "finding"),
        Text(words, "small"),
        KeyFigures([KeyFigure(words, words, words, origin, words)]),
        Chart(words, words, draw, table, origin, words),
        Cards(words, [Card(words, [(words, words)], [{"label": words, "url": url} for url in LEADS])]),
        table,
        links,
    ]
    return Brief(words, words, [Section("s", words, blocks)], words, {words: words})


class Seen(HTMLParser):
    """What a browser makes of a page: its text, where it leads and what it would run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.runs, self.leads = "", [], []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.runs += [tag] if tag in ("script", "img", "iframe", "object", "embed") else []
        self.runs += [name for name, _value in attrs if name.startswith("on")]
        self.leads += [value or "" for name, value in attrs if name in ("href", "xlink:href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("words", WORDS)
def test_words_stay_words_on_the_page(words: str) -> None:
    page = Seen(html.render(brief_of(words)))
    assert page.runs == []
    assert page.text.count(words) > 20
    assert {lead for lead in page.leads if not lead.startswith("#")} == {"https://example.org/"}


def test_words_stay_words_on_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    monkeypatch.chdir(tmp_path)
    for words in WORDS:
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.render(brief_of(words)))).pages)
        assert "".join(words.split()) in "".join(text.split())
        assert SECRET not in text
        assert "root:" not in text

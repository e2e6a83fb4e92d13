"""A brief stands alone, says where each number comes from, and answers for any two countries."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import replace
from html.parser import HTMLParser
from multiprocessing import active_children
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import polars as pl
import pytest

from udsyn import briefs, facts, world
from udsyn.briefs import charts, drawing, html, pdf
from udsyn.briefs.document import Brief, Cards, Chart, Column, KeyFigures, Section, Table, Text, written
from udsyn.briefs.theme import VARIABLES
from udsyn.cubes.build import build_cubes
from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.explain import explain
from udsyn.evidence.result import Provenance
from udsyn.evidence.ties import ties
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.tables import PAIR_YEAR

HOSTILE = '<script>alert("x")</script> & "quotes" \' #let x = 1 $a$ Ærø'
ORIGIN = Provenance("ties", "full", "a source", "2026-01-15", None, 0.9)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small generated world, counted."""
    folder = tmp_path_factory.mktemp("brief")
    world.build(folder / "world", works=4000, seed=3)
    ingest_openalex(folder / "world", folder / "record")
    build_cubes(folder / "record")
    opened = Record.open(folder / "record")
    opened.write_manifest({**opened.manifest(), "generated": {"seed": 3}})
    return folder / "record"


@pytest.fixture(scope="module")
def brief(record: Path) -> Brief:
    return briefs.country_brief(record, "KR", "DK")


@pytest.fixture(scope="module", params=["partner", "field", "all partners"])
def any_brief(request: pytest.FixtureRequest, record: Path, brief: Brief) -> Brief:
    """Each kind of brief."""
    match request.param:
        case "field":
            return briefs.field_brief(record, "21", "DK")
        case "all partners":
            return briefs.partners_brief(record, "DK")
        case _:
            return brief


@pytest.fixture(scope="module")
def page(brief: Brief) -> str:
    return html.render(brief)


class Links(HTMLParser):
    """Everything that a browser would fetch, and every anchor with what it points to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.jumps: set[str] = set()
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "data") or (
                name in ("href", "xlink:href") and tag in ("link", "image", "use")
            ):
                self.fetched.append(value or "")
            if name == "href" and tag == "a" and (value or "").startswith("#"):
                self.jumps.add((value or "")[1:])
            if name == "id":
                self.ids.append(value or "")


def blocks(brief: Brief) -> Iterator[object]:
    for section in brief.sections:
        yield from section.blocks


def test_the_page_needs_no_network_and_no_script(page: str) -> None:
    links = Links(page)
    assert links.fetched == []
    assert "script" not in links.tags
    assert not re.search(r"url\(\s*['\"]?https?:|@import", page)


def test_a_process_beside_draws_and_fails_as_this_one_does() -> None:
    made = hostile_brief()
    (chart,) = made.sections[0].charts()
    wrong = Section("wrong", "Wrong", [replace(chart, draw=lambda _width: Wrong())])

    def refused(drawings: drawing.Drawings) -> str:
        drawings.begin(wrong)
        with pytest.raises(ValueError, match="conversion failed") as reason:
            drawings.of(wrong.charts()[0])
        return str(reason.value)

    with drawing.beside(drawing.SVG) as drawings:
        assert html.render(made, drawings) == html.render(made)
        assert refused(drawings) == refused(drawing.Drawings(drawing.SVG))
        assert isinstance(drawings, drawing.Beside)
        assert pdf.render(made, drawings=drawing.Beside(drawing.PDF, drawings.process)).startswith(b"%PDF")
        for process in active_children():
            process.kill()
        again = replace(chart)
        with pytest.raises(BrokenProcessPool):
            drawings.begin(Section("again", "Again", [again])), drawings.of(again)


class Wrong:
    def to_dict(self, validate: bool = True) -> dict[str, Any]:
        return {"mark": "no such mark"}


def test_charts_are_drawn_here_where_no_process_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "ProcessPoolExecutor", MagicMock(side_effect=OSError("no shared memory")))
    made = hostile_brief()
    with drawing.beside(drawing.SVG) as drawings:
        assert html.render(made, drawings) == html.render(made)


def test_a_process_beside_that_ended_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "ProcessPoolExecutor", lambda *_: nullcontext(MagicMock()))
    with pytest.raises(UdsynError, match="ended unexpectedly"), drawing.beside(drawing.SVG):
        raise BrokenProcessPool


def test_every_jump_inside_the_page_lands_once(page: str) -> None:
    links = Links(page)
    assert links.jumps <= set(links.ids)
    assert len(links.ids) == len(set(links.ids))


def test_every_chart_has_words_and_numbers(any_brief: Brief) -> None:
    drawn = [block for block in blocks(any_brief) if isinstance(block, Chart)]
    assert len(drawn) >= 2
    for chart in drawn:
        assert len(chart.alt) > 30
        assert chart.table.rows
        assert chart.origin is not None


def test_every_number_says_where_it_comes_from(any_brief: Brief) -> None:
    for block in blocks(any_brief):
        if isinstance(block, KeyFigures):
            assert all(figure.origin for figure in block.figures)
        if isinstance(block, Table):
            facts_with_sources = any(column.kind == "links" for column in block.columns)
            assert block.origin is not None or facts_with_sources, block.caption
        if isinstance(block, Cards):
            assert all(card.sources for card in block.cards)


def test_every_definition_is_explained(any_brief: Brief) -> None:
    assert {origin.definition for origin in any_brief.origins()} <= set(any_brief.definitions)


def test_numbers_lead_back_to_cells_and_works(record: Path, any_brief: Brief) -> None:
    addresses = any_brief.addresses()
    assert len(addresses) >= 2
    for address in addresses.values():
        assert f"udsyn evidence explain {address}" in html.render(any_brief)
        explain(record, address)
        explain(record, address, works=True)


def test_every_kind_of_brief_stands_alone(any_brief: Brief) -> None:
    made = html.render(any_brief)
    links = Links(made)
    assert links.fetched == []
    assert links.jumps <= set(links.ids)
    assert len(links.ids) == len(set(links.ids))
    assert "nan" not in re.sub(r"<[^>]*>", " ", made).lower().split()
    assert pdf.render(any_brief).startswith(b"%PDF")


def test_all_briefs_say_the_same_of_a_partner_in_a_field(record: Path, brief: Brief) -> None:
    def verdict(made: Brief, caption: str, row: str) -> str:
        tables = [b if isinstance(b, Table) else b.table for b in blocks(made) if isinstance(b, Table | Chart)]
        rows = next(table.rows for table in tables if table.caption.startswith(caption))
        return next(found["quadrant"] for found in rows if row in (found.get("id"), found.get("partner")))

    of_partner = next(b.table.rows for b in blocks(brief) if isinstance(b, Chart) and "pecialisation" in b.title)
    field = next(row for row in of_partner if row["id"] == 21)
    assert verdict(briefs.field_brief(record, "21", "DK"), "Partners in", "KR") == field["quadrant"]


def test_the_fields_that_an_agreement_names_have_their_own_word(page: str) -> None:
    assert "In the fields that the agreement names there is no answer: " in page
    assert "50 are needed." in page


def test_a_field_that_is_not_held_is_refused_with_those_that_are(record: Path) -> None:
    with pytest.raises(UsageError, match=r"no field 99 .*17 Computer Science"):
        briefs.field_brief(record, "99", "DK")


def test_an_empty_record_still_lists_the_agreements(tmp_path: Path) -> None:
    Record.create(tmp_path / "record")
    made = html.render(briefs.partners_brief(tmp_path / "record", "DK"))
    assert "Nothing held" in made
    assert "Framework Memorandum" in made


def test_charts_follow_dark_mode(page: str) -> None:
    dark = page[page.index("prefers-color-scheme: dark") :]
    assert all(f"{variable}: {value}" in dark for variable, value in VARIABLES.values())
    assert "var(--home)" in page[page.index("<svg") :]


def test_generated_data_is_labelled_on_the_page_and_on_paper(brief: Brief, page: str) -> None:
    assert brief.banner is not None
    assert "Generated data" in brief.banner
    assert brief.banner in page


def test_the_same_record_gives_the_same_bytes(record: Path, tmp_path: Path) -> None:
    first = briefs.write(record, "KR", "DK", tmp_path / "a.html").read_bytes()
    assert briefs.write(record, "KR", "DK", tmp_path / "b.html").read_bytes() == first


@pytest.mark.parametrize(("home", "partner"), [("DK", "TV"), ("NO", "DK"), ("KR", "BR")])
def test_any_two_countries_have_a_brief(record: Path, home: str, partner: str) -> None:
    made = html.render(briefs.country_brief(record, partner, home))
    assert facts.countries.name(partner) in made
    assert facts.countries.name(home) in made


def test_a_country_without_data_is_an_answer(record: Path) -> None:
    made = html.render(briefs.country_brief(record, "TV", "DK"))
    assert "Nothing held" in made
    assert "nan" not in re.sub(r"<[^>]*>", " ", made).lower().split()


def test_an_empty_record_gives_a_brief_of_facts(tmp_path: Path) -> None:
    Record.create(tmp_path / "record")
    made = html.render(briefs.country_brief(tmp_path / "record", "KR", "DK"))
    assert "Framework Memorandum" in made
    assert "Nothing held" in made


def test_the_paper_version_is_a_pdf_of_several_pages(record: Path, tmp_path: Path) -> None:
    made = briefs.write(record, "KR", "DK", tmp_path / "brief.pdf").read_bytes()
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) >= 3


@pytest.mark.parametrize(
    ("partner", "home", "out", "said"),
    [
        ("DK", "DK", "x.html", "both home and partner"),
        ("KR", "DK", "x.docx", ".html or .pdf"),
        ("Atlantis", "DK", "x.html", "not a country"),
    ],
)
def test_wrong_use_is_explained_and_writes_nothing(
    record: Path, tmp_path: Path, partner: str, home: str, out: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        briefs.write(record, partner, home, tmp_path / out)
    assert list(tmp_path.iterdir()) == []


def hostile_brief() -> Brief:
    """A document whose every text tries to be code."""
    table = Table(HOSTILE, [Column("a", HOSTILE), Column("b", "b", "integer")], [{"a": HOSTILE, "b": 1e15}], ORIGIN)
    series = pl.DataFrame({"year": [2000, 2001], "works": [0.0, 0.0]})
    chart = Chart(
        HOSTILE, HOSTILE, lambda width: charts.copublications(series, [charts.Mark(2000, HOSTILE)], width), table
    )
    return Brief(HOSTILE, HOSTILE, [Section("s", HOSTILE, [Text(HOSTILE), table, chart])], HOSTILE, {HOSTILE: HOSTILE})


def test_hostile_text_stays_text() -> None:
    made = html.render(hostile_brief())
    assert "<script" not in made
    assert pdf.render(hostile_brief()).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (None, "integer", "–"),
        (float("nan"), "decimal", "–"),
        (1234.4, "integer", "1,234"),
        (0.256, "signed_percent", "+26 %"),
        (-0.5, "signed_percent", "−50 %"),
        (0.0059, "percent", "0.59 %"),
        (0.1234, "percent", "12.3 %"),
    ],
)
def test_values_are_written_for_people(value: float | None, kind: str, said: str) -> None:
    assert written(value, kind) == said


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UdsynError, match="holds no record"):
        briefs.write(tmp_path, "KR", "DK", tmp_path / "x.html")


def test_a_failure_is_not_told_as_nothing_held(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that fails for another reason than missing data ends the brief with this reason."""

    def broken(*_asked: Any, **_options: Any) -> None:
        raise UdsynError("cubes/pair_year.parquet is damaged. Run `udsyn cubes`.")

    monkeypatch.setattr("udsyn.briefs.country.ties", broken)
    with pytest.raises(UdsynError, match="is damaged"):
        briefs.country_brief(record, "KR", "DK")


def test_a_brief_takes_the_source_that_the_evidence_takes(record: Path, tmp_path: Path) -> None:
    """Also where another source counts more works; --source names that one, and a page of two says so."""
    both = Path(shutil.copytree(record, tmp_path / "record"))
    counted = Record.open(record).cube(PAIR_YEAR, "openalex")
    larger = counted.with_columns(source=pl.lit("panel"), works=pl.col("works") * 9)
    (both / "panels" / "panel").mkdir(parents=True)
    larger.write_parquet(both / "panels" / "panel" / "pair_year.parquet")
    for wanted, expected in ((None, "openalex"), ("openalex", "openalex"), ("panel", "panel")):
        assert ties(both, "DK", "KR", source=wanted).provenance.source == expected
        made = briefs.country_brief(both, "KR", "DK", wanted)
        of_ties = {origin.source for origin in made.origins() if origin.definition == "ties"}
        assert of_ties == {expected}
        sources = {origin.source for origin in made.origins() if origin.definition != "published"}
        assert ("do not compare a number of one with a number of another" in str(made.on_top)) == (len(sources) > 1)
    with pytest.raises(UsageError, match="no source elsewhere"):
        briefs.country_brief(both, "KR", "DK", "elsewhere")


def test_commands_in_a_sentence_are_set_as_code_and_stay_text() -> None:
    assert html.coded("Read it with `udsyn ingest <b>`.") == "Read it with <code>udsyn ingest &lt;b&gt;</code>."
    assert html.coded("a ` alone & <i>") == "a ` alone &amp; &lt;i&gt;"


def test_a_day_or_a_period_is_not_broken() -> None:
    assert html.unbroken("to 2026-03-19 <b>") == 'to <span class="d">2026-03-19</span> &lt;b&gt;'
    assert html.unbroken("2001-2005 of 12345-67") == '<span class="d">2001-2005</span> of 12345-67'


def test_a_column_on_paper_is_as_wide_as_its_longest_word_or_number() -> None:
    columns = [Column("a", "Name"), Column("b", "Share of all", "percent"), Column("c", "Why")]
    rows = [{"a": "Immunology and more", "b": 0.5, "c": "x" * 90}]
    assert pdf.widths(Table("t", columns, rows)) == [20, 7, 91]


def test_only_definitions_that_a_brief_refers_to_are_printed(any_brief: Brief) -> None:
    referred = {origin.definition for origin in any_brief.origins()}
    assert set(any_brief.definitions) == referred


def test_partners_stand_in_the_order_of_the_year_that_the_table_names(record: Path) -> None:
    tables = [block for block in blocks(briefs.partners_brief(record, "DK")) if isinstance(block, Table)]
    works = [row["works"] for table in tables if "partners in" in table.caption for row in table.rows]
    assert len(works) > 5
    assert works == sorted(works, reverse=True)

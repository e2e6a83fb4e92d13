"""Sources are plug-ins: one that another package names is found and read, and the manual's example is the code."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from udsyn.errors import UsageError
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest, ingest_openalex
from udsyn.record.sources import source as sources
from udsyn.record.sources.panels import ingest_panel

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
PAIRS = "Year,From,To,Papers\n2020,DK,KR,10\n2020,DK,SE,30\n2021,DK,KR,12\n"
PLUGIN = """
from udsyn.record.sources.part import Part
from udsyn.record.sources.source import Found
from udsyn.record.statements import statement


class Notebook:
    name = "notebook"
    kind = "works"
    speaks = ("works",)
    counts = ("works", "authorships")
    flattens = None

    def find(self, location, only):
        return Found([Part(self.name, "works", "notebook", file.path, (file,)) for file in location.files]) or None

    def tables(self, part, asked):
        return ("authorships", "work_countries", "works")

    def statement(self, table):
        return statement(f"openalex_{table}")

    def incoming(self, job):
        from udsyn.record.sources.schema import columns

        return job.objects(columns("works"), "^W[0-9]+$")


source = Notebook()
"""


def install(folder: Path, name: str, code: str) -> None:
    """A package, as pip would install it, that names a source."""
    (folder / f"{name}_source.py").write_text(code, encoding="utf-8")
    about = folder / f"{name}_source-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-source\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[udsyn.sources]\n{name} = {name}_source:source\n", encoding="utf-8")


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two packages that bring a source each: one of works, and the manual's one of panels."""
    install(tmp_path, "notebook", PLUGIN)
    manual = (ROOT / "docs/dev/add-a-source.md").read_text(encoding="utf-8")
    install(tmp_path, "northern", next(code for code in CODE.findall(manual) if "Panels(" in code))
    monkeypatch.syspath_prepend(str(tmp_path))
    sources.installed.cache_clear()
    yield
    sources.installed.cache_clear()
    for name in ("notebook_source", "northern_source"):
        sys.modules.pop(name, None)


@pytest.fixture
def works(tmp_path: Path) -> Path:
    work = {
        "id": "W7",
        "title": "Ærø",
        "publication_year": 2020,
        "type": "article",
        "authorships": [{"author": {"id": "A1", "display_name": "A"}, "countries": ["DK"], "institutions": []}],
    }
    file = tmp_path / "works.jsonl"
    file.write_text(json.dumps(work) + "\n{broken\n", encoding="utf-8")
    return file


@pytest.mark.usefixtures("plugin")
def test_a_source_that_a_package_brings_is_read(works: Path, tmp_path: Path) -> None:
    result = ingest("notebook", works, tmp_path / "record")
    assert (result["works"], result["authorships"], result["quarantined"]) == (1, 1, 1)
    record = Record.open(tmp_path / "record")
    with record.connect() as connection:
        assert connection.execute("SELECT source, title FROM works").fetchall() == [("notebook", "Ærø")]
        assert connection.execute("SELECT country FROM work_countries").fetchall() == [("DK",)]
    assert record.manifest()["sources"]["notebook"]["extent"] == "sample"


@pytest.mark.usefixtures("plugin")
def test_it_is_read_once_and_stands_beside_openalex(works: Path, tmp_path: Path) -> None:
    ingest("notebook", works, tmp_path / "record")
    assert ingest("notebook", works, tmp_path / "record")["unchanged"] == 1
    other = tmp_path / "other.jsonl"
    other.write_text(works.read_text(encoding="utf-8").replace("W7", "W8"), encoding="utf-8")
    ingest_openalex(other, tmp_path / "record")
    with Record.open(tmp_path / "record").connect() as connection:
        held = connection.execute("SELECT work, source FROM works ORDER BY work").fetchall()
    assert held == [(7, "notebook"), (8, "openalex")]


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.usefixtures("plugin")
def test_a_panel_that_a_package_brings_is_known_by_its_file(tmp_path: Path) -> None:
    """By either command, and byte for byte as where everything is said by hand."""
    file = tmp_path / "northern_pairs_2025.csv"
    file.write_text(PAIRS, encoding="utf-8")
    columns = {"year": "Year", "c1": "From", "c2": "To", "works": "Papers"}
    title, day = "Northern co-authorship statistics 2025", "2025-03-01"
    ingest("northern", file, tmp_path / "source")
    ingest_panel(tmp_path / "panel", file, "pairs")
    ingest_panel(tmp_path / "hand", file, "pairs", source="northern", title=title, snapshot=day, columns=columns)
    by_source, by_panel, by_hand = (content(tmp_path / name) for name in ("source", "panel", "hand"))
    assert by_source == by_panel == by_hand
    about = Record.open(tmp_path / "source").manifest()["sources"]["northern"]
    assert (about["title"], about["snapshot"], about["extent"]) == (title, day, "sample")


def test_a_file_of_no_known_panel_is_refused_where_nobody_says_what_it_counts(tmp_path: Path) -> None:
    file = tmp_path / "northern_pairs_2025.csv"
    file.write_text(PAIRS, encoding="utf-8")
    with pytest.raises(UsageError, match="no panel that is known"):
        ingest("panel", file, tmp_path / "record")
    assert not (tmp_path / "record").exists()


def test_a_source_that_is_not_installed_is_refused_with_those_that_are(works: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no source notebook: choose one of cordis, management, openalex, panel, ror"):
        ingest("notebook", works, tmp_path / "record")
    assert not (tmp_path / "record").exists()


def test_the_object_of_one_source_does_not_depend_on_who_else_is_there(works: Path, tmp_path: Path) -> None:
    """OpenAlex's whole object stands for one that was flattened from it, whichever was read first."""
    flat = tmp_path / "management"
    flat.mkdir()
    pl.DataFrame({"work_id": ["W7"], "doi": [None], "title": ["flat"], "year": [2020], "cited_by_count": [1]}).cast(
        {"doi": pl.String}
    ).write_parquet(flat / "articles.parquet")
    pl.DataFrame(
        {
            "work_id": ["W7"],
            "author_id": ["A1"],
            "author_name": ["A"],
            "author_position": ["first"],
            "institution_ids": ["I1"],
        }
    ).write_parquet(flat / "authorships.parquet")
    pl.DataFrame(
        {
            "institution_id": ["I1"],
            "institution_name": ["U"],
            "country_code": ["DK"],
            "ror": ["r"],
            "city": ["X"],
            "lat": ["1"],
            "lng": ["1"],
        }
    ).write_csv(flat / "long.csv")
    (flat / "authorships_long.csv.gz").write_bytes(gzip.compress((flat / "long.csv").read_bytes()))
    (flat / "long.csv").unlink()
    titles = []
    for name, order in (("a", (flat, works)), ("b", (works, flat))):
        for each in order:
            ingest_openalex(each, tmp_path / name)
        with Record.open(tmp_path / name).connect() as connection:
            titles.append(connection.execute("SELECT title, source FROM works").fetchall())
    assert titles == [[("Ærø", "openalex")]] * 2


def lines(text: str) -> str:
    """The lines of a text that hold something, without their indents: a page shows methods on their own."""
    return "\n".join(stripped for line in text.splitlines() if (stripped := line.strip()))


def test_the_manual_shows_the_example_as_it_is() -> None:
    page = (ROOT / "docs/dev/add-a-source.md").read_text(encoding="utf-8")
    code = lines((ROOT / "src/udsyn/record/sources/management.py").read_text(encoding="utf-8"))
    shown = [block for block in CODE.findall(page) if "Panels(" not in block]  # that one is installed and run
    assert len(shown) == 5
    assert [block for block in shown if lines(block) not in code] == []
    (toml,) = re.findall(r"```toml\n(.*?)```", page, re.S)
    assert toml in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_nothing_but_the_sources_names_one() -> None:
    """The reader, the bookkeeping and the settling hand parts on and know no source by name."""
    record = ROOT / "src/udsyn/record"
    names = re.compile(r"\b(openalex|management|ror|cordis)\b", re.IGNORECASE)
    for module in ("reader", "runs", "settle", "parts", "writer", "workers"):
        text = (record / f"{module}.py").read_text(encoding="utf-8")
        code = re.sub(r'""".*?"""|#[^\n]*', "", text, flags=re.S)
        imports = [line for line in code.splitlines() if names.search(line)]
        assert imports == [], module

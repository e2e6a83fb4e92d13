"""Pages that commands write are those of the present code: rows of each proof, and whole pages from the real panels."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.evidence import strengths_proof, teams_proof
from tests.written import DOCS, as_written, same

from udsyn.cli import udsyn
from udsyn.evidence.effect import instruments_proof, proof
from udsyn.evidence.effect.simulation import World, proof_page
from udsyn.evidence.effect.simulation import operating as operating_of_panels
from udsyn.evidence.verdicts import UNDER_USED, WELL_USED
from udsyn.record.sources.panels import ingest_panel

DATA = Path(os.environ.get("UDSYN_DATA", "/nowhere"))
PANELS = {
    "ncses_articles_by_country_field_year_2003_2022.csv.gz": "fields",
    "ncses_country_pairs_2003_2022.csv": "pairs",
    "openalex_country_pairs_1990_2023.csv.gz": "pairs",
}
real = pytest.mark.skipif(not (DATA / "panels").is_dir(), reason="UDSYN_DATA names no folder with panels")


def rows_of(page: str) -> list[tuple[str, ...]]:
    """What each row of a page's tables is about: the cells before its first count, and the text above the table."""
    lines = page.splitlines()
    return [tuple(cell.strip() for cell in line.split("|")[1:4]) for line in lines if line.startswith("| ")]


def above_table(page: str) -> str:
    return page.split("\n| ")[0]


def test_the_page_on_planted_effects_has_the_rows_that_its_command_writes() -> None:
    """Two draws make other figures, but the same text and the same rows."""
    found = operating_of_panels([trial for seed in (0, 1) for trial in proof.one_draw(seed)])
    made, page = proof_page(found, World()), (DOCS / "effect_proof.md").read_text(encoding="utf-8")
    assert above_table(made) == above_table(page)
    assert [row[:2] for row in rows_of(made)] == [row[:2] for row in rows_of(page)]
    assert {row[2] for row in rows_of(page)[1:]} == {f"{proof.DRAWS}"}


def test_the_page_on_instruments_has_the_rows_that_its_command_writes() -> None:
    found = instruments_proof.operating(instruments_proof.one_draw(0, plans=instruments_proof.PLANS))
    made, page = instruments_proof.page(found), (DOCS / "instruments_proof.md").read_text(encoding="utf-8")
    assert above_table(made) == above_table(page)
    assert rows_of(made) == rows_of(page)


def test_the_page_on_strengths_has_the_use_that_is_measured_now() -> None:
    told = strengths_proof.uses(1.2, 20, 8 * strengths_proof.DRAWS, 7)
    page = (DOCS / "strengths_proof.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| 1.2 |"))
    assert same(
        f"{told[UNDER_USED]:.1%} / {told[WELL_USED]:.1%}",
        row.split("|")[2 + strengths_proof.EXPECTED.index(20)].strip(),
    )


@real
def test_what_proofs_say_of_real_records_is_so_now() -> None:
    for page, made in (
        ("strengths_proof.md", strengths_proof.growth_lines(DATA)),
        ("teams_proof.md", teams_proof.real_lines(DATA)),
    ):
        written = (DOCS / page).read_text(encoding="utf-8").splitlines()[-len(made) :]
        assert all(map(same, made, written)), page


@pytest.fixture(scope="module")
def panels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of the real panels and nothing else."""
    record = tmp_path_factory.mktemp("panels") / "record"
    for name, shape in PANELS.items():
        ingest_panel(record, DATA / "panels" / name, shape)
    return record


def written_by(record: Path, command: str, out: Path) -> str:
    done = CliRunner().invoke(udsyn, ["evidence", command, "--home", "DK", "--record", str(record), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return out.read_text(encoding="utf-8")


@real
def test_the_page_on_published_figures_is_what_its_command_writes(panels: Path, tmp_path: Path) -> None:
    made = written_by(panels, "published", tmp_path / "denmark.md")
    assert made == (DOCS / "denmark.md").read_text(encoding="utf-8")


@real
@pytest.mark.prove
def test_the_page_on_agreements_is_what_its_command_writes(panels: Path, tmp_path: Path) -> None:
    as_written(written_by(panels, "agreements", tmp_path / "agreements.md"), "agreements.md")


def test_a_figure_that_has_changed_is_found() -> None:
    assert same("| 7 of 16 | 95.0% | 1,000 |", "| 7 of 16 | 95.1% | 1,000 |")
    assert not same("| 95.0% |", "| 95.2% |")
    assert not same("| 95.0% |", "| 95% |")
    assert not same("| 1,000 draws |", "| 1,001 draws |")
    assert not same("called", "told")

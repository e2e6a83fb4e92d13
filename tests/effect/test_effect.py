"""The finding as it is asked for: rows, refusals, the command, the page, the chart."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from udsyn.cli import udsyn
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.effect.chart import effect_chart, event_rows
from udsyn.evidence.effect.findings import Settings, effect, facts_agreements
from udsyn.evidence.effect.report import agreements_page
from udsyn.evidence.effect.simulation import World, draw
from udsyn.evidence.effect.study import Agreement
from udsyn.evidence.result import Provenance
from udsyn.facts import countries
from udsyn.record.engine import Record

COLUMNS = ["estimator", "effect", "low", "high", "pretrend_p", "placebo_rank", "placebos", "mde", "verdict"]
ESTIMATORS = ["ppml", "event_study", "synthetic_control", "synthetic_did"]
FAST = Settings(placebos=40, countries=16)
EUROPE = ["DK", "SE", "NO", "FI", "NL", "DE", "FR", "GB"]
OVERSEAS = ["KR", "JP", "CN", "US", "BR", "IN", "CA", "AU"]


def works(planted: float = 1.0, seed: int = 4, smallest: float = 600) -> tuple[pl.DataFrame, str, str, int]:
    """A generated panel under real country codes; the treated pair and its year."""
    world = World(countries=16)
    panels, pair = draw(seed, world, (planted,), smallest, 20_000)
    panel = panels[0]
    codes = [code for both in zip(EUROPE, OVERSEAS, strict=True) for code in both]
    rows = [
        (codes[i], codes[j], int(year), float(count))
        for i, j, counts in zip(panel.first, panel.second, panel.counts, strict=True)
        for year, count in zip(panel.years, counts, strict=True)
        if count > 0
    ]
    frame = pl.DataFrame(rows, schema=["c1", "c2", "year", "works"], orient="row")
    return frame, codes[panel.first[pair]], codes[panel.second[pair]], world.first_year + world.split


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record that holds only a pairs panel."""
    from udsyn.record.sources.panels import ingest_panel

    folder = tmp_path_factory.mktemp("effect")
    frame, *_ = works()
    frame.write_csv(folder / "pairs.csv")
    ingest_panel(folder / "record", folder / "pairs.csv", "pairs", source="planted")
    return folder / "record"


def ask(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(udsyn, ["evidence", *words], standalone_mode=False)
    if result.exception is not None:
        return 2, str(result.exception)
    return result.exit_code, result.stdout


def test_the_command_prints_a_row_per_estimator_and_the_same_bytes_again(record: Path) -> None:
    _, home, partner, year = works()
    words = ("effect", "--home", home, "--partner", partner, "--from", str(year), "--countries", "16")
    words = (*words, "--placebos", "40", "--record", str(record), "--format", "json")
    status, text = ask(*words)
    assert status == 0
    assert ask(*words)[1] == text
    rows = json.loads(text)
    assert [row["estimator"] for row in rows] == ESTIMATORS
    for row in rows:
        assert list(row)[: len(COLUMNS)] == COLUMNS
        assert row["low"] < row["effect"] < row["high"]
        assert 0 < row["pretrend_p"] <= 1
        assert 1 <= row["placebo_rank"] <= row["placebos"] + 1
        assert row["mde"] > 0
        assert countries.name(partner) in row["verdict"]
        assert (row["home"], row["partner"], row["from"], row["source"]) == (home, partner, year, "planted")


def test_a_doubling_is_found_and_nothing_is_not() -> None:
    """Over six draws: a doubling is called in all but one, its interval holds it, and nothing is called nothing."""
    called, covered, false = 0, 0, 0
    for seed in range(6):
        frame, home, partner, year = works(1.0, seed, smallest=5_000)
        found = effect(frame, home, partner, year, known=(), settings=FAST)
        row = found.rows.row(0, named=True)
        assert ("unlikely to be chance" in row["headline"]) == (row["q_value"] <= 0.05)
        called += row["q_value"] <= 0.05
        covered += row["together_low"] < 1.0 < row["together_high"]
        frame, home, partner, year = works(0.0, seed, smallest=5_000)
        nothing = effect(frame, home, partner, year, known=(), settings=FAST).rows.row(0, named=True)
        false += nothing["q_value"] <= 0.05
        assert ("cannot be told from chance" in nothing["headline"]) == (nothing["q_value"] > 0.05)
    assert called >= 5
    assert covered >= 5
    assert false <= 1


def test_too_little_data_is_refused_with_the_reason() -> None:
    frame, home, partner, year = works()
    start = int(frame["year"].min())  # type: ignore[arg-type]
    few = frame.with_columns(
        pl.when((pl.col("c1") == home) & (pl.col("c2") == partner)).then(1.0).otherwise(pl.col("works")).alias("works")
    )
    reasons = {
        "years before": effect(frame, home, partner, start + 2, known=(), settings=FAST),
        "years from the date on": effect(frame, home, partner, start + 25, known=(), settings=FAST),
        "joint works before": effect(few, home, partner, year, known=(), settings=FAST),
    }
    for reason, found in reasons.items():
        assert found.rows["effect"].null_count() == len(ESTIMATORS)
        assert all("No answer" in verdict and reason in verdict for verdict in found.rows["verdict"]), reason
        with pytest.raises(UsageError, match="too little data"):
            effect_chart(found)


def test_wrong_questions_get_an_answer_that_helps(record: Path) -> None:
    assert "--from" in ask("effect", "--home", "DK", "--partner", "SE", "--record", str(record))[1]
    assert "two countries" in ask("effect", "--home", "DK", "--partner", "DK", "--record", str(record))[1]
    assert "--partner" in ask("effect", "--home", "DK", "--from", "2012", "--record", str(record))[1]


def test_treatments_come_from_a_file_too(record: Path, tmp_path: Path) -> None:
    _, home, partner, year = works()
    file = tmp_path / "treated.csv"
    file.write_text(f"home,partner,year\n{home},{partner},{year}\n", encoding="utf-8")
    words = ("effect", "--home", home, "--treatments", str(file), "--placebos", "40", "--countries", "16")
    status, text = ask(*words, "--record", str(record), "--format", "csv")
    assert status == 0
    assert len(text.strip().splitlines()) == 1 + len(ESTIMATORS)
    file.write_text("home,partner,year\nDK,KR,soon\n", encoding="utf-8")
    assert "line 2" in ask("effect", "--home", "DK", "--treatments", str(file), "--record", str(record))[1]


def test_several_agreements_are_pooled_and_written_as_a_page() -> None:
    frame, *_ = works()
    known = (Agreement("DK", "KR", 2010), Agreement("DK", "JP", 2013))
    found = effect(frame, "DK", known=known, settings=FAST)
    pooled = found.rows.filter(pl.col("partner") == "all")
    assert pooled["estimator"].to_list() == ESTIMATORS
    for row in pooled.iter_rows(named=True):
        alone = [study[row["estimator"]].inference.mde for study in found.studies]
        assert row["mde"] < max(alone), "together more can be seen"
    page = agreements_page(
        frame, "DK", Provenance("effect", "full", "planted"), known=known, others=("SE",), settings=FAST
    )
    assert page == agreements_page(
        frame, "DK", Provenance("effect", "full", "planted"), known=known, others=("SE",), settings=FAST
    )
    for heading in ("South Korea, 2010", "Japan, 2013", "All together", "neighbours"):
        assert heading in page


def test_the_chart_shows_the_years_and_the_date() -> None:
    frame, home, partner, year = works()
    found = effect(frame, home, partner, year, known=(), settings=FAST)
    rows = event_rows(found.studies[0])
    assert rows["year"].to_list() == found.studies[0].years.tolist()
    assert (rows["low"] < 1).all()
    assert (rows["high"] > 1).all()
    specification = json.dumps(effect_chart(found).to_dict())
    assert f"agreement {year}" in specification


def test_the_panel_can_be_read_from_a_record(record: Path) -> None:
    from udsyn.evidence.effect.findings import effect_in

    _, home, partner, year = works()
    found = effect_in(Record.open(record), home, partner, year, known=(), settings=FAST)
    assert found.provenance.source == "planted"
    with pytest.raises(UsageError, match="planted"):
        effect_in(Record.open(record), home, partner, year, source="other")


def test_a_partner_without_joint_works_does_not_end_the_answer_for_the_others() -> None:
    pairs, home, partner, year = works(2.0)
    known = (Agreement(home, partner, year), Agreement(home, "AQ", year))
    found = effect(pairs, home, known=known, settings=FAST)
    answers = found.rows.filter(pl.col("partner") == partner)
    silent = found.rows.filter(pl.col("partner") == "AQ")
    assert answers["effect"].is_not_null().any()
    assert silent.height
    assert silent["effect"].is_null().all()
    assert silent["low"].is_null().all()
    assert all("AQ has no joint works" in verdict for verdict in silent["verdict"])
    assert any(note.startswith(f"No answer on {home}-AQ") for note in found.notes)
    told: list[str] = []
    page = agreements_page(pairs, home, found.provenance, known=known, others=(), settings=FAST, say=told.append)
    assert [note for note in told if "AQ has no joint works" in note]
    assert "AQ has no joint works" in page
    with pytest.raises(NotHeld, match="AQ has no joint works"):
        effect(pairs, home, "AQ", known=known, settings=FAST)


def test_centres_are_judged_from_their_opening_and_told_by_their_name(record: Path) -> None:
    """Denmark's centres by the facts' years of opening; no pair with an agreement is a placebo of theirs."""
    frame, *_ = works()
    found = effect(frame, "DK", settings=replace(FAST, what="centre"))
    opened = {"BR": 2013, "CN": 2007, "DE": 2008, "IL": 2016, "IN": 2013, "KR": 2013, "US": 2006}
    asked = {row["partner"]: row["from"] for row in found.rows.iter_rows(named=True) if row["partner"] != "all"}
    assert asked == opened
    studied = found.studies[0]
    assert {one.what for one in studied.others} == {"agreement", "centre"}
    signed = {("DK", one.partner) for one in facts_agreements("DK")}
    assert not {tuple(sorted(name.split("-"))) for study in found.studies for name in study.placebos} & signed
    words = " ".join([*found.headlines, *found.notes, *found.rows["verdict"]])
    assert "without the centre" in words
    assert "without the agreement" not in words
    assert "pretended centres" in words
    assert "pretended agreements" not in words


def test_centres_name_no_fields(record: Path) -> None:
    status, said = ask("effect", "--of", "centres", "--by", "field", "--record", str(record))
    assert (status, said) == (2, "--by field is of agreements: they name fields, centres do not.")

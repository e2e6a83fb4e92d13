"""Instruments judged by a ledger: planted effects are found, what cannot be had is said, and the command line holds."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from tests.evidence.made_records import write
from tests.written import as_written

from udsyn.cli import udsyn
from udsyn.errors import UsageError
from udsyn.evidence.effect.discontinuity import line_of, poisson
from udsyn.evidence.effect.dose import by_dose
from udsyn.evidence.effect.instruments import instrument_effect, judged
from udsyn.evidence.effect.instruments_proof import DRAWS, PLANS, draw, measure, operating, page, trials
from udsyn.evidence.effect.joint import Joint
from udsyn.evidence.effect.ledger import Entry, load_ledger, pairs_of
from udsyn.evidence.effect.staggered import NEVER, staggered
from udsyn.evidence.result import Provenance
from udsyn.record.care import opt_out
from udsyn.record.engine import Record
from udsyn.record.tables import AUTHORSHIPS, WORKS

FIRST, LAST = 2010, 2025
A = 5_000_000_000


def planted_record(folder: Path, seed: int, effect: float, pairs: int = 300) -> tuple[Record, list[list[object]]]:
    """A record of joint works of pairs of people, four fifths of them with a stay, and the lines of its ledger."""
    random = np.random.default_rng(seed)
    years = np.arange(FIRST, LAST + 1)
    kept = np.arange(pairs) % 5 > 0
    start = random.integers(2014, 2024, pairs)
    mean = (0.6 * random.gamma(2, 0.5, pairs))[:, None] * (1 + effect * (kept[:, None] & (years > start[:, None])))
    count = random.poisson(mean)
    pair, at = np.nonzero(count)
    pair, year = (np.repeat(one, count[pair, at]) for one in (pair, years[at]))
    works = np.arange(1, len(pair) + 1)
    record = Record.create(folder / "record")
    made = {"source": np.full(len(works), "made"), "type": np.full(len(works), "article")}
    made |= {"work": works, "year": year.astype(np.int16), "topic": np.ones(len(works), np.int32)}
    write(record, WORKS, made | {"authors": np.full(len(works), 2, np.int32)})
    people = np.concatenate([A + 2 * pair, A + 2 * pair + 1])
    write(record, AUTHORSHIPS, {"work": np.concatenate([works, works]), "author": people})
    lines: list[list[object]] = [
        [f"{start[row]}-06-01", "stay", f"A{A + 2 * row}", f"A{A + 2 * row + 1}", int(kept[row]), "", status(kept[row])]
        for row in range(pairs)
    ]
    return record, lines


def status(kept: bool) -> str:
    return "kept" if kept else "cancelled"


def ledger_file(folder: Path, lines: list[list[object]]) -> Path:
    file = folder / "ledger.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([["date", "instrument", "a", "b", "funded", "rating", "status"], *lines])
    return file


def test_a_planted_effect_is_found_by_the_command(tmp_path: Path) -> None:
    record, lines = planted_record(tmp_path, 3, effect=1.0)
    ledger = ledger_file(tmp_path, lines)
    asked = ["evidence", "stays", "--ledger", str(ledger), "--record", str(record.path), "--format", "json"]
    answer = CliRunner().invoke(udsyn, asked)
    assert answer.exit_code == 0, answer.output
    (row,) = json.loads(answer.stdout)
    assert row["estimator"] == "staggered_did"
    assert row["low"] < 1.0 < row["high"]
    assert row["low"] > 0
    assert row["placebo_rank"] == 1


def test_late_pairs_and_people_who_opted_out_are_left_out_and_said(tmp_path: Path) -> None:
    record, lines = planted_record(tmp_path, 4, effect=0.0)
    lines[1][0] = f"{LAST + 3}-01-01"
    opt_out(record, A + 4)
    found = instrument_effect(record, ledger_file(tmp_path, lines), "stays", placebos=0)
    assert any("1 pair made in 2025" in note for note in found.notes)
    assert any("does not want to be listed" in note for note in found.notes)


@pytest.mark.parametrize("years_back", [1, 3, 2000])
def test_ties_from_before_the_record_count_on_no_side(tmp_path: Path, years_back: int) -> None:
    """A tie before the first year has no known before: its later works are no works after it, from whichever end."""
    record, lines = planted_record(tmp_path, 7, effect=0.0, pairs=60)
    early = [[f"{FIRST - years_back:04}-06-01", *line[1:]] for line in lines]
    found = instrument_effect(record, ledger_file(tmp_path, early), "stays", placebos=0)
    assert [row.effect for row in found.rows] == [None, None]
    assert any(f"48 pairs made before {FIRST}" in note for note in found.notes)


@pytest.mark.filterwarnings("error")
def test_people_whom_the_record_does_not_know_give_a_sentence(tmp_path: Path) -> None:
    record, lines = planted_record(tmp_path, 8, effect=0.0, pairs=40)
    strangers = [
        [*line[:2], f"A{9_000 + 2 * place}", f"A{9_001 + 2 * place}", *line[4:]] for place, line in enumerate(lines)
    ]
    rows = instrument_effect(record, ledger_file(tmp_path, strangers), "stays", placebos=0).rows
    assert [row.effect for row in rows] == [None, None]
    assert "nothing to compare" in rows[1].verdict


def test_a_ledger_reads_alike_however_it_was_saved(tmp_path: Path) -> None:
    """Other order of columns and members, semicolons, byte order mark, empty lines, gzip, addresses, small letters."""
    head = ["status", "b", "a", "date", "instrument"]
    rows = [["Kept", f"https://openalex.org/A{7 + row}", f"a{3 + row}", "2019-05-31", "stay"] for row in range(0, 9, 2)]
    plain, odd = tmp_path / "plain.csv", tmp_path / "odd.csv.gz"
    plain.write_text(
        "date,instrument,a,b,status\n" + "".join(f"2019,stay,A{7 + r},A{3 + r},kept\n" for r in range(0, 9, 2))
    )
    text = "\r\n".join(";".join(line) for line in (head, rows[0], [], [""] * 5, *rows[1:]))
    odd.write_bytes(gzip.compress(b"\xef\xbb\xbf" + text.encode()))
    assert load_ledger(odd) == load_ledger(plain)


def test_too_little_data_is_said_in_a_sentence(tmp_path: Path) -> None:
    record, lines = planted_record(tmp_path, 5, effect=0.0, pairs=12)
    rows = instrument_effect(record, ledger_file(tmp_path, lines[:6]), "stays", placebos=0).rows
    assert [row.effect for row in rows] == [None, None]
    assert "Too little data" in rows[0].verdict


def test_other_instruments_do_not_count(tmp_path: Path) -> None:
    record, lines = planted_record(tmp_path, 6, effect=0.0, pairs=60)
    other = [[line[0], "grant", *line[2:]] for line in lines[:20]]
    rows = instrument_effect(record, ledger_file(tmp_path, [*lines, *other]), "stays", placebos=0)
    assert any("also joined by another instrument" in note for note in rows.notes)
    with pytest.raises(UsageError, match="holds no events; its ties are of: grant"):
        instrument_effect(record, ledger_file(tmp_path, other), "events")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["2019-13-01", "stay", "A1", "A2", "1", "", ""], "is no day"),
        (["2019-01-01", "stay", "A1", "I2", "1", "", ""], "two ids of people"),
        (["2019-01-01", "stay", "A1", "A1", "1", "", ""], "paired with itself"),
        (["2019-01-01", "stay", "A1", "A2", "maybe", "", ""], "funded is 'maybe'"),
        (["2019-01-01", "stay", "A1", "A2", "1", "good", ""], "is no number"),
        (["2019-01-01", "stay", "A1", "A2", "1", "", "lost"], "none of kept, cancelled, refused"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: list[object], said: str) -> None:
    with pytest.raises(UsageError, match=f"line 2: .*{said}"):
        load_ledger(ledger_file(tmp_path, [line]))


def test_pairs_without_joint_works_before_are_compared_afterwards() -> None:
    joint = draw(1, next(plan for plan in PLANS if plan.name == "introductions"))
    entry = np.array([pair.first.year for pair in joint.pairs]) - joint.first
    joint.works[np.arange(joint.works.shape[1]) <= entry[:, None]] = 0
    (row,) = judged(joint, "introductions", placebos=0)
    assert row.estimator == "after_only"
    assert row.effect is not None
    assert 0.4 < row.effect < 2
    assert "None of these pairs wrote together before" in row.verdict


def test_no_pair_is_compared_with_one_treated_already() -> None:
    """Works of pairs after their own tie move nobody's expectation."""
    random = np.random.default_rng(2)
    first = np.concatenate([random.integers(4, 12, 200), np.full(60, NEVER)])
    members = np.arange(520).reshape(-1, 2)
    works = random.poisson(2.0, (260, 16)).astype(float)
    changed = works + 50 * (np.arange(16) > first[:, None])
    before, after = staggered(works, first, members), staggered(changed, first, members)
    assert before is not None
    assert after is not None
    assert after.expected == pytest.approx(before.expected)


def test_the_line_is_found_whichever_way_ratings_go() -> None:
    rating = np.array([1.0, 2, 3, 4, 5, 6])
    funded = rating > 3
    assert line_of(rating, funded) == (3.5, 1.0)
    assert line_of(-rating, funded) == (-3.5, -1.0)
    assert line_of(rating, np.array([True, False, True, False, True, False])) is None


def test_the_poisson_regression_is_scikit_learns() -> None:
    from sklearn.linear_model import PoissonRegressor

    random = np.random.default_rng(1)
    x = random.normal(size=(400, 2))
    works = random.poisson(np.exp(0.3 + x @ [0.5, -0.4])).astype(float)
    weight = random.random(400)
    fitted = poisson(works, np.column_stack([np.ones(400), x]), weight, np.zeros(400))
    assert fitted is not None
    oracle = PoissonRegressor(alpha=0, tol=1e-10, max_iter=1000).fit(x, works, sample_weight=weight)
    assert fitted[0] == pytest.approx([oracle.intercept_, *oracle.coef_], abs=1e-5)


def test_selection_on_trend_is_named_and_the_line_holds() -> None:
    found = [one for seed in range(6) for one in trials(seed, [plan for plan in PLANS if plan.drift])]
    line = [one for one in found if one.estimator == "regression_discontinuity"]
    time = [one for one in found if one.estimator == "staggered_did"]
    assert not any(one.covers for one in time)
    assert sum(one.warned for one in time) >= 5
    assert np.mean([one.effect for one in line]) == pytest.approx(0.25, abs=0.1)
    assert sum(one.covers for one in line) >= 5
    assert not any(one.warned for one in line)


def test_planted_effects_reduced() -> None:
    plans = [plan for plan in PLANS if plan.joined <= 800 and not plan.drift]
    for row in operating(one for seed in range(10) for one in trials(seed, plans)):
        assert abs(row.bias) < 0.02 + 3.5 * row.error, row
        assert row.coverage >= 0.8, row


@pytest.mark.prove
def test_planted_effects() -> None:
    found = measure(DRAWS)
    as_written(page(found), "instruments_proof.md")
    for row in found:
        if row.plan == "grants, trend" and row.estimator == "staggered_did":
            assert row.warned > 0.9, row
            continue
        assert row.draws == DRAWS, row
        assert abs(row.bias) < 0.02, row
        assert 0.93 <= row.coverage <= 0.97, row
        assert row.called <= 0.065 or row.truth, row


def test_joint_works_are_those_of_a_plain_join(tmp_path: Path) -> None:
    """The counts of joint works are those of a plain join in Polars."""
    from udsyn.evidence.effect.joint import joint_works
    from udsyn.evidence.effect.ledger import pairs_of

    record, lines = planted_record(tmp_path, 7, effect=0.0, pairs=40)
    joint = joint_works(record, list(pairs_of(load_ledger(ledger_file(tmp_path, lines)))))
    authors = pl.read_parquet(record.files(AUTHORSHIPS)).select("work", "author")
    both = authors.join(authors, on="work").filter(pl.col("author") < pl.col("author_right"))
    assert joint.works.sum() == both.filter(pl.col("author").is_in([p.members[1] for p in joint.pairs])).height


def dosed(seed: int, effects: tuple[float, ...], pairs: int = 900) -> Joint:
    """Pairs of which a fifth never met; the others met once, twice or three times in their first year, alike often,
    with the effect of that dose on what they write afterwards."""
    random = np.random.default_rng(seed)
    years = np.arange(FIRST, LAST + 1)
    dose = np.where(np.arange(pairs) % 5 == 0, 0, random.integers(1, 4, pairs))
    start = random.integers(2015, 2021, pairs)
    gain = np.array([0.0, *effects])[dose]
    mean = (0.8 * random.gamma(2, 0.5, pairs))[:, None] * (1 + gain[:, None] * (years > start[:, None]))
    held = []
    for row in range(pairs):
        entry = Entry(int(start[row]), "meeting", ("A", 2 * row + 1, 2 * row + 2), bool(dose[row]), None, None)
        later = replace(entry, year=entry.year + 2)  # meets again: no part of the dose
        held += pairs_of([entry] * max(1, int(dose[row])) + ([later] if dose[row] else []))
    return Joint(held, random.poisson(mean).astype(float), FIRST, Provenance("instruments", "full", "drawn"), ())


def test_more_meetings_in_the_first_year_are_told_from_one() -> None:
    rows = {row.dose: row for row in by_dose(dosed(5, (0.0, 0.5, 1.5)), "events")}
    assert list(rows) == ["1", "2", "3 or more"]
    for dose, planted in (("1", 0.0), ("2", 0.5), ("3 or more", 1.5)):
        low, high = rows[dose].low, rows[dose].high
        assert low is not None
        assert high is not None
        assert low < planted < high
    assert "Against pairs with 1" in rows["3 or more"].verdict
    assert "unlikely to be chance. How many ties a pair had was chosen" in rows["3 or more"].verdict
    assert "Against" not in rows["1"].verdict


def test_doses_without_a_difference_are_seldom_called_different() -> None:
    """1 - 0.95 of the draws at most, by Bonferroni; 12 of 40 would be far more than chance allows."""
    called = 0
    for seed in range(40):
        verdicts = [row.verdict for row in by_dose(dosed(seed, (0.3, 0.3, 0.3), 500), "events")]
        called += any("over all doses), unlikely to be chance" in verdict for verdict in verdicts)
    assert called <= 5


def test_one_dose_alone_is_said_and_not_compared() -> None:
    joint = dosed(6, (0.2, 0.2, 0.2))
    once = [pair.dose <= 1 for pair in joint.pairs]
    pairs = [pair for pair, kept in zip(joint.pairs, once, strict=True) if kept]
    (row,) = by_dose(replace(joint, pairs=pairs, works=joint.works[once]), "events")
    assert row.verdict == "No pair had another dose than 1, so that doses cannot be compared."


def test_the_command_says_it_by_dose_and_refuses_where_there_is_none(tmp_path: Path) -> None:
    record, lines = planted_record(tmp_path, 3, effect=1.0)
    ledger = ledger_file(tmp_path, [*lines, *lines[:150]])  # every other pair stayed twice
    asked = ["evidence", "stays", "--dose", "--ledger", str(ledger), "--record", str(record.path), "--format", "json"]
    rows = json.loads(CliRunner().invoke(udsyn, asked).stdout)
    assert [row["dose"] for row in rows] == [None, "1", "2"]
    grants = ["evidence", "grants", str(ledger), "--dose", "--record", str(record.path)]
    refused = CliRunner().invoke(udsyn, grants)
    assert isinstance(refused.exception, UsageError)
    assert "--dose needs --ledger" in str(refused.exception)

"""Follow-up in a drawn country: homonyms, merged and split ids, name changes, opt-outs; the planted truth is found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.evidence.made_records import write

from udsyn.evidence.followup import follow_up, sides_of
from udsyn.evidence.followup.who import plain_name
from udsyn.record.care import CORRECTIONS, FOLDER, opt_out
from udsyn.record.engine import Record
from udsyn.record.patents import patents
from udsyn.record.shelf import Row
from udsyn.record.tables import AUTHORS, AUTHORSHIPS, PARTICIPATIONS, REFERENCES, TABLES, WORK_FUNDERS, WORKS

DAY = dt.date(2020, 6, 1)
A = 5_000_000_000
Truth = set[tuple[int, str, str]]


@dataclass
class Country:
    """Works as they are drawn, and what is planted about ties."""

    works: list[tuple[int, dt.date]] = field(default_factory=list)
    authorships: list[tuple[int, int, int, str, str]] = field(default_factory=list)
    references: list[tuple[int, int]] = field(default_factory=list)
    funders: list[tuple[int, str]] = field(default_factory=list)
    participations: list[tuple[int, int, dt.date]] = field(default_factory=list)
    truth: Truth = field(default_factory=set)

    def work(self, day: dt.date, *people: tuple[int, str, str]) -> int:
        number = len(self.works) + 1
        self.works.append((number, day))
        self.authorships += [(number, seq, *person) for seq, person in enumerate(people, start=1)]
        return number

    def store(self, folder: Path) -> Record:
        record = Record.create(folder / "record")
        number, day = zip(*self.works, strict=True)
        rows = {"work": np.array(number), "date": np.array(day, dtype="datetime64[D]")}
        year = np.array([one.year for one in day], np.int16)
        write(record, WORKS, rows | {"year": year, "source": np.full(len(day), "made")})
        named = ("work", "seq", "author", "name", "country")
        columns = zip(named, map(np.array, zip(*self.authorships, strict=True)), strict=True)
        write(record, AUTHORSHIPS, dict(columns))
        for table, names, held in (
            (REFERENCES, ("work", "cited"), self.references),
            (WORK_FUNDERS, ("work", "award"), self.funders),
            (PARTICIPATIONS, ("project", "organisation", "start_date"), self.participations),
        ):
            write(record, table, dict(zip(names, map(np.array, zip(*held, strict=True)), strict=True)))
        return record


def drawn(seed: int, folder: Path, ties: int = 300) -> tuple[Record, pl.DataFrame, Truth]:
    """A country of pairs: each fifth has a homonym who writes, too, each seventh an id that was split and merged, each
    ninth a new name, each eleventh is known by name only, each thirteenth says no."""
    random = np.random.default_rng(seed)
    land, rows, merged = Country(), [], []
    for tie in range(ties):
        ours, theirs = (A + 10 * tie + 1, f"Anna Berg{tie:03d}x", "DK"), (A + 10 * tie + 2, f"Bo Kim{tie:03d}x", "KR")
        ours, theirs = ((number, letters(name), country) for number, name, country in (ours, theirs))
        says_no, by_name = tie % 13 == 0, tie % 11 == 0
        named = (theirs[0], "Bo Newname", "KR") if tie % 9 == 0 and not by_name else theirs
        split = (A + 10 * tie + 3, theirs[1], "KR") if tie % 7 == 0 and not by_name else None
        if split:
            merged.append((theirs[0], split[0]))
        if tie % 5 == 0:  # a namesake of theirs, who writes with others and alone
            other = (A + 10 * tie + 4, theirs[1], "US")
            for _ in range(4):
                land.work(day_after(random), other, (A + 9_000_000 + tie, "Somebody Else", "US"))
        for _ in range(int(random.integers(0, 3))):
            land.work(DAY - dt.timedelta(int(random.integers(1, 2000))), ours, theirs)
        earlier = land.work(DAY - dt.timedelta(2500), theirs)
        found = []
        for _ in range(int(random.integers(0, 5))):
            found.append(land.work(day_after(random), ours, [theirs, named, split or theirs][int(random.integers(3))]))
        alone = land.work(day_after(random), ours)
        land.funders.append((alone, f"22-{tie:04d}/A"))
        land.references.append((alone, earlier if tie % 3 == 0 else 1_000_000))
        for number in found[:1]:
            land.funders.append((number, f"NEW {tie}"))
        project = 101_000 + tie
        land.participations += [(project, 7 * tie + 1, day_after(random)), (project, 7 * tie + 2, day_after(random))]
        award = f"22-{tie:04d}-a" if tie % 2 == 0 else ""
        rows.append(tie_row(tie, ours, theirs, by_name, says_no, award))
        if not says_no:
            land.truth |= {(tie, "work", f"W{number}") for number in found} | {(tie, "project", str(project))}
            land.truth |= {(tie, "grant", f"NEW {tie}") for _ in found[:1]}
            if award or (tie % 3 == 0 and not by_name):
                land.truth.add((tie, "work", f"W{alone}"))
    record = land.store(folder)
    care = record.path / FOLDER
    care.mkdir(exist_ok=True)
    (care / CORRECTIONS).write_text("merge:\n" + "".join(f"- [A{kept}, A{other}]\n" for kept, other in merged))
    return record, pl.DataFrame(rows), land.truth


def letters(name: str) -> str:
    """Numbers as letters, since a name has no digits."""
    return "".join(chr(97 + int(c)) if c.isdigit() else c for c in name)


def day_after(random: np.random.Generator) -> dt.date:
    return DAY + dt.timedelta(int(random.integers(0, 1500)))


def tie_row(tie, ours, theirs, by_name, says_no, award) -> dict[str, object]:
    row = {"tie": tie, "date": DAY, "award": award, "a_author": f"A{ours[0]}", "a_name": ours[1], "a_country": "DK"}
    row |= {"a_cordis": 7 * tie + 1, "b_cordis": 7 * tie + 2, "b_name": theirs[1], "b_country": "KR"}
    return row | {"b_author": "" if by_name else f"https://openalex.org/A{theirs[0]}", "b_follow": not says_no}


def of(found: pl.DataFrame) -> Truth:
    return set(found.select("tie", "kind", "id").iter_rows())


@pytest.mark.parametrize("seed", [1, 2])
def test_the_planted_truth_is_found(tmp_path: Path, seed: int) -> None:
    record, ties, truth = drawn(seed, tmp_path)
    found = of(follow_up(record, ties).finds)
    right = len(found & truth)
    assert right >= 0.95 * len(truth), sorted(truth - found)[:10]
    assert right >= 0.98 * len(found), sorted(found - truth)[:10]
    assert not {tie for tie, _, _ in found} & set(range(0, 300, 13))


def test_what_existed_before_is_told_apart(tmp_path: Path) -> None:
    record, ties, _ = drawn(1, tmp_path)
    followed = follow_up(record, ties)
    assert followed.finds["day"].min() >= DAY
    assert followed.before["last"].max() < DAY
    assert (followed.before.filter(pl.col("kind") == "work")["number"] <= 2).all()


def test_a_second_look_finds_only_what_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record, ties, _ = drawn(1, tmp_path, ties=30)
    first = follow_up(record, ties)
    again = follow_up(record, ties, first.looked)
    assert again.finds.filter(pl.col("kind") == "work").is_empty()
    rows = {"work": np.array([900_001]), "date": np.array([dt.date(2023, 1, 1)], dtype="datetime64[D]")}
    new = Record(tmp_path / "new")
    write(new, WORKS, rows | {"year": np.array([2023], np.int16), "source": np.array(["made"])})
    people = np.array([A + 11, A + 12])
    write(new, AUTHORSHIPS, {"work": np.array([900_001] * 2), "seq": np.array([1, 2]), "author": people})
    held = {table.name: record.files(table) for table in TABLES.values()}
    added = {table.name: new.files(table) for table in (WORKS, AUTHORSHIPS)}
    monkeypatch.setattr(Record, "files", lambda _, table: [*held.get(table.name, []), *added.get(table.name, [])])
    assert of(follow_up(record, ties, first.looked).finds.filter(pl.col("kind") == "work")) == {(1, "work", "W900001")}


def test_opting_out_of_lists_hides_every_tie(tmp_path: Path) -> None:
    record, ties, _ = drawn(1, tmp_path, ties=20)
    opt_out(record, A + 12)
    followed = follow_up(record, ties)
    assert 1 in followed.sides.hidden
    assert 1 not in set(followed.finds["tie"]) | set(followed.before["tie"])


def test_an_orcid_is_all_ids_of_a_person(tmp_path: Path) -> None:
    record, _, _ = drawn(1, tmp_path, ties=8)
    write(record, AUTHORS, {"author": np.array([A + 1, A + 7]), "orcid": np.array(["0000-0002-1825-0097"] * 2)})
    tie = pl.DataFrame([{"tie": 1, "date": DAY, "a_orcid": "https://orcid.org/0000-0002-1825-0097", "b_name": "?"}])
    sides = sides_of(record, tie)
    assert set(sides.known["member"]) == {A + 1, A + 7}
    assert sides.unknown.rows() == [(1, "b")]


@pytest.mark.parametrize(("name", "plain"), [("Kim, Bo-Ra", "bo ra kim"), ("José Núñez", "jose nunez"), ("李", "")])
def test_names_are_compared_plainly(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_patents_of_both_organisations_are_found_by_name_and_country(tmp_path: Path) -> None:
    record, _, _ = drawn(1, tmp_path, ties=8)
    parties = [  # family, name, country
        ("1", "VINDLYS AS", "DK"), ("1", "Hangang Institute", "KR"), ("2", "Vindlys A/S", "DK"), ("3", "Vindlys", "SE"),
        ("3", "Hangang Institute", "KR"), ("4", "Vindlys A/S", "DK"), ("4", "Hangang Institute", "KR"),
    ]  # fmt: skip
    filed = {"1": dt.date(2021, 2, 3), "2": DAY, "3": DAY, "4": dt.date(2019, 1, 1)}
    rows = [Row("family_party", {"family": f, "role": "applicant", "name": n, "country": c}) for f, n, c in parties]
    rows += [Row("publication", {"publication": f, "family": f, "filed": day}) for f, day in filed.items()]
    source = tmp_path / "patents.txt"
    source.write_text("made")
    ours = {"a_applicant": "Vindlys A/S", "a_country": "DK", "a_name": "Vindlys"}
    theirs = {"b_applicant": "Hangang Institute", "b_country": "KR", "b_name": "Hangang"}
    tie = pl.DataFrame([{"tie": 7, "date": DAY, **ours, **theirs}])
    before = follow_up(record, tie)
    assert before.finds.is_empty()
    patents(record.path).load(source, "made", lambda _file: iter(rows))
    found = follow_up(record, tie, before.looked)  # the register came since: the tie is looked up in it
    assert not found.whole
    assert found.finds.rows() == [(7, "patent", "1", dt.date(2021, 2, 3), "both", "likely")]
    assert follow_up(record, tie).before.rows() == [(7, "patent", 1, dt.date(2019, 1, 1), dt.date(2019, 1, 1))]
    assert follow_up(record, tie, found.looked).finds.is_empty()
    refused = tie.with_columns(b_follow=pl.lit(False))
    assert follow_up(record, refused).finds.is_empty()


def test_a_look_at_what_came_finds_what_a_look_at_all_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Split a record's files in two days: both looks together find every work that one look at all of it finds."""
    record, ties, _ = drawn(1, tmp_path, ties=60)
    whole = of(follow_up(record, ties).finds.filter(pl.col("kind") == "work", pl.col("evidence") == "both"))
    held = pl.read_parquet(record.files(AUTHORSHIPS)[0])
    middle = held["work"].median()
    halves = []
    for name, part in (("first", pl.col("work") <= middle), ("second", pl.col("work") > middle)):
        halves.append(tmp_path / f"{name}.parquet")
        held.filter(part).write_parquet(halves[-1])
    files = Record.files
    shown = halves[:1]
    monkeypatch.setattr(
        Record, "files", lambda self, table: list(shown) if table is AUTHORSHIPS else files(self, table)
    )
    first = follow_up(record, ties)
    shown.append(halves[1])
    second = follow_up(record, ties, first.looked)
    joint = pl.col("evidence") == "both", pl.col("kind") == "work"
    assert of(first.finds.filter(*joint)) | of(second.finds.filter(*joint)) == whole
    assert of(second.finds.filter(*joint))

"""Fields and topics by id or by name, and what is said where the record lacks them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from udsyn.cli import main
from udsyn.errors import UsageError
from udsyn.evidence.held import demand_years, member, span
from udsyn.record.engine import Record
from udsyn.record.tables import COUNTRY_FIELD_YEAR


def held(record: Path, level: str) -> list[tuple[str, str]]:
    cube = Record.open(record).cube(COUNTRY_FIELD_YEAR).filter(pl.col("level") == level)
    return sorted({(row["member"], row["name"]) for row in cube.to_dicts() if row["member"]})


@pytest.mark.parametrize("level", ["field", "subfield", "topic"])
def test_a_member_is_named_by_its_id_or_its_name(counted: Path, level: str) -> None:
    for id_, name in held(counted, level):
        named = [other for other, called in held(counted, level) if called == name]
        for label in (
            id_,
            f"https://openalex.org/{level}s/{id_}",
            *([name, name.upper(), f" {name} "] * (len(named) == 1)),
        ):
            assert member(counted, level, label) == id_
    if level == "topic":
        assert member(counted, level, f"T{held(counted, level)[0][0]}") == held(counted, level)[0][0]


@pytest.mark.parametrize("label", ["999", "", " ", "T", "no such thing", "1e3"])
def test_what_is_not_held_is_refused_with_members(counted: Path, label: str) -> None:
    with pytest.raises(UsageError) as error:
        member(counted, "field", label)
    assert held(counted, "field")[0][1] in str(error.value)


def test_years_outside_are_refused_and_years_that_touch_are_not(counted: Path) -> None:
    first, last = span(Record.open(counted)) or (0, 0)
    demand_years(counted, (first - 5, first), "--years")
    demand_years(counted, (last, last + 5), "--years")
    for years in ((first - 5, first - 1), (last + 1, last + 1)):
        with pytest.raises(UsageError, match=f"the record holds {first} to {last}"):
            demand_years(counted, years, "--years")


def test_works_that_are_not_counted_have_years_and_fields_too(ingested: Path) -> None:
    assert span(Record.open(ingested))
    with pytest.raises(UsageError, match="no such field"):
        member(ingested, "field", "999")


def test_a_name_gives_the_answer_of_its_id(counted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id_, name = held(counted, "field")[0]
    answers = []
    for label in (id_, name):
        main(["evidence", "share", "--country", "DK", "--field", label, "--format", "json", "--record", str(counted)])
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1]

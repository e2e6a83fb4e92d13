"""Tables for people: whole words and whole numbers at every width, and nothing wrapped in a pipe."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udsyn.cli import main
from udsyn.cli.table import cell, column, render

RUN = "import sys; from udsyn.cli import main; main(sys.argv[1:])"
TEXT = st.text("ab cdé수", max_size=90)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "year": st.integers(1900, 2100),
            "name": TEXT,
            "works": st.none() | st.integers(0, 10**7).map(float),
            "share": st.none() | st.floats(0, 1),
            "reasons": st.lists(TEXT, max_size=4),
        }
    ),
    min_size=1,
    max_size=5,
)


def words(text: str) -> list[str]:
    return sorted(click.unstyle(text).split())


@given(ROWS, st.integers(30, 200))
def test_no_word_and_no_number_is_broken_at_any_width(rows: list[dict[str, Any]], width: int) -> None:
    names = list(rows[0])
    whole, none_left_out = render(rows, names)
    shown, left_out = render(rows, names, width)
    assert none_left_out == []
    kept = [name for name in names if name not in left_out]
    assert names == [*kept, *left_out]
    assert kept[:2] == names[:2]
    assert words(shown) == words(render(rows, kept)[0])
    assert set(words(shown)) <= set(words(whole))


@given(ROWS)
def test_a_pipe_has_one_line_for_each_row(rows: list[dict[str, Any]]) -> None:
    assert len(render(rows, list(rows[0]))[0].split("\n")) == len(rows) + 1


def test_a_table_keeps_to_the_width_where_its_words_allow_it() -> None:
    rows = [{"id": 1, "name": "a " * 60, "works": 12345.0, "share": 0.25, "note": "short words " * 9}]
    shown, left_out = render(rows, list(rows[0]), 80)
    assert left_out == []
    assert all(len(click.unstyle(line)) <= 80 for line in shown.split("\n"))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([45.0, 1234.0, None], ["45", "1234", "–"]),
        ([2024, 2025], ["2024", "2025"]),
        ([0.5, 0.25, 1.0], ["0.500", "0.250", "1.000"]),
        ([210.5, 42.1, 7.0], ["210.5", "42.1", "7.0"]),
        ([0.00131, 0.0029, 0.0], ["0.00131", "0.00290", "0.00000"]),
        ([float("nan"), float("inf"), 1.5], ["–", "–", "1.50"]),
        ([True, "x\ny", ["a", "b"]], ["True", "x y", "a; b"]),
        ([-0.25, 3], ["-0.25", "3.00"]),
    ],
)
def test_a_column_has_one_number_of_decimals_and_counts_have_none(values: list[Any], shown: list[str]) -> None:
    assert column(values) == shown


def test_a_number_alone_has_the_decimals_it_needs() -> None:
    assert [cell(value) for value in (3.0, 0.125, 1234.56, 1e-9)] == ["3", "0.125", "1234.6", "0.000000"]


@pytest.mark.parametrize("group", [[], ["evidence"], ["contacts"], ["desk"]])
def test_a_group_alone_prints_its_help_in_lines(group: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(group)
    said = capsys.readouterr()
    assert stop.value.code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) > 8
    assert "Commands:" in said.err


def test_a_real_table_in_a_pipe_is_not_wrapped(counted: Path) -> None:
    asked = ["evidence", "profile", "--country", "DK", "--level", "subfield", "--record", str(counted)]
    done = subprocess.run([sys.executable, "-c", RUN, *asked], capture_output=True, text=True, check=True)
    header, *lines = done.stdout.splitlines()
    assert {"works_full", "pp_top10_high"} <= set(header.split())
    assert all(re.match(r"\s*\d+ ", line) for line in lines)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_works_as_documented(shell: str) -> None:
    def ask(**environment: str) -> str:
        program = [sys.executable, "-c", RUN]
        return subprocess.run(
            program, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"} | environment
        ).stdout

    assert f"_UDSYN_COMPLETE={shell}_complete" in ask(_UDSYN_COMPLETE=f"{shell}_source")
    answer = ask(_UDSYN_COMPLETE=f"{shell}_complete", COMP_WORDS="udsyn evidence sh", COMP_CWORD="2")
    if shell != "fish":
        assert "share" in answer

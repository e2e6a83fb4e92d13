"""The author-level weights of a work, read from OpenAlex objects: worked cases with exact fractions."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson
import pytest

from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.tables import UNITS

OPENALEX = "https://openalex.org/"


def author(*institutions: tuple[int, str | None], countries: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "author": {"id": f"{OPENALEX}A1", "display_name": "Author"},
        "institutions": [{"id": f"{OPENALEX}I{id_}", "country_code": country} for id_, country in institutions],
        "countries": list(countries),
    }


def weights(tmp_path: Path, column: str, authorships: list[dict[str, Any]]) -> dict[Any, Fraction]:
    source = tmp_path / "works.jsonl"
    source.write_bytes(orjson.dumps({"id": f"{OPENALEX}W1", "authorships": authorships}))
    ingest_openalex(source, tmp_path / "record")
    table = "work_countries" if column == "country" else "authorships"
    with Record.open(tmp_path / "record").connect() as connection:
        rows = connection.execute(f"SELECT {column}, sum(units) FROM {table} GROUP BY {column}").fetchall()
    return {name: Fraction(int(units), UNITS) for name, units in rows}


def test_pathos_case(tmp_path: Path) -> None:
    team = [author((1, "DK")), author((1, "DK")), author((1, "DK"), (2, "KR"))]
    assert weights(tmp_path, "institution", team) == {1: Fraction(5, 6), 2: Fraction(1, 6)}


def test_case_w1(tmp_path: Path) -> None:
    team = [author((1, "DK")), author((1, "DK"), (2, "SE")), author((3, "KR")), author()]
    found = weights(tmp_path, "country", team)
    assert found == {"DK": Fraction(3, 8), "SE": Fraction(1, 8), "KR": Fraction(1, 4), None: Fraction(1, 4)}


@pytest.mark.parametrize(
    ("team", "expected"),
    [
        pytest.param(
            [author((1, "DK"), (1, "DK"), (2, "SE"))], {"DK": (1, 2), "SE": (1, 2)}, id="same institution twice"
        ),
        pytest.param([author((1, "DK"), (2, None))], {"DK": (1, 2), None: (1, 2)}, id="institution without country"),
        pytest.param([author(countries=("SE", "DK"))], {"DK": (1, 2), "SE": (1, 2)}, id="only countries known"),
        pytest.param([author((1, "DK"), countries=("SE",))], {"DK": (1, 1)}, id="institutions come first"),
        pytest.param([], {None: (1, 1)}, id="no authors"),
    ],
)
def test_shares(tmp_path: Path, team: list[dict[str, Any]], expected: dict[Any, tuple[int, int]]) -> None:
    assert weights(tmp_path, "country", team) == {name: Fraction(*share) for name, share in expected.items()}


def test_more_than_a_hundred_authors_are_all_kept_and_rounding_is_half_up(tmp_path: Path) -> None:
    found = weights(tmp_path, "country", [author((1, "DK"))] * 1001)
    assert found["DK"] == 1001 * Fraction((2 * UNITS + 1001) // 2002, UNITS)

"""De minimis aid, by the published cases and by cases reckoned by hand."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from udsyn.cli import udsyn
from udsyn.packs import PackError, aid


def on(day: str, asked: float = 0, undertaking: str = "A", **case) -> aid.Room:
    return aid.room_on(aid.parse({"undertaking": undertaking, "asked": asked} | case), dt.date.fromisoformat(day))


def award(date: str, amount: float, undertaking: str = "A", **more) -> dict:
    return {"date": date, "amount": amount, "undertaking": undertaking} | more


def test_three_years_count_back_from_the_day_of_granting():
    awards = [award("2024-01-02", 300_000)]
    assert on("2024-01-01", awards=awards).room == 300_000
    assert on("2024-01-02", awards=awards).room == 0
    assert on("2027-01-01", awards=awards).room == 0
    assert on("2027-01-02", awards=awards).room == 300_000


def test_an_award_that_would_pass_the_ceiling_is_refused_whole():
    awards = [award("2025-05-01", 250_000)]
    assert on("2026-01-01", 50_000, awards=awards).may_grant == 50_000
    assert on("2026-01-01", 50_000.01, awards=awards).may_grant == 0
    assert on("2026-01-01", 50_000.01, awards=awards).room == 50_000


def test_linked_undertakings_are_one_while_they_are_linked():
    awards = [award("2025-05-01", 100_000), award("2025-06-01", 50_000, "B"), award("2025-06-01", 7, "C")]
    links = [{"a": "B", "b": "A", "from": "2025-01-01", "to": "2026-01-01"}, {"a": "C", "b": "B", "from": "2026-02-01"}]
    assert on("2025-12-31", awards=awards, links=links).room == 150_000
    assert on("2026-01-01", awards=awards, links=links).room == 200_000
    assert on("2026-02-01", awards=awards, links=links, undertaking="C").room == 249_993


def test_a_merger_brings_the_aid_of_both_along_with_its_dates():
    awards = [award("2024-03-01", 100_000), award("2025-03-01", 120_000, "B")]
    events = [{"date": "2026-01-01", "kind": "merger", "from": ["A", "B"], "to": "M"}]
    assert on("2025-12-31", awards=awards, events=events).room == 200_000
    for name in ("M", "A"):
        assert on("2026-01-01", awards=awards, events=events, undertaking=name).room == 80_000
    assert on("2027-03-01", awards=awards, events=events, undertaking="M").room == 180_000


def test_a_split_gives_aid_to_the_part_that_used_it_else_by_equity():
    split = {"date": "2026-01-01", "kind": "split", "from": "A", "to": {"X": 1, "Y": 3}}
    awards = [award("2025-03-01", 100_000), award("2025-04-01", 40_000, used_by="X"), award("2026-02-01", 9)]
    assert on("2026-03-01", awards=awards, events=[split], undertaking="X").room == 300_000 - 25_000 - 40_000
    assert on("2026-03-01", awards=awards, events=[split], undertaking="Y").room == 300_000 - 75_000
    assert on("2026-03-01", awards=awards, events=[split], undertaking="A").room == 300_000 - 9


def test_half_a_cent_of_a_split_is_rounded_up_and_the_last_part_has_the_rest():
    split = {"date": "2026-01-01", "kind": "split", "from": "A", "to": {"X": 1, "Y": 1}}
    found = {
        name: on("2026-03-01", awards=[award("2025-03-01", 0.05)], events=[split], undertaking=name).room
        for name in ("X", "Y")
    }
    assert found == {"X": Decimal("299999.97"), "Y": Decimal("299999.98")}


def test_a_split_loses_no_cent():
    split = {"date": "2026-01-01", "kind": "split", "from": "A", "to": {"X": 1, "Y": 1, "Z": 1}}
    rooms = [on("2026-02-01", awards=[award("2025-03-01", 100)], events=[split], undertaking=u).counted for u in "XYZ"]
    assert sum((one.amount for counted in rooms for one in counted), Decimal(0)) == 100


def test_aid_of_29_february_counts_until_1_march():
    awards = [award("2024-02-29", 300_000)]
    assert on("2027-02-28", awards=awards).room == 0
    assert on("2027-03-01", awards=awards).room == 300_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"awards": [award("soon", 1)]},
        {"awards": [award("2025-01-01", -1)]},
        {"awards": [award("2025-01-01", float("inf"))]},
        {"awards": [{"date": "2025-01-01", "amount": 1}]},
        {"awards": "none"},
        {"events": [{"date": "2025-01-01", "kind": "sale", "from": "A", "to": "B"}]},
        {"events": [{"date": "2025-01-01", "kind": "split", "from": "A", "to": {"B": 0}}]},
        {"events": [{"date": "2025-01-01", "kind": "merger", "from": [], "to": "B"}]},
        {"asked": "much"},
    ],
)
def test_a_wrong_case_is_told(wrong):
    with pytest.raises(PackError):
        on("2026-01-01", **wrong)


def test_the_regulation_has_its_years():
    with pytest.raises(PackError, match="no version valid"):
        on("2031-01-01")


def test_the_command(tmp_path):
    case = tmp_path / "case.json"
    case.write_text(json.dumps({"undertaking": "A", "asked": 1_000, "awards": [award("2025-05-01", 0.5)]}))
    asked = CliRunner().invoke(udsyn, ["safeguards", "aid", str(case), "--on", "2026-03-16"], catch_exceptions=False)
    assert json.loads(asked.stdout) == {
        "room": 299_999.5,
        "ceiling": 300_000,
        "counted": [{"date": "2025-05-01", "amount": 0.5, "undertaking": "A"}],
        "asked": 1_000,
        "may_grant": 1_000,
        "register_by": "2026-04-16",
    }

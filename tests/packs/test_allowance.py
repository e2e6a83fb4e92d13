"""Travel allowances, by journeys reckoned by hand from the circulars' amounts."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from udsyn.cli import udsyn
from udsyn.packs import PackError, allowance

HEAD = "family,country,valid_from,valid_to,known_from,currency,day\n"


def reckoned(family: str, begins: str, hours: float, *meals: int, rates=None, **more) -> allowance.Allowance:
    begin = dt.datetime.fromisoformat(begins)
    free = dict(zip(("breakfast", "lunch", "dinner"), meals, strict=False))
    end = begin + dt.timedelta(hours=hours)
    case = {"family": family, "country": "DK", "from": str(begin), "to": str(end), "free": free}
    return allowance.reckon(allowance.parse(case), rates or allowance.shipped(), **more)


@pytest.mark.parametrize(
    ("family", "begins", "hours", "meals", "amount"),
    [
        ("state", "2024-03-04T08:00", 53, (2, 1, 1), "646.32"),
        ("state", "2017-03-06T08:00", 73, (3, 2, 2), "677.74"),
        ("tax", "2023-03-06T08:00", 71, (), "1641.88"),
        ("tax", "2023-03-06T08:00", 23, (), "0.00"),
        ("tax", "2023-03-06T08:00", 24, (), "555.00"),
        ("tax", "2023-03-06T08:00", 24.02, (), "578.13"),
        ("tax", "2023-03-06T08:00", 24, (9, 9, 9), "0.00"),
    ],
)
def test_journeys(family, begins, hours, meals, amount):
    found = reckoned(family, begins, hours, *meals)
    assert found.amount == Decimal(amount)
    total = max(sum(line.amount for line in found.lines), Decimal(0))
    assert abs(total - found.amount) <= Decimal("0.005")


def test_the_rate_is_that_of_each_day():
    assert reckoned("tax", "2023-12-31T08:00", 48).amount == 555 + 574


def test_a_correction_counts_from_when_it_was_known():
    rates = allowance.read_rates(
        HEAD + "state,DK,2025-01-01,2025-12-31,2024-12-20,DKK,500\nstate,DK,2025-01-01,2025-12-31,2025-04-04,DKK,510\n"
    )
    assert reckoned("state", "2025-02-01T08:00", 24, rates=rates).amount == 510
    assert reckoned("state", "2025-02-01T08:00", 24, rates=rates, known_on=dt.date(2025, 4, 3)).amount == 500


def test_families_and_countries_are_kept_apart():
    with pytest.raises(PackError, match="no rate of the family state for DK on 2023-03-06"):
        reckoned("state", "2023-03-06T08:00", 24)


def test_currencies_are_not_added():
    rates = allowance.read_rates(
        HEAD + "tax,DK,2023-01-01,2023-03-06,2023-01-01,DKK,1\ntax,DK,2023-03-07,,2023-01-01,EUR,1\n"
    )
    with pytest.raises(PackError, match="several currencies"):
        reckoned("tax", "2023-03-06T08:00", 48, rates=rates)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from": "noon"}, "not a time"),
        ({"to": "2022-01-01T00:00"}, "before"),
        ({"free": {"brunch": 1}}, "breakfast, lunch and dinner"),
        ({"free": {"lunch": -1}}, "number of meals"),
        ({"family": ""}, "family is missing"),
    ],
)
def test_a_wrong_journey_is_told(change, said):
    case = {"family": "tax", "country": "DK", "from": "2023-01-01T08:00", "to": "2023-01-03T08:00"}
    with pytest.raises(PackError, match=said):
        allowance.parse(case | change)


def test_a_journey_is_as_long_as_two_years_and_its_times_are_both_local_or_neither():
    case = {"family": "tax", "country": " DK ", "from": "2023-01-01T08:00", "to": "2023-01-01T08:00"}
    assert allowance.parse(case).country == "DK"
    assert allowance.parse(case | {"to": "2024-12-31T08:00", "free": {"lunch": 5_000}}).free["lunch"] == 5_000
    for change in ({"to": "2024-12-31T08:01"}, {"to": "2023-01-01T08:00Z"}, {"free": {"lunch": 5_001}}):
        with pytest.raises(PackError):
            allowance.parse(case | change)
    both = allowance.parse(case | {"from": "2023-01-01T08:00+01:00", "to": "2023-01-02T08:00+00:00"})
    assert both.ends - both.begins == dt.timedelta(hours=25)
    for wrong in ({"free": {"lunch": True}}, {"free": {"lunch": 1.5}}, {"free": ["lunch"]}, {"country": None}):
        with pytest.raises(PackError):
            allowance.parse(case | wrong)


def test_lines_say_what_each_day_hour_and_meal_comes_to():
    found = reckoned("tax", "2023-12-31T08:00", 49.5, 1)
    said = [(line.what, line.count, line.each, line.amount, line.rate_from.isoformat()) for line in found.lines]
    each = Decimal(574) / 24
    assert said == [
        ("24 hours", 1, 555, 555, "2023-01-01"),
        ("24 hours", 1, 574, 574, "2024-01-01"),
        ("hours begun", 2, each, 2 * each, "2024-01-01"),
        ("free breakfast", 1, Decimal("-83.25"), Decimal("-83.25"), "2023-01-01"),
    ]
    assert found.amount == Decimal("1093.58")
    (short,) = reckoned("tax", "2023-12-31T08:00", 23.9, 1).lines
    assert (short.what, short.count, short.each, short.amount) == ("less than 24 hours", 0, 0, 0)


def test_a_rate_holds_from_its_first_day_to_its_last_and_the_newest_counts():
    rates = allowance.read_rates(
        "\ufeff" + HEAD + "t,DK,2024-01-01,2024-03-31,2023-12-01,DKK,100\nt,DK,2024-03-01,,2023-12-01,DKK,200\n"
        "t,SE,2024-01-01,,2023-12-01,SEK,7\nu,DK,2024-01-01,,2023-12-01,DKK,0\n"
    )
    days = {"2024-01-01": 100, "2024-02-29": 100, "2024-03-01": 200, "2024-03-31": 200, "2030-01-01": 200}
    for day, amount in days.items():
        assert reckoned("t", f"{day}T00:00", 24, rates=rates).amount == amount
    assert reckoned("u", "2024-01-01T00:00", 24, rates=rates).amount == 0
    with pytest.raises(PackError, match="on 2023-12-31"):
        reckoned("t", "2023-12-31T23:00", 24, rates=rates)
    ended = allowance.read_rates(HEAD + "t,DK,2024-01-01,2024-03-31,2023-12-01,DKK,100\n")
    assert reckoned("t", "2024-03-31T23:00", 24, rates=ended).amount == 100
    with pytest.raises(PackError, match="on 2024-04-01"):
        reckoned("t", "2024-04-01T00:00", 24, rates=ended)
    for amount in ("1000000", "-0.01", "Infinity"):
        with pytest.raises(PackError, match="line 2"):
            allowance.read_rates(HEAD + f"t,DK,2024-01-01,,2023-12-01,DKK,{amount}\n")
    with pytest.raises(PackError, match="lack the column currency, day"):
        allowance.read_rates("family,country,valid_from,valid_to,known_from\n")


@pytest.mark.parametrize("row", ["tax,DK,soon,,2023-01-01,DKK,1", "tax,DK,2023-01-01,,2023-01-01,DKK,NaN", "tax,DK"])
def test_wrong_rates_are_told_with_their_line(row):
    with pytest.raises(PackError, match="line 2"):
        allowance.read_rates(HEAD + row + "\n")


def test_the_command(tmp_path):
    case, rates = tmp_path / "journey.json", tmp_path / "rates.csv"
    case.write_text('{"family": "x", "country": "KR", "from": "2026-05-04T09:00", "to": "2026-05-05T09:30"}')
    rates.write_text(HEAD + "x,KR,2026-01-01,,2026-01-01,DKK,480\n")
    asked = ["stays", "allowance", str(case), "--rates", str(rates)]
    answer = json.loads(CliRunner().invoke(udsyn, asked, catch_exceptions=False).stdout)
    assert answer["amount"] == 500
    assert [(line["what"], line["count"], line["amount"]) for line in answer["lines"]] == [
        ("24 hours", 1, 480),
        ("hours begun", 1, 20),
    ]


GERMAN = HEAD + "german,KR,2025-01-01,,2024-12-01,EUR,48\ngerman,LU,2025-01-01,,2024-12-01,EUR,63\n"


@pytest.mark.parametrize(
    ("country", "begins", "ends", "breakfasts", "amount"),
    [
        ("KR", "2025-03-03T10:00", "2025-03-06T09:00", 0, "172.80"),  # 2 days of travel at 80 %, 2 whole days
        ("KR", "2025-03-03T10:00", "2025-03-06T09:00", 3, "144.00"),  # 20 % of 48 for each breakfast
        ("KR", "2025-03-03T08:00", "2025-03-03T16:01", 0, "38.40"),
        ("KR", "2025-03-03T08:00", "2025-03-03T16:00", 0, "0.00"),
        ("KR", "2025-03-03T23:00", "2025-03-04T01:00", 0, "76.80"),
        ("TV", "2025-03-03T08:00", "2025-03-03T17:00", 0, "50.40"),  # not listed: Luxembourg's rate
    ],
)
def test_another_countrys_rules_are_data(country, begins, ends, breakfasts, amount):
    case = {"family": "german", "country": country, "from": begins, "to": ends, "free": {"breakfast": breakfasts}}
    found = allowance.reckon(allowance.parse(case), allowance.read_rates(GERMAN))
    assert (found.amount, found.currency) == (Decimal(amount), "EUR")
    assert sum(line.amount for line in found.lines) == found.amount


def test_danish_rules_know_no_other_countrys_rate():
    rates = allowance.read_rates(HEAD + "state,LU,2025-01-01,,2024-12-01,DKK,48\n")
    with pytest.raises(PackError, match="no rate"):
        reckoned("state", "2025-03-03T08:00", 24, rates=rates)

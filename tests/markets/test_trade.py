"""Trade by product: generated flows against plain loops, leading zeros in every format, and concordances by steps."""

from __future__ import annotations

import csv
import gzip
import os
import random
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest

from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.evidence.markets import concordance
from udsyn.evidence.markets.trade import chosen, market, products, suppliers
from udsyn.record.trade.load import load
from udsyn.record.trade.tables import shelf

NAMES = {76: "BR", 208: "DK", 276: "DE", 842: "US", 490: "490", 4: "AF"}
PRODUCTS = ("010121", "854330", "854390", "900190")
Flow = tuple[int, int, int, str, float]


def flows(seed: int = 3) -> list[Flow]:
    """Years 2018 to 2021, half of all possible flows; values are thousandths, as BACI writes them."""
    draw = random.Random(seed)
    return [
        (year, i, j, k, draw.randrange(1, 10**8) / 1000)
        for year in range(2018, 2022)
        for i in NAMES
        for j in NAMES
        for k in PRODUCTS
        if i != j and draw.random() < 0.5
    ]


def write(path: Path, rows: list[Flow]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["t", "i", "j", "k", "v", "q"])
        writer.writerows([*row, "           NA"] for row in rows)
    return path


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trade")
    for year in range(2018, 2022):
        rows = [row for row in flows() if row[0] == year]
        load(folder / "record", write(folder / f"BACI_HS92_Y{year}_V202501.csv", rows), "baci")
    return folder / "record"


def test_headings_equal_a_plain_loop(record: Path) -> None:
    found = {row["product"]: row for row in products(record, "BR").iter_rows(named=True)}

    def of(year: int, heading: str, seller: int | None = None, buyer: int | None = None) -> float:
        return sum(
            v
            for t, i, j, k, v in flows()
            if t == year and k[:4] in (heading or k[:4],) and seller in (None, i) and buyer in (None, j)
        )

    assert set(found) == {h for h in ("0101", "8543", "9001") if of(2021, h, buyer=76) and of(2021, h, seller=208)}
    assert found
    for heading, row in found.items():
        bought, before = of(2021, heading, buyer=76), of(2018, heading, buyer=76)
        advantage = (of(2021, heading, 208) / of(2021, "", 208)) / (of(2021, heading) / of(2021, ""))
        assert row["imports"] == pytest.approx(bought)
        assert row["growth"] == pytest.approx((bought / before) ** (1 / 3) - 1)
        assert row["home_share"] == pytest.approx(of(2021, heading, 208, 76) / bought)
        assert row["advantage"] == pytest.approx(advantage)
    assert list(products(record, "BR", ["854330"])["product"]) == ["8543"]


def test_world_exports_equal_world_imports(record: Path) -> None:
    held = shelf(record).scan("flows").collect()
    assert len(held) == len(flows())
    assert held["quantity"].null_count() == len(held), "a quantity that is not known is not zero"
    for side in ("exporter", "importer"):
        sums = (
            held.group_by("code", "year", side)
            .agg(pl.col("value").sum())
            .group_by("code", "year")
            .agg(pl.col("value").sum())
        )
        wanted: dict[tuple[str, int], float] = defaultdict(float)
        for year, _, _, code, value in flows():
            wanted[code, year] += value
        found = {(code, year): value for code, year, value in sums.select("code", "year", "value").iter_rows()}
        assert found == pytest.approx(wanted, rel=1e-12)


def test_size_growth_share_and_advantage_equal_a_plain_loop(record: Path) -> None:
    basket = ("8543",)
    imports: dict[int, float] = defaultdict(float)
    home: dict[int, float] = defaultdict(float)
    exports: dict[tuple[int, str, bool], float] = defaultdict(float)
    for year, i, j, k, value in flows():
        inside = k.startswith(basket)
        exports[year, NAMES[i], inside] += value
        if inside and NAMES[j] == "BR":
            imports[year] += value
            home[year] += value * (NAMES[i] == "DK")
    for row in market(record, "BR", basket, home="DK").iter_rows(named=True):
        year = row["year"]
        assert row["imports"] == pytest.approx(imports[year], rel=1e-12)
        assert row["home_share"] == pytest.approx(home[year] / imports[year], rel=1e-12)
        before = imports.get(year - 1)
        assert row["growth"] == (pytest.approx(imports[year] / before - 1) if before else None)
        own = exports[year, "DK", True] / (exports[year, "DK", True] + exports[year, "DK", False])
        inside = sum(exports[year, name, True] for name in NAMES.values())
        whole = inside + sum(exports[year, name, False] for name in NAMES.values())
        assert row["advantage"] == pytest.approx(own / (inside / whole), rel=1e-12)
        assert (row["hs"], row["version"]) == ("HS92", "202501")
    assert market(record, "BR", basket, years=(2019, 2020))["year"].to_list() == [2019, 2020]


def test_suppliers_equal_a_plain_loop(record: Path) -> None:
    wanted: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for year, i, j, k, value in flows():
        if NAMES[j] == "BR" and k == "854330":
            wanted[NAMES[i]][year] += value
    total = sum(sum(years.values()) for years in wanted.values())
    found = list(suppliers(record, "Brazil", ["854330"]).iter_rows(named=True))
    assert [row["supplier"] for row in found] == sorted(wanted, key=lambda name: -sum(wanted[name].values()))
    for row in found:
        years = wanted[row["supplier"]]
        assert row["value"] == pytest.approx(sum(years.values()), rel=1e-12)
        assert row["share"] == pytest.approx(sum(years.values()) / total, rel=1e-12)
        both = years.get(2018) and years.get(2021)
        assert row["growth"] == (pytest.approx((years[2021] / years[2018]) ** (1 / 3) - 1) if both else None)


@pytest.mark.parametrize("form", ["csv", "gz", "zip", "parquet", "text.parquet"])
def test_leading_zeros_survive_every_format(tmp_path: Path, form: str) -> None:
    plain = write(
        tmp_path / "BACI_HS17_Y2022_V202501.csv", [(2022, 4, 208, "010121", 1.5), (2022, 76, 208, "854330", 2)]
    )
    file = tmp_path / f"BACI_HS17_Y2022_V202501.{form}"
    if form == "gz":
        file.write_bytes(gzip.compress(plain.read_bytes()))
    elif form == "zip":
        with ZipFile(file, "w") as package:
            package.write(plain, plain.name)
    elif form == "parquet":  # a program took the products for numbers
        pl.read_csv(plain, columns=["t", "i", "j", "k", "v"]).write_parquet(file)
    elif form == "text.parquet":
        pl.read_csv(plain, infer_schema=False).write_parquet(file)
    load(tmp_path / "record", file, "baci")
    rows = shelf(tmp_path / "record").scan("flows").select("exporter", "importer", "code", "value").collect().rows()
    assert sorted(rows) == [("AF", "DK", "010121", 1.5), ("BR", "DK", "854330", 2.0)]


def test_what_is_no_flow_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "BACI_HS92_Y2022_V202501.csv"
    file.write_text(
        "t,i,j,k,v,q\n2022,4,208,01012,1,\n2022,4,208,x,1,\n2022,4,208,854330,many,\nyear,4,208,854330,1,\n"
    )
    loaded = load(tmp_path / "record", file, "baci")
    assert (loaded.rows, loaded.quarantined) == (1, 3)
    assert set(shelf(tmp_path / "record").quarantined()["reason"]) == {
        "the product has not six digits",
        "the value is no number of 0 or more",
        "the year is none",
    }


def test_editions_are_never_mixed(tmp_path: Path) -> None:
    record = tmp_path / "record"
    for name, value in (("HS92_Y2020_V202501", 10), ("HS17_Y2020_V202501", 20), ("HS92_Y2020_V202401", 40)):
        load(record, write(tmp_path / f"BACI_{name}.csv", [(2020, 208, 76, "854330", value)]), "baci")
    assert (chosen(record).hs, chosen(record).version) == ("HS92", "202501")
    assert market(record, "BR", ["854330"])["imports"].to_list() == [10]
    assert market(record, "BR", ["854330"], hs="HS17")["imports"].to_list() == [20]
    assert market(record, "BR", ["854330"], version="202401")["imports"].to_list() == [40]
    with pytest.raises(NotHeld, match="held are HS92 of 202501"):
        market(record, "BR", ["854330"], hs="HS22")
    load(record, write(tmp_path / "BACI_HS92_Y2020_V202501_again.csv", [(2020, 208, 76, "854330", 11)]), "baci")
    with pytest.raises(UdsynError, match="counts twice"):
        market(record, "BR", ["854330"])


def test_wrong_questions_are_told(record: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no product"):
        market(record, "BR", ["8543x0"])
    with pytest.raises(NotHeld, match="no trade"):
        market(tmp_path, "BR", ["854330"])
    with pytest.raises(UsageError, match="--hs HS92"):
        load(tmp_path / "record", write(tmp_path / "flows.csv", []), "baci")
    other = tmp_path / "BACI_HS92_Y2020_V202501.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(UdsynError, match="lacks the column t"):
        load(tmp_path / "record", other, "baci")


def test_steps_show_their_weights(tmp_path: Path) -> None:
    record = tmp_path / "record"
    for name, text, step in (
        ("cpc.csv", "from,to,weight\nC25B,20.1,0.6\nC25B,28.9,0.4\n", ("cpc", "nace2")),
        ("nace.csv", "from,to\n20.1,2011\n28.9,2829\n28.9,2011\n", ("nace2", "isic4")),
        ("hs.csv", "from,to\n280410,2011\n854330,2829\n010121,0142\n", ("hs", "isic4")),
    ):
        (tmp_path / name).write_text(text)
        load(record, tmp_path / name, "concordance", step=step)
    (tmp_path / "labels.csv").write_text("code,desc\n854330,Machines for electrolysis and electroplating\n")
    load(record, tmp_path / "labels.csv", "labels", scheme="hs")
    found = concordance.chain(record, "cpc", "C25B", "hs")
    ends = {row["to_code"]: row for row in found.filter(pl.col("to") == "hs").iter_rows(named=True)}
    assert {code: row["path_weight"] for code, row in ends.items()} == pytest.approx({"280410": 0.8, "854330": 0.2})
    assert ends["854330"]["label"] == "Machines for electrolysis and electroplating"
    assert found.filter(pl.col("step") == 1)["stated"].all()
    assert not found.filter(pl.col("step") == 2)["stated"].any(), "an equal split is said to be one"
    assert concordance.chain(record, "hs", "0101.21", "isic4")["to_code"].to_list() == ["0142"]
    with pytest.raises(UsageError, match="no loaded concordance"):
        concordance.chain(record, "cpv", "42994200", "hs")
    with pytest.raises(NotHeld, match="nothing leads"):
        concordance.chain(record, "cpc", "A01B", "hs")


def test_the_real_concordance_keeps_its_zeros(tmp_path: Path) -> None:
    if "UDSYN_DATA" not in os.environ:
        pytest.skip("UDSYN_DATA names no folder with real data")
    folder = Path(os.environ["UDSYN_DATA"]) / "trade"
    loaded = load(tmp_path / "record", folder / "hs_isic4.csv.gz", "hs-isic")
    with gzip.open(folder / "hs_isic4.csv.gz", "rt", encoding="utf-8") as lines:
        pairs = {(row["HS_6d"], row["ISIC4_4d"]) for row in csv.DictReader(lines)}
    led = {pair for pair in pairs if pair[1]}
    assert 0 < len(pairs) - len(led) == loaded.quarantined, "what leads nowhere is set aside"
    held = shelf(tmp_path / "record").scan("steps").collect()
    assert set(held.select("from_code", "to_code").iter_rows()) == led
    assert loaded.rows == len(led)
    assert held.group_by("from_code").agg(pl.col("weight").sum())["weight"].to_numpy() == pytest.approx(1)
    ends = concordance.chain(tmp_path / "record", "hs", "854330", "isic4")["to_code"].to_list()
    assert set(ends) == {code for hs, code in led if hs == "854330"}

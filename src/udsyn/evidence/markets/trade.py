"""How large a market is, who supplies it, and how home stands in it, from trade by product.

Size: what a country imports of a basket of products in a year, in thousands of US dollars. Growth: the value over the
year's before, less one. Share of home: home's part of these imports. Revealed advantage (Balassa 1965): the basket's
part of home's exports over its part of the world's, 1 = as the world. One revision of the Harmonised System and one
version of the source at a time; both stand in the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.facts.countries import code_of
from udsyn.record.engine import duck, sql_files
from udsyn.record.trade.tables import shelf

#: the year that a revision of the Harmonised System is of: a basket is as old
REVISIONS = {"HS92": 1992, "HS96": 1996, "HS02": 2002, "HS07": 2007, "HS12": 2012, "HS17": 2017, "HS22": 2022}
#: The trade of a country and of the world, in the basket and in all products. Decimals: sums are free of order.
YEARLY = """
    SELECT year, max(filename) <> min(filename) AS twice,
        CAST(sum(worth) FILTER (importer = $country AND basket) AS DOUBLE) AS imports,
        CAST(sum(worth) FILTER (importer = $country AND basket AND exporter = $home) AS DOUBLE) AS home_value,
        CAST(sum(worth) FILTER (basket) AS DOUBLE) AS world_value,
        CAST(sum(worth) FILTER (exporter = $home AND basket) AS DOUBLE) AS home_exports,
        CAST(sum(worth) FILTER (exporter = $home) AS DOUBLE) AS home_total,
        CAST(sum(worth) AS DOUBLE) AS world_total
    FROM (
        SELECT year, exporter, importer, filename, CAST(value AS DECIMAL(28, 3)) AS worth,
            list_contains($codes, code) OR list_contains($codes, code[:4]) OR list_contains($codes, code[:2]) AS basket
        FROM read_parquet({files}, filename = true) WHERE hs = $hs AND version = $version
    )
    GROUP BY year ORDER BY year
"""
SUPPLIERS = """
    SELECT exporter AS supplier, CAST(sum(CAST(value AS DECIMAL(28, 3))) AS DOUBLE) AS value,
        CAST(sum(CAST(value AS DECIMAL(28, 3))) FILTER (year = $first) AS DOUBLE) AS first,
        CAST(sum(CAST(value AS DECIMAL(28, 3))) FILTER (year = $last) AS DOUBLE) AS last
    FROM read_parquet({files})
    WHERE hs = $hs AND version = $version AND importer = $country AND year BETWEEN $first AND $last
        AND (list_contains($codes, code) OR list_contains($codes, code[:4]) OR list_contains($codes, code[:2]))
    GROUP BY exporter ORDER BY value DESC, supplier
"""
#: Each heading of a basket in two years: a country's imports, home's part of them, and home in the world.
HEADINGS = """
    SELECT code[:4] AS product,
        CAST(sum(worth) FILTER (year = $last AND importer = $country) AS DOUBLE) AS imports,
        CAST(sum(worth) FILTER (year = $first AND importer = $country) AS DOUBLE) AS before,
        CAST(sum(worth) FILTER (year = $last AND importer = $country AND exporter = $home) AS DOUBLE) AS home_value,
        CAST(sum(worth) FILTER (year = $last AND exporter = $home) AS DOUBLE) AS home_exports,
        CAST(sum(worth) FILTER (year = $last) AS DOUBLE) AS world_value
    FROM (
        SELECT year, exporter, importer, code, CAST(value AS DECIMAL(28, 3)) AS worth FROM read_parquet({files})
        WHERE hs = $hs AND version = $version AND year IN ($first, $last)
    )
    GROUP BY product ORDER BY product
"""
#: all products, as a basket
ALL = tuple(f"{chapter:02d}" for chapter in range(1, 100))


@dataclass(frozen=True)
class Edition:
    """One revision of the products, in one version of the source."""

    hs: str
    version: str


def editions(record: Path) -> list[Edition]:
    """What the record holds, the newest version first, and in it the oldest revision, which reaches farthest back."""
    held = shelf(record).scan("flows").select("hs", "version").unique().collect()
    found = [Edition(*row) for row in held.iter_rows()]
    return sorted(sorted(found, key=lambda one: REVISIONS.get(one.hs, 0)), key=lambda one: one.version, reverse=True)


def chosen(record: Path, hs: str | None = None, version: str | None = None) -> Edition:
    """The edition that is asked for, else the first that is held. Raises NotHeld where there is none."""
    held = editions(record)
    fit = [one for one in held if hs in (None, one.hs) and version in (None, one.version)]
    if not held:
        raise NotHeld(
            "the record holds no trade. Load some: `udsyn markets load BACI_HS92_Y2022_V202501.csv --as baci`."
        )
    if not fit:
        raise NotHeld(f"held are {', '.join(f'{one.hs} of {one.version}' for one in held)}.")
    return fit[0]


def basket(codes: Sequence[str]) -> list[str]:
    """Products as they are compared: digits, two, four or six of them. Raises UsageError for what is none."""
    plain = [code.replace(".", "").strip() for code in codes]
    for code in plain:
        if not code.isdecimal() or len(code) not in (2, 4, 6):
            raise UsageError(f"{code} is no product: give two, four or six digits with their zeros, as 010121.")
    if not plain:
        raise UsageError("name at least one product, as 854330.")
    return sorted(set(plain))


def described(record: Path, of: Edition, codes: Sequence[str]) -> str:
    """What a basket is: its products by name, and how old the revision is that they are of."""
    if basket(codes) == list(ALL):
        return f"{edition_of(record, of)} Basket: all products."
    named = names_of(record, basket(codes))
    listed = "; ".join(f"{code} {named.get(code, '(no label is loaded)')}" for code in basket(codes))
    return f"{edition_of(record, of)} Basket: {listed}."


def names_of(record: Path, codes: Sequence[str]) -> dict[str, str]:
    """What loaded labels call products, in English; a heading without a label of its own has its one product's."""
    labels = shelf(record).scan("labels").filter(pl.col("language") == "en", pl.col("scheme").str.starts_with("hs"))
    held = dict(labels.sort("scheme", "code").collect().select("code", "label").iter_rows())
    below = {code: [label for whole, label in held.items() if whole.startswith(code)] for code in codes}
    return {code: held.get(code, "".join(said)) for code, said in below.items() if code in held or len(said) == 1}


def source_of(record: Path, of: Edition) -> str:
    """Who published an edition, as it was loaded."""
    flows = shelf(record).scan("flows").filter(hs=of.hs, version=of.version)
    return " and ".join(flows.select(pl.col("source").unique().sort()).collect()["source"])


def edition_of(record: Path, of: Edition) -> str:
    """Source and revision in words, and how old the revision is."""
    source, year = source_of(record, of), REVISIONS.get(of.hs)
    age = f" of {year}: a basket that old holds more than a new technology" if year else ""
    return f"{source} {of.version} in {of.hs}{age}."


def market(
    record: Path | str,
    country: str,
    codes: Sequence[str],
    *,
    home: str = "DK",
    years: tuple[int, int] | None = None,
    hs: str | None = None,
    version: str | None = None,
) -> pl.DataFrame:
    """The market of a country for a basket of products, year by year.

    `codes`: products of two, four or six digits; home and country in any label. Columns: year, imports (thousand US
    dollars; null where nothing is held), growth (0.1 = +10 %), home_value, home_share, world_value (the world's trade
    in the basket), advantage (of home, Balassa 1965), hs, version. Raises NotHeld where the record holds no trade, and
    UdsynError where a year is held twice.
    """
    of, asked = chosen(Path(record), hs, version), basket(codes)
    given = {"country": code_of(country), "home": code_of(home), "codes": asked, "hs": of.hs, "version": of.version}
    rows = run(Path(record), YEARLY, given)
    if rows["twice"].any():
        year = rows.filter("twice")["year"].item(0)
        raise UdsynError(f"two files hold {of.hs} of {of.version} for {year}: remove one, or every flow counts twice.")
    found = rows.with_columns(
        growth=pl.when(pl.col("year").diff() == 1).then(pl.col("imports") / pl.col("imports").shift(1) - 1),
        home_share=pl.col("home_value").fill_null(0) / pl.col("imports"),
        advantage=(pl.col("home_exports").fill_null(0) / pl.col("home_total"))
        / (pl.col("world_value") / pl.col("world_total")),
        hs=pl.lit(of.hs),
        version=pl.lit(of.version),
    )
    if years:
        found = found.filter(pl.col("year").is_between(*years))
    names = ["year", "imports", "growth", "home_value", "home_share", "world_value", "advantage", "hs", "version"]
    return found.select(names).with_columns(pl.col(pl.Float64).map_batches(finite))


def suppliers(
    record: Path | str,
    country: str,
    codes: Sequence[str],
    *,
    years: tuple[int, int] | None = None,
    hs: str | None = None,
    version: str | None = None,
) -> pl.DataFrame:
    """Who supplies a country with a basket of products over a period, the largest first.

    Columns: supplier (ISO-2, or the source's own number), value (thousand US dollars), share, growth (a year, from the
    first year to the last; null where one of them has nothing), hs, version. Raises NotHeld as `market`.
    """
    of, asked = chosen(Path(record), hs, version), basket(codes)
    yearly = market(record, country, asked, home=country, years=years, hs=of.hs, version=of.version)
    held = yearly.drop_nulls("imports")["year"].to_list()
    first, last = (held[0], held[-1]) if held else (0, 0)
    given = {"country": code_of(country), "codes": asked, "hs": of.hs, "version": of.version}
    rows = run(Path(record), SUPPLIERS, given | {"first": first, "last": last})
    power = 1 / max(last - first, 1)
    return rows.select(
        "supplier",
        "value",
        share=pl.col("value") / pl.col("value").sum(),
        growth=pl.when((pl.col("first") > 0) & (last > first)).then((pl.col("last") / pl.col("first")).pow(power) - 1),
        hs=pl.lit(of.hs),
        version=pl.lit(of.version),
    )


def products(
    record: Path | str,
    country: str,
    codes: Sequence[str] = ALL,
    *,
    home: str = "DK",
    years: tuple[int, int] | None = None,
    hs: str | None = None,
    version: str | None = None,
) -> pl.DataFrame:
    """What of a basket home sells and a country buys, by heading (four digits) in the last year, the largest first.

    Only headings that home exports and the country imports, each whole, also where a product of it is named.

    Columns: product, imports (thousand US dollars), growth (a year, from the first year to the last; null where one of
    them has nothing), home_value, home_share, advantage (of home, Balassa 1965, over all products), year, hs, version.
    Raises NotHeld as `market`.
    """
    of, asked = chosen(Path(record), hs, version), basket(codes)
    yearly = market(record, country, asked, home=home, years=years, hs=of.hs, version=of.version)
    held = yearly.drop_nulls("imports")["year"].to_list()
    first, last = (held[0], held[-1]) if held else (0, 0)
    given = {"country": code_of(country), "home": code_of(home), "hs": of.hs, "version": of.version}
    rows = run(Path(record), HEADINGS, given | {"first": first, "last": last})
    power = 1 / max(last - first, 1)
    found = rows.with_columns(
        growth=pl.when((pl.col("before") > 0) & (last > first)).then(
            (pl.col("imports") / pl.col("before")).pow(power) - 1
        ),
        home_share=pl.col("home_value").fill_null(0) / pl.col("imports"),
        advantage=(pl.col("home_exports") / pl.col("home_exports").sum())
        / (pl.col("world_value") / pl.col("world_value").sum()),
        year=pl.lit(last),
        hs=pl.lit(of.hs),
        version=pl.lit(of.version),
    )
    inside = pl.any_horizontal(pl.col("product").str.starts_with(code[:4]) for code in asked)
    found = found.filter(inside, pl.col("imports") > 0, pl.col("home_exports") > 0)
    names = ["product", "imports", "growth", "home_value", "home_share", "advantage", "year", "hs", "version"]
    return found.sort("imports", "product", descending=[True, False]).select(names)


def run(record: Path, statement: str, given: Mapping[str, object]) -> pl.DataFrame:
    files = sql_files(shelf(record).files("flows"))
    with closing(duck()) as engine:
        return pl.DataFrame(engine.sql(statement.format(files=files), params=given).to_arrow_table())


def finite(values: pl.Series) -> pl.Series:
    """What was divided by nothing is unknown."""
    return pl.select(pl.when(values.is_finite()).then(values)).to_series()

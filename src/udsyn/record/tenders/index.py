"""What stands now, laid out to be searched: made anew when a file has been loaded since.

RECORD/shelves/tenders/.index-<files>/notices.parquet   a row per notice, those that are due first in front
                                      told.arrow        of each notice what tells where and whether one may bid
                                      codes.parquet     scheme, code, row: in the order of the codes
                                      words.parquet     word, row: in the order of the words

Starts of codes and words are ranges of sorted files, so that a question reads a few pieces of them.
"""

from __future__ import annotations

import hashlib
import shutil
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import polars as pl

from udsyn.record.engine import duck, sql_files, sql_text
from udsyn.record.lock import locked
from udsyn.record.shelf import Shelf
from udsyn.record.tenders.load import KEY, current, rows_of, worth

#: rows of notices that are read at once, so that fifty of a million are found without reading them all
PIECE = 512
#: deadlines within which somebody can still take part
TO_BID = ("tender", "participation", "interest")
#: told apart from an index that an older version laid out
LAYOUT = 3
#: what is read of every notice at each question, so that it lies apart and needs no unpacking
TOLD = ("country", "status", "kind", "stage", "first", "due_day")
#: A word is letters and digits, in lower case, without accents; `bare` does the same in Python.
WORDS = r"""
    COPY (
        SELECT DISTINCT row,
            unnest(regexp_extract_all(strip_accents(lower(concat_ws(' ', title, text))), '[\p{{L}}\p{{N}}]+')) AS word
        FROM read_parquet({files}, union_by_name = true) AS texts JOIN rows USING (notice, version)
        ORDER BY word, row
    ) TO {target} (FORMAT parquet, ROW_GROUP_SIZE 50000)
"""
CODES = """
    COPY (
        SELECT DISTINCT scheme, code, row
        FROM read_parquet({files}, union_by_name = true) AS codes JOIN rows USING (notice, version)
        ORDER BY scheme, code, row
    ) TO {target} (FORMAT parquet, ROW_GROUP_SIZE 50000)
"""


def index(held: Shelf) -> Path:
    """The folder of the index; it is made where it is missing or older than what is held."""
    said = f"{LAYOUT} " + "".join(str(about.hash) for _, about in held.held())
    target = held.folder / f".index-{hashlib.blake2b(said.encode(), digest_size=8).hexdigest()}"
    if not target.is_dir():
        with locked(held.record):
            for old in held.folder.glob(".index-*"):
                shutil.rmtree(old, ignore_errors=True)
            beside = held.folder / ".index-new"
            beside.mkdir(parents=True)
            build(held, beside)
            beside.replace(target)
    return target


def build(held: Shelf, folder: Path) -> None:
    """Write the three files; texts and codes pass through on disk, whatever their number."""
    notices = standing(held).with_row_index("row")
    notices.write_parquet(folder / "notices.parquet", row_group_size=PIECE)
    notices.select("row", *TOLD).with_columns(pl.col(pl.String).cast(pl.Categorical)).write_ipc(folder / "told.arrow")
    numbers = notices.select(*KEY, "row")
    with closing(duck()) as engine:
        for name, statement in (("codes", CODES), ("words", WORDS)):
            table = "texts" if name == "words" else name
            target = folder / f"{name}.parquet"
            parts: list[Path] = []
            for (source,), part in numbers.group_by("source"):
                files = [path / f"{table}.parquet" for path, about in held.held() if about.source == source]
                engine.register("rows", part.select("notice", "version", "row").to_arrow())
                parts.append(folder / f"{name}.{len(parts)}")
                engine.execute(statement.format(files=sql_files(files), target=sql_text(str(parts[-1]))))
            together(parts, target, ("word", "row") if name == "words" else ("scheme", "code", "row"))


def together(parts: list[Path], target: Path, order: Iterable[str]) -> None:
    """One sorted file of a sorted file for each source."""
    if len(parts) == 1:
        parts[0].replace(target)
        return
    with closing(duck()) as engine:
        rows = f"SELECT * FROM read_parquet({sql_files(parts)}) ORDER BY {', '.join(order)}"  # noqa: S608
        engine.execute(f"COPY ({rows}) TO {sql_text(str(target))} (FORMAT parquet, ROW_GROUP_SIZE 50000)")
    for part in parts:
        part.unlink()


def standing(held: Shelf) -> pl.DataFrame:
    """The notices that stand, with what each is worth, when it is due and what it is called."""
    notices = current(held)
    value = worth(notices, rows_of(held, "lots", notices))
    found = notices.drop("value", "currency").join(value, on=KEY, how="left")
    for more in (ends(held, notices), titles(held, notices), begins(held, notices)):
        found = found.join(more, on=KEY, how="left")
    return found.sort("due_day", "source", "notice", nulls_last=True)


def begins(held: Shelf, notices: pl.DataFrame) -> pl.DataFrame:
    """The day on which each notice came: that of its first version, or of the first of its kind in its process."""
    one, family = ("source", "kind", "family"), pl.coalesce("process", "notice")
    versions = held.scan("notices").with_columns(family=family)
    first = versions.group_by(one).agg(first=pl.col("published").min()).collect()
    return notices.with_columns(family=family).join(first, on=one, nulls_equal=True).select(*KEY, "first")


def ends(held: Shelf, notices: pl.DataFrame) -> pl.DataFrame:
    """The last deadline of each notice."""
    deadlines = rows_of(held, "deadlines", notices).filter(pl.col("kind").is_in(TO_BID))
    last = deadlines.sort("day", "said", nulls_last=False).group_by(KEY, maintain_order=True).last()
    return last.select(*KEY, deadline="said", due="at", due_day="day")


def titles(held: Shelf, notices: pl.DataFrame) -> pl.DataFrame:
    """The title of each notice in its own language, else in any."""
    texts = rows_of(held, "texts", notices).filter(pl.col("title").is_not_null())
    texts = texts.join(notices.select(*KEY, own="language"), on=KEY)
    order = texts.with_columns(far=(pl.col("language") != pl.col("own")).fill_null(value=True))
    return order.sort("lot", "far", "language", nulls_last=True).group_by(KEY).first().select(*KEY, "title")


def coded(folder: Path, scheme: str, start: str) -> pl.Series:
    """Rows of notices with a code of a scheme that begins so."""
    return rows(folder / "codes.parquet", (pl.col("scheme") == scheme) & within("code", start))


def worded(folder: Path, start: str) -> pl.Series:
    """Rows of notices with a word that begins so."""
    return rows(folder / "words.parquet", within("word", start))


def rows(file: Path, condition: pl.Expr) -> pl.Series:
    return pl.scan_parquet(file).filter(condition).select(pl.col("row").unique().sort()).collect()["row"]


def within(column: str, start: str) -> pl.Expr:
    """Texts that begin with `start`, as a range: statistics of a sorted file tell where it lies."""
    return (pl.col(column) >= start) & (pl.col(column) < start + "\U0010ffff")


def bare(text: str) -> str:
    """Lower case without accents, as words are kept."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))


def fetch(folder: Path, wanted: Iterable[int]) -> pl.DataFrame:
    """Whole notices by their rows, in the order of the rows."""
    import pyarrow.parquet as pq

    numbers = sorted(set(wanted))
    file = pq.ParquetFile(folder / "notices.parquet")
    pieces = sorted({number // PIECE for number in numbers})
    found = pl.DataFrame(file.read_row_groups(pieces))
    return found.filter(pl.col("row").is_in(numbers))


def told(folder: Path) -> pl.LazyFrame:
    """Of every notice what tells where and whether one may bid: row and TOLD."""
    return pl.scan_ipc(folder / "told.arrow")

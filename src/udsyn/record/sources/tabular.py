"""Tables as people hand them over: CSV in UTF-8 (plain or gzip; commas, semicolons, tabs or bars) or Parquet."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from udsyn.errors import UdsynError, UsageError
from udsyn.record.sources.documents import HEAD, kind_of


def read_file(file: Path) -> pl.DataFrame:
    """A CSV or Parquet file as text columns. Raises UdsynError where it cannot be read or has no rows."""
    frame = read_table(file)
    if frame.is_empty():
        raise UdsynError(f"{file} is empty: it has a header and no rows.")
    return frame


def read_columns(file: Path, columns: Sequence[str]) -> pl.DataFrame:
    """These columns of a table as text, without empty lines. Raises UdsynError where one is missing."""
    rows = read_table(file)
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        raise UdsynError(f"{file.name} lacks the column {', '.join(missing)}; it has {', '.join(rows.columns[:12])}.")
    return rows.select(columns).filter(~pl.all_horizontal(pl.all().is_null()))


def read_table(file: Path) -> pl.DataFrame:
    """A CSV or Parquet file as text columns; it may be without rows."""
    content = unpacked(file)
    try:
        if content.startswith(b"PAR1"):
            return pl.read_parquet(io.BytesIO(content)).cast(pl.String)
        content = text_of(content, file)
        return pl.read_csv(io.BytesIO(content), infer_schema=False, separator=separator_of(content))
    except pl.exceptions.PolarsError as error:
        raise UdsynError(f"{file} is not a readable table: {str(error).splitlines()[0]}.") from None


def unpacked(file: Path) -> bytes:
    """What a file holds, plain or gzip. Raises UdsynError where that is nothing, or the file is cut short."""
    if not file.is_file():
        raise UsageError(f"{file} is not a file.")
    content = file.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        try:
            content = gzip.decompress(content)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise UdsynError(
                f"{file} is cut short or damaged (its gzip stream does not end). Fetch it again."
            ) from None
    if not content.strip():
        raise UdsynError(f"{file} is empty.")
    return content


def text_of(content: bytes, file: Path) -> bytes:
    """The text of a CSV file in UTF-8, without its byte order mark. Raises UdsynError for what is no such text."""
    if kind := kind_of(content[:HEAD]):
        raise UdsynError(f"{file} is no table in CSV: it is {kind}.")
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            content = content.decode("utf-16").encode()
        content = content.removeprefix(b"\xef\xbb\xbf")
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UdsynError(
            f"{file} is not UTF-8 text (byte 0x{content[error.start]:02X} in line {line}). Save it as UTF-8."
        ) from None
    return content


def separator_of(content: bytes) -> str:
    """What stands between the columns of a header: commas, or the semicolons, tabs and bars of spreadsheets."""
    header = re.sub(rb'"[^"]*"', b"", content.split(b"\n", 1)[0])
    return max(",;\t|", key=lambda sign: header.count(sign.encode()))

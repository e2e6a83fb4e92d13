"""Excel workbooks as rows of texts, of whoever made them: bounded before they are parsed, and by a clock meanwhile.

XML is parsed through defusedxml (openpyxl takes it where it is installed), so entities do not unfold.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import time
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_ROWS = 20_000
MOST_COLUMNS = 200
LARGEST_UNPACKED = 200 * 1024 * 1024  #: bytes of a workbook's parts; more is a trap or no spreadsheet of people
LARGEST_BESIDE = 40 * 1024 * 1024  #: bytes of a part that is read as a whole, such as the shared texts
LONGEST_ROW = 8 * 1024 * 1024  #: bytes of one row
MOST_PARTS = 5_000
MOST_SECONDS = 40  #: of the processor
FAR_ROW = 50 * MOST_ROWS  #: nothing is looked for beyond
MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]{0,200}?\bref\s*=\s*[\"']([A-Za-z]{1,3}\d{1,7}:[A-Za-z]{1,3}\d{1,7})[\"']"
)
Cells = dict[int, tuple[str, ...]]  #: by row number


@dataclass
class Sheet:
    """The sheet that was chosen: its rows by number, columns of formulas never worked out, and what must be told."""

    names: tuple[str, ...]
    name: str = ""
    rows: Cells = field(default_factory=dict)
    unsolved: dict[int, frozenset[int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


class Clock:
    """Ends what takes too long. It asks once in a thousand steps."""

    def __init__(self) -> None:
        self.end, self.steps = time.thread_time() + MOST_SECONDS, 0

    def tick(self) -> None:
        self.steps += 1
        if self.steps % 1000 == 0 and time.thread_time() > self.end:
            raise too_much()


def too_much() -> ValidationError:
    return ValidationError(
        _("The workbook is built to take too long to read. Keep only the sheet with the rows to import.")
    )


def read(content: bytes, wanted: str) -> Sheet:
    """The wanted sheet, or the first with anything in it.

    A formula counts with the value that was stored with it; where none was stored, the cell is marked. The value of
    cells that are merged down a column counts for every row of them. Raises ValidationError with what to do.
    """
    try:
        bound(content)
        return chosen(content, wanted, Clock())
    except ValidationError:
        raise
    except Exception:  # a damaged or hostile workbook fails in many ways, all of them mean the same to its owner
        raise ValidationError(
            _("The workbook cannot be opened. Open it in the spreadsheet program and save it anew.")
        ) from None


def bound(content: bytes) -> None:
    """Refuse what would not fit into memory, before any of it is parsed."""
    if content.count(b"PK\x01\x02") > MOST_PARTS:
        raise too_much()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    beside = max((p.file_size for p in parts if "worksheets/" not in p.filename), default=0)
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED or beside > LARGEST_BESIDE:
        raise ValidationError(_("The workbook is too large. Keep only the sheet with the rows to import."))


def chosen(content: bytes, wanted: str, clock: Clock) -> Sheet:
    import openpyxl  # long to load, and a table is seldom a workbook

    values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    found = Sheet(tuple(sheet.title for sheet in values.worksheets))
    if wanted and wanted not in found.names:
        text = _("There is no sheet “%(sheet)s”. The workbook has: %(names)s.")
        raise ValidationError(text % {"sheet": wanted, "names": ", ".join(found.names)})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in [wanted] if wanted else found.names:
            merged = merges(archive, values[name]._worksheet_path)
            found.name, found.rows = name, dict(cells_of(values[name], clock))
            if found.rows:
                break
        else:
            found.name = wanted or found.names[0]
            return found
    found.notices = fill(found.rows, merged)
    formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    found.unsolved = unsolved(formulas[found.name], found.rows, clock)
    return found


def rows_in(sheet: Any, clock: Clock) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows with anything in them, numbered from 1, up to one column more than are taken."""
    sheet.reset_dimensions()  # some programs write a million empty rows as the size
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), 1):
        clock.tick()
        if row.count(None) < len(row):
            yield number, row
        if number > FAR_ROW:
            return


def cells_of(sheet: Any, clock: Clock) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, row in rows_in(sheet, clock):
        cells = tuple(map(as_text, row))
        if any(cells):
            yield number, cells


def unsolved(sheet: Any, held: Cells, clock: Clock) -> dict[int, frozenset[int]]:
    """Cells with a formula that no value was stored for: row → columns."""
    found: dict[int, frozenset[int]] = {}
    for number, row in rows_in(sheet, clock):
        values = held.get(number, ())
        columns = frozenset(
            i
            for i, value in enumerate(row)
            if isinstance(value, str) and value.startswith("=") and not (i < len(values) and values[i])
        )
        if columns:
            found[number] = columns
    return found


def as_text(value: Any) -> str:
    """A cell's value as text that reads back as the same value: ISO for dates, no needless decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


# Merged cells ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Merge:
    """Columns and rows of merged cells, both ends included; columns from 0, rows from 1."""

    left: int
    top: int
    right: int
    bottom: int
    called: str


def merges(archive: zipfile.ZipFile, part: str) -> list[Merge]:
    """The merged cells of a sheet, which stand behind its rows. Refuses a row that is longer than any row is."""
    tail = b""
    length = 0
    with archive.open(part.lstrip("/")) as stream:
        while block := stream.read(1 << 20):
            behind = block.rfind(b"<row"), block.rfind(b":row")
            length = len(block) - max(behind) if max(behind) >= 0 else length + len(block)
            if length > LONGEST_ROW:
                raise too_much()
            tail = (tail + block)[-4 * (1 << 20) :]
    from openpyxl.utils.cell import range_boundaries

    found = []
    for ref in islice(MERGED.finditer(tail, max(0, tail.rfind(b"sheetData>"))), MOST_ROWS):
        left, top, right, bottom = range_boundaries(ref[1].decode())
        if left <= MOST_COLUMNS and top <= bottom:
            found.append(Merge(left - 1, top, right - 1, bottom, ref[1].decode()))
    return sorted(found)


def fill(rows: Cells, merged: list[Merge]) -> list[str]:
    """Put the value of cells merged down a column into each row that has anything in it; returns what to tell.

    Cells merged across columns keep their value in the first: another column means something else.
    """
    numbers = sorted(rows)
    filled = 0
    across = []
    free: dict[int, int] = {}  # column → the row below the last merge; a hostile sheet lets them overlap
    for merge in merged:
        if merge.right > merge.left and merge.top in rows:
            across.append(merge.called)
        value = (*rows.get(merge.top, ()), *[""] * (merge.left + 1))[merge.left]
        if not value or merge.top < free.get(merge.left, 0):
            continue
        free[merge.left] = merge.bottom + 1
        for number in numbers[bisect_left(numbers, merge.top + 1) : bisect_left(numbers, merge.bottom + 1)]:
            cells = [*rows[number], *[""] * (merge.left + 1 - len(rows[number]))]
            if not cells[merge.left]:
                cells[merge.left] = value
                rows[number] = tuple(cells)
                filled += 1
    said = []
    if filled:
        said.append(_("%(n)s merged cells were read as if their value stood in every row.") % {"n": filled})
    if across:
        text = _("Cells merged across columns (%(where)s) count for the first of them only.")
        said.append(text % {"where": ", ".join(across[:5]) + (" …" if across[5:] else "")})
    return said

"""EU acts as CSV: one listing a row, its act, annex and measure in columns; consolidated acts and amending acts.

The form is that of OpenSanctions' transcription of the Official Journal: cells hold the printed wording, cells of
several values are divided by semicolons and quote values that hold one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from udsyn.errors import UdsynError
from udsyn.record.lists import dates
from udsyn.record.lists.listing import KINDS, STATEMENTS, THING, listing
from udsyn.record.shelf import Fault, Row

FRAMEWORK, AMENDED, AMENDING = "celex", "amendedCelex", "amendmentCelex"
REQUIRED = ("programKey", "measure", "schema", "name")
CELEX = re.compile(r"3\d{4}[A-Z]{1,2}\d{4}")
#: Columns of the act and not of the person or body.
OF_THE_ACT = {FRAMEWORK, AMENDED, AMENDING}


def read(path: Path) -> Iterator[Row | Fault]:
    """Rows of one file. A row that lacks what makes a listing is a fault; an unread date leaves a listing undated.

    Raises UdsynError for a file of another form.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines, [])
            amends = demand_header(header, path)
            stated: set[str] = set()
            for cells in lines:
                if not any(cells):
                    continue
                where = f"line {lines.line_num}"
                if reason := fault_of(cells, header, amends):
                    yield Fault(where, reason, ",".join(cells))
                    continue
                row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
                framework, act = row[AMENDED if amends else FRAMEWORK], row[AMENDING if amends else FRAMEWORK]
                if framework not in stated:
                    stated.add(framework)
                    yield Row(STATEMENTS, {"list": framework, "act": act, "whole": not amends})
                yield of(row, framework, act, where)
            if not stated and not amends:  # an act whose annexes list nobody any more
                yield Row(STATEMENTS, {"list": path.stem, "act": path.stem, "whole": True})
    except (UnicodeDecodeError, csv.Error) as error:
        raise UdsynError(f"{path} cannot be read as CSV in UTF-8 ({error}). Save it as CSV (UTF-8).") from None


def demand_header(header: list[str], path: Path) -> bool:
    """Whether the file is of an amending act. Raises UdsynError where its columns are not those of an act."""
    amends = AMENDING in header
    needed = (*((AMENDED, AMENDING) if amends else (FRAMEWORK,)), *REQUIRED)
    if missing := [name for name in needed if name not in header]:
        raise UdsynError(
            f"{path} is no list of EU acts: it has no column {', '.join(missing)}. Name another form with --as."
        )
    return amends


def fault_of(cells: list[str], header: list[str], amends: bool) -> str | None:
    """Why a row is no listing."""
    if len(cells) != len(header):
        return f"{len(cells)} cells where the header has {len(header)}"
    row = dict(zip(header, cells, strict=True))
    if empty := [name for name in REQUIRED if not row[name].strip()]:
        return f"no {', '.join(empty)}"
    acts = (AMENDED, AMENDING) if amends else (FRAMEWORK,)
    wrong = [name for name in acts if not CELEX.fullmatch(row[name].strip())]
    return f"{', '.join(wrong)} is no CELEX number" if wrong else None


def of(row: dict[str, str], framework: str, act: str, where: str) -> Row:
    """The listing of one row."""
    several = partial(values_of, row)
    return listing(
        {name: value for name, value in row.items() if name not in OF_THE_ACT},
        list=framework,
        act=act,
        record_id=row.get("recordId"),
        programme=row["programKey"],
        annex=row.get("annex"),
        measure=row["measure"],
        in_force_from=dates.read(row.get("startDate")),
        kind=KINDS.get(row["schema"].lower(), THING),
        name=row["name"],
        names=several("alias") + several("previousName"),
        weak_names=several("weakAlias"),
        countries=several("jurisdiction") + several("country") + several("flag"),
        addresses=several("address"),
        birth_dates=several("birthDate"),
        where=where,
    )


def values_of(row: dict[str, str], column: str) -> list[str]:
    """The values of a cell: divided by semicolons, with quotes round a value that holds one."""
    cell = row.get(column) or ""
    return next(csv.reader([cell], delimiter=";", skipinitialspace=True), [])

"""Workbooks: merged cells count for their rows, and whatever is hostile is refused before it takes time or memory."""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from udsyn.desk.tools import sheets, workbooks


def saved(rows, *merged):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for ref in merged:
        book.active.merge_cells(ref)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(content, **more):
    table = sheets.read("a.xlsx", content, **more)
    return [line.cells for line in table.lines], table


HEAD = ["Arbejdsplads", "Fornavn", "E-mail"]


def test_a_value_merged_down_a_column_stands_in_every_row_of_it():
    rows, table = rows_of(
        saved(
            [HEAD, ["Nord", "Anna", "a"], [None, "Bo", "b"], ["Syd", "Cai", "c"], [None, "Dan", "d"]], "A2:A3", "A4:A5"
        )
    )
    assert [row[0] for row in rows] == ["Nord", "Nord", "Syd", "Syd"]
    assert any("2 merged cells" in text or "2 flettede" in text for text in table.notices)


def test_a_title_over_all_columns_and_a_heading_of_two_rows():
    rows, table = rows_of(
        saved(
            [["Deltagere 2026"], ["Navn", "Kontakt", None], [None, "E-mail", "Telefon"], ["Anna", "a@x", "1"]],
            "A1:C1", "A2:A3", "B2:C2",
        ),
        known={"navn", "e-mail", "telefon"},
    )  # fmt: skip
    assert table.headings == ("Navn", "E-mail", "Telefon")
    assert rows == [("Anna", "a@x", "1")]


def test_cells_merged_across_columns_are_told_and_not_copied():
    rows, table = rows_of(saved([HEAD, ["Nord", None, "a"], ["Syd", "Bo", "b"]], "A2:B2"))
    assert rows[0] == ("Nord", "", "a")
    assert any("A2:B2" in text for text in table.notices)


def test_a_block_of_merged_cells_fills_its_first_column_only():
    rows, _table = rows_of(saved([HEAD, ["Nord", None, "a"], [None, None, "b"], ["Syd", "Bo", "c"]], "A2:B3"))
    assert [row[:2] for row in rows] == [("Nord", ""), ("Nord", ""), ("Syd", "Bo")]


def test_a_merge_to_the_end_of_the_sheet_makes_no_rows():
    content = saved([HEAD, ["Nord", "Anna", "a"], [None, "Bo", "b"]], "A2:A3")
    rows, _table = rows_of(remade(content, SHEET, lambda xml: xml.replace(b"A2:A3", b"A2:A1048576")))
    assert [row[0] for row in rows] == ["Nord", "Nord"]


def test_blank_cells_that_are_not_merged_stay_blank():
    rows, table = rows_of(saved([HEAD, ["Nord", "Anna", "a"], [None, "Bo", "b"]]))
    assert [row[0] for row in rows] == ["Nord", ""]
    assert table.notices == ()


def remade(content, part, change):
    """The workbook with one part changed, or put in."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return out.getvalue()


PLAIN = saved([HEAD, ["Nord", "Anna", "a"]])
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
) + b"]>"  # fmt: skip
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def with_rows(rows):
    return lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")


def declared(doctype, inside=b"&a;"):
    """The sheet with a document type of its own, whose entity stands in a cell."""
    return lambda xml: doctype + xml.partition(b"?>")[2].replace(b"Anna", inside) if b"Anna" in xml else doctype + xml


ATTACKS = {
    "a billion laughs": lambda: remade(PLAIN, "xl/sharedStrings.xml", declared(LAUGHS, b"&m;")),
    "a file of the server": lambda: remade(PLAIN, "xl/sharedStrings.xml", declared(OUTSIDE)),
    "a part that unpacks to 210 MB": lambda: remade(PLAIN, "xl/media/image1.png", lambda _: bytes(210 << 20)),
    "shared texts of 100 MB": lambda: remade(PLAIN, "xl/sharedStrings.xml", lambda x: x + b" " * (100 << 20)),
    "a row of millions of cells": lambda: remade(
        PLAIN, SHEET, with_rows(b'<row r="3">' + b'<c r="A3"><v>1</v></c>' * 1_000_000 + b"</row>")
    ),
    "a row at the end of the sheet": lambda: remade(
        PLAIN, SHEET, with_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "rows of 16,384 columns": lambda: remade(
        PLAIN, SHEET,
        with_rows(b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(3, 5000))),
    ),
    "a hundred thousand merges": lambda: remade(
        PLAIN, SHEET, lambda x: x.replace(b"</sheetData>", b"</sheetData><mergeCells>"
            + b'<mergeCell ref="A2:C1048576"/>' * 100_000 + b"</mergeCells>")
    ),
    "10,000 parts": lambda: many_parts(10_000),
    "no sheet": lambda: remade(PLAIN, "xl/workbook.xml", lambda x: x.replace(b"<sheet ", b"<shoot ")),
    "a row that is no number": lambda: remade(
        PLAIN, SHEET, with_rows(b'<row r="\xc2\xb2"><c r="A9"><v>1</v></c></row>')
    ),
}  # fmt: skip


def many_parts(count):
    out = io.BytesIO(PLAIN)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(count):
            archive.writestr(f"x/{number}", b"")
    return out.getvalue()


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_workbook_is_read_or_refused_in_bounded_work(attack):
    content = ATTACKS[attack]()
    begun = time.process_time()
    try:
        table = sheets.read("a.xlsx", content)
    except ValidationError:
        pass
    else:
        text = str(table.lines)
        assert "root:" not in text
        assert len(text) < 10_000_000
    assert time.process_time() - begun < 2 * workbooks.MOST_SECONDS  # a hang, not a figure: each takes a few seconds


def test_the_clock_ends_what_takes_too_long(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_SECONDS", -1)
    with pytest.raises(ValidationError):
        sheets.read("a.xlsx", saved([HEAD, *(["Nord", "Anna", str(n)] for n in range(2000))]))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]),
       st.integers(0, 3000), st.binary(max_size=40), st.integers(0, 40))  # fmt: skip
def test_any_damage_to_any_part_is_survived(part, at, noise, cut):
    with suppress(ValidationError):
        sheets.read("a.xlsx", remade(PLAIN, part, lambda xml: xml[:at] + noise + xml[at + cut :]))

"""A spreadsheet's bytes as a table of texts: CSV in whatever encoding it comes, and Excel workbooks. Nothing is guessed
silently: what was repaired or assumed is told as a notice."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from udsyn.desk.tools import workbooks
from udsyn.desk.tools.texts import codec_of, guess
from udsyn.desk.tools.workbooks import MOST_COLUMNS, MOST_ROWS

LARGEST = 20 * 1024 * 1024  #: bytes of a file
LONGEST = 20_000  #: characters of a cell
HEADING_WITHIN = 20  #: the heading is looked for in so many rows
ERRORS = frozenset({"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"})
MARKS = (";", ",", "\t", "|")
MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: code pages as people call them
CALLED = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp1250": "Windows-1250", "cp1251": "Windows-1251"}
GARBLED = re.compile(
    "[\u00c2\u00c3\u00c5][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u2013-\u203a\u20ac\u2122]"
)
INVISIBLE = dict.fromkeys([*range(32), 127, 0x200B, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
INVISIBLE |= {9: " ", 0xA0: " ", 0x202F: " "}
del INVISIBLE[10]


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its number as the spreadsheet shows it, and its cells as text; formulas by column."""

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()  #: columns whose formula was never worked out


@dataclass(frozen=True)
class Table:
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    notices: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""


@dataclass
class Notices:
    """What was repaired, counted, so that it is said once."""

    said: list[str] = field(default_factory=list)
    mended: dict[str, str] = field(default_factory=dict)

    def all(self) -> tuple[str, ...]:
        if not self.mended:
            return tuple(self.said)
        wrong, right = next(iter(self.mended.items()))
        text = _("%(n)s cells with garbled letters were read as meant, such as “%(wrong)s” as “%(right)s”.")
        return (*self.said, text % {"n": len(self.mended), "wrong": wrong, "right": right})


def read(name: str, content: bytes, *, sheet: str = "", known: Iterable[str] = (), encoding: str = "") -> Table:
    """The table in a CSV file or Excel workbook. `known` are folded words by which its heading row is recognised.

    Raises ValidationError with what to do where there is no table, or it is too large.
    """
    if len(content) > LARGEST:
        raise ValidationError(
            _("The file is larger than 20 MB. Split it into several, or take out pictures and unused sheets.")
        )
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise ValidationError(_("The file is empty."))
    notices = Notices()
    if content.startswith(b"PK\x03\x04"):
        book = workbooks.read(content, sheet)
        names, chosen = book.names, book.name
        notices.said += book.notices
        numbers = sorted({*book.rows, *book.unsolved})
        nothing: frozenset[int] = frozenset()
        rows: Iterable[Line] = [Line(n, book.rows.get(n, ()), book.unsolved.get(n, nothing)) for n in numbers]
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            _("This is a workbook of the old kind (.xls). Save it as .xlsx or CSV and take that one.")
        )
    elif name.lower().endswith((".xlsx", ".ods", ".xlsm")) or content.startswith((b"%PDF", b"\x89PNG")):
        raise ValidationError(
            _("This is not a spreadsheet that can be read. Save it as .xlsx or CSV and take that one.")
        )
    else:
        names, chosen, rows = (), "", delimited(decoded(content, notices, encoding))
    return table(rows, names, chosen, {*known}, notices)


def table(rows: Iterable[Line], names: tuple[str, ...], chosen: str, known: set[str], notices: Notices) -> Table:
    """Rows under their heading, without empty rows and columns."""
    found: list[Line] = []
    for line in rows:
        if any(line.cells) or line.formulas:
            found.append(Line(line.number, tuple(clean(cell, notices) for cell in line.cells), line.formulas))
        if len(found) > MOST_ROWS + HEADING_WITHIN:
            text = _("The sheet has more than %(n)s rows. Split it into several files.")
            raise ValidationError(text % {"n": MOST_ROWS})
    if not found:
        raise ValidationError(_("The sheet is empty."))
    place = heading_at(found, known)
    heading = found[place].cells
    width = max((i + 1 for i, cell in enumerate(heading) if cell), default=0)
    if width > MOST_COLUMNS:
        raise ValidationError(_("The sheet has more than %(n)s columns.") % {"n": MOST_COLUMNS})
    if place:
        text = _("%(n)s rows above the heading (row %(row)s) are left out.")
        notices.said.append(text % {"n": place, "row": found[place].number})
    beyond = [line.number for line in found[place + 1 :] if any(line.cells[width:])]
    if beyond:
        text = _("Row %(row)s has more cells than the heading has columns; what is beyond is left out.")
        notices.said.append(text % {"row": ", ".join(map(str, beyond[:5]))})
    empty = ("",) * width
    lines = tuple(Line(ln.number, (*ln.cells, *empty)[:width], ln.formulas) for ln in found[place + 1 :])
    if not lines:
        raise ValidationError(_("The sheet has a heading but no rows."))
    return Table(named(heading[:width]), lines, notices.all(), names, chosen)


def heading_at(rows: list[Line], known: set[str]) -> int:
    """The row with the most known words; the first with at least two cells where none is known."""
    from udsyn.desk.kernel.search import fold

    first = rows[:HEADING_WITHIN]
    hits = [sum(fold(cell) in known for cell in line.cells) for line in first]
    if max(hits):
        return hits.index(max(hits))
    return next((i for i, line in enumerate(first) if sum(map(bool, line.cells)) > 1), 0)


def named(heading: Iterable[str]) -> tuple[str, ...]:
    """Headings, each its own: a second “E-mail” becomes “E-mail (2)”, an empty one “column 3”."""
    used: dict[str, int] = {}
    names = []
    for number, cell in enumerate(heading, 1):
        name = cell[:80] or _("column %(n)s") % {"n": number}
        used[name] = used.get(name, 0) + 1
        names.append(name if used[name] == 1 else f"{name} ({used[name]})")
    return tuple(names)


def clean(cell: str, notices: Notices) -> str:
    """A cell without what is invisible, with letters that were garbled by a wrong encoding put right."""
    text = "\n".join(" ".join(part.split()) for part in cell[:LONGEST].translate(INVISIBLE).split("\n")).strip()
    if text[:2] in ("'=", "'+", "'-", "'@"):  # as our own exports write it
        text = text[1:]
    if GARBLED.search(text):
        try:
            meant = text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text
        notices.mended[text] = meant
        return meant
    return text


# CSV ------------------------------------------------------------------------------------------------------------------


def decoded(content: bytes, notices: Notices, encoding: str = "") -> str:
    """The text, whatever it was written in: as its reader or its mark says, UTF-8, or an old code page."""
    if encoding:
        if not (codec := codec_of(encoding)):
            raise ValidationError(_("There is no encoding %(name)s.") % {"name": encoding[:40]})
        return content.decode(codec, errors="replace").removeprefix("\ufeff")
    for mark, codec in MARKED:
        if content.startswith(mark):
            content = content[len(mark) :]
            if codec != "utf-8":
                return content.decode(codec, errors="replace")
            break
    head = content[:2000]
    if head.count(0) > len(head) // 4:  # UTF-16 without its mark: every second byte of plain letters is zero
        return content.decode("utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be", "replace")
    if b"\x00" in head:
        raise ValidationError(
            _("This is not a spreadsheet that can be read. Save it as .xlsx or CSV and take that one.")
        )
    return lines_of(content, notices)


def lines_of(content: bytes, notices: Notices) -> str:
    """Line by line: UTF-8 where it is; the others in the code page in which all of them together read best."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        lines = content.splitlines(keepends=True)
    other = [number for number, line in enumerate(lines) if not is_plain_utf8(line)]
    found = guess(b"".join(lines[number] for number in other))
    text = _("%(n)s lines are not UTF-8 and were read as %(codec)s, the first is line %(line)s. Where letters are "
             "wrong, choose the encoding.")  # fmt: skip
    said = text % {"n": len(other), "codec": CALLED.get(found.codec, found.codec), "line": other[0] + 1}
    if found.rival:
        said += " " + _("They may also be %(codec)s.") % {"codec": CALLED.get(found.rival, found.rival)}
    notices.said.append(said)
    strange = frozenset(other)
    codecs_of = (found.codec if number in strange else "utf-8" for number in range(len(lines)))
    return "".join(line.decode(codec, errors="replace") for line, codec in zip(lines, codecs_of, strict=True))


def is_plain_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def delimited(text: str) -> Iterator[Line]:
    """Rows of a CSV; the mark between cells is the one that gives most rows the same number of cells."""
    skipped = 0
    told = re.match(r"sep=(.)\r?\n", text)
    if told:
        text, skipped = text[told.end() :], 1
    mark = told[1] if told else mark_of(text)
    csv.field_size_limit(LARGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False)
    before = 0
    try:
        for cells in reader:
            # a cell may hold several lines; people count rows, so a row's number is that of its first line
            yield Line(before + 1 + skipped, tuple(cells))
            before = reader.line_num
    except csv.Error as error:
        text = _("Line %(line)s cannot be read (%(why)s).")
        raise ValidationError(text % {"line": reader.line_num + skipped, "why": error}) from None


def mark_of(text: str) -> str:
    head = [line for line in text[:50_000].splitlines()[:50] if line.strip()]

    def agreement(mark: str) -> tuple[int, int]:
        widths = [len(cells) for cells in csv.reader(head, delimiter=mark)]
        common = max(set(widths), key=widths.count, default=1)
        return (0, 0) if common < 2 else (widths.count(common), common)

    return max(MARKS, key=agreement)

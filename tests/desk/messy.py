"""Spreadsheets as they arrive: several encodings in one file, dates in every dress, duplicates, planted errors.

Everything is drawn from a seed; `Sheet` says what was planted, so that a test knows what must be found.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from openpyxl import Workbook

GIVEN = ["Søren", "Åse", "Bjørn", "Hyun-woo", "João", "Łucja", "Noa", "Priya", "Ægir", "Zoë", "Mette", "Jürgen"]
FAMILY = ["Ågård", "Bøgelund", "Grønhøj", "Küçük", "Lyngbæk", "Núñez", "O'Dea", "Østerå", "Fjordvang", "Nørgård"]
PLACES = ["København", "Århus", "São Paulo", "Zürich", "Seoul", "Nørre Snede", "Kraków", "Göteborg"]
COUNTRIES = ["Danmark", "DK", "Denmark", "Sydkorea", "KOR", "South Korea", "de", "Tyskland", "Brasilien", "USA"]
KINDS = ["universitet", "University", "virksomhed", "company", "myndighed", ""]
MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()  # noqa: SIM905


@dataclass
class Sheet:
    """A made sheet: its bytes and what was planted, as numbers of lines by kind."""

    name: str
    content: bytes = b""
    rows: int = 0  #: different things in it
    wrong: dict[int, str] = field(default_factory=dict)  #: row number → the column that is wrong
    twice: set[int] = field(default_factory=set)


def dresses(day: date) -> list[str]:
    """A day as people type it; day before month where only numbers are written."""
    return [
        day.isoformat(),
        f"{day.day:02}-{day.month:02}-{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day}/{day.month} {day.year}",
        f"{day.day}. {MONTHS[day.month - 1]} {day.year}",
        f"{day.strftime('%B')} {day.day}, {day.year}",
        str((day - date(1899, 12, 30)).days),
    ]


def ror(number: int) -> str:
    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    text = ""
    for _digit in range(6):
        text, number = letters[number % 32] + text, number // 32
    return f"0{text}42"


def organisation_name(number: int) -> str:
    return f"{PLACES[number % len(PLACES)]} Institut {number:03}"


def organisations(count: int = 300, seed: int = 1) -> Sheet:
    """A semicolon file: UTF-8 and Windows-1252 lines mixed, a title above, some lines twice, some wrong."""
    rng = random.Random(seed)
    sheet = Sheet("organisationer.csv", rows=count)
    lines = [["Liste over samarbejdspartnere, trukket 3/11"], []]
    lines.append(["Navn", "Type", "Land", "By", "ROR-id", "Hjemmeside", "Bemærkning", "Favoritfarve"])
    for n in range(count):
        name, place = organisation_name(n), PLACES[n % len(PLACES)]
        key = rng.choice(["https://ror.org/", "", "ror.org/"]) + ror(1000 + n)
        web = rng.choice(["", f"www.inst{n}.example.org", f"https://inst{n}.example.org/"])
        lines.append([name, rng.choice(KINDS), rng.choice(COUNTRIES), place, key, web, "", "blå"])
        if n % 25 == 7:  # the same once more, as an older list had it
            lines.append([f"  {name} ", "", "", "", ror(1000 + n).upper(), "", "", ""])
            sheet.twice.add(len(lines))
        if n % 40 == 9:
            lines.append([])
    for column, cells in [
        ("Land", ["Institut for Uvished", "universitet", "Atlantis", "", "", "", "", ""]),
        ("ROR-id", ["Ukendt nøgle", "", "DK", "", "12345", "", "", ""]),
        ("Type", ["Slags ukendt", "rumskib", "DK", "", "", "", "", ""]),
        ("Navn", ['=HYPERLINK("http://evil.example","x")', "", "DK", "", "", "", "", ""]),
        ("Hjemmeside", ["Farligt hus", "", "DK", "", "", "javascript:alert(1)", "", ""]),
        ("Navn", ["", "", "DK", "Odense", "", "", "", ""]),
    ]:
        lines.append(cells)
        sheet.wrong[len(lines)] = column
    lines.append(["<script>alert('hej')</script>", "", "DK", "", "", "", '+45 12 34; "citat"\u202e', ""])
    sheet.rows += 1
    text = [";".join(map(quoted, cells)) for cells in lines]
    sheet.content = b"".join(encoded(line, number) + b"\r\n" for number, line in enumerate(text))
    return sheet


def encoded(line: str, number: int) -> bytes:
    """Every third line as an old program writes it, where its letters allow that."""
    try:
        return line.encode("cp1252" if number % 3 == 2 else "utf-8")
    except UnicodeEncodeError:
        return line.encode()


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ';"\n') else cell


def people(count: int = 2000, organisations_: int = 300, seed: int = 2) -> Sheet:
    """A workbook: a cover sheet that is empty, dates in every dress, addresses in capitals, no column for telephone."""
    rng = random.Random(seed)
    sheet = Sheet("personer.xlsx", rows=count)
    book = Workbook()
    page = book.create_sheet("Personer")
    page.append(["Udtræk fra adresselisten"])
    page.append([])
    page.append(["Efternavn", "Fornavn", "E-MAIL", "Arbejdsplads", "Stilling", "Siden", "ORCID", "Sko nr."])
    for n in range(count):
        given, family = GIVEN[n % len(GIVEN)], f"{FAMILY[n // len(GIVEN) % len(FAMILY)]}-{n:04}"
        email = f"p{n}@inst{n % organisations_}.example.org"
        since = date(1990, 1, 1) + timedelta(days=rng.randrange(12_000))
        when = since if n % 5 == 0 else rng.choice(dresses(since))
        work = organisation_name(n % organisations_)
        page.append([family, given, rng.choice([email, email.upper(), f" {email}"]), work, "lektor", when, "", 42])
        if n % 50 == 11:
            page.append([family, f"{given} ", email, work, None, None, None, None])
            sheet.twice.add(page.max_row)
    for column, cells in [
        ("E-MAIL", ["Fejl", "Anna", "anna(at)example.org", "", "", "", "", ""]),
        ("Siden", ["Fejl", "Bo", "bo@x.example.org", organisation_name(0), "", "31.02.2015", "", ""]),
        ("Siden", ["Fejl", "Cai", "cai@x.example.org", organisation_name(0), "", "12/5/98", "", ""]),
        ("Arbejdsplads", ["Fejl", "Dan", "dan@x.example.org", "#REF!", "", "", "", ""]),
        ("ORCID", ["Fejl", "Eja", "eja@x.example.org", "", "", "", "1234", ""]),
        ("E-MAIL", ["Fejl", "Fie", '=CONCATENATE("fie","@x.example.org")', "", "", "", "", ""]),
        ("", ["En Anden", "Helt", "p5@inst5.example.org", "", "", "", "", ""]),  # somebody else's address
    ]:
        page.append(cells)
        sheet.wrong[page.max_row] = column
    out = io.BytesIO()
    book.save(out)
    sheet.content = out.getvalue()
    return sheet

"""Two hundred requests from a spreadsheet as it arrives: dry run, clear problems, all or nothing, undo."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from messy import dresses

from udsyn.desk.kernel.models import Index
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.service import figures
from udsyn.desk.rooms.service.models import Request, Step
from udsyn.desk.tools import imports
from udsyn.desk.tools.columns import Reading
from udsyn.world.desk.stories import NEEDS

pytestmark = pytest.mark.django_db
HEADINGS = [
    "Dato",
    "Kunde",
    "Virksomhed",
    "E-mail",
    "Henvendelse",
    "Center",
    "Tema",
    "Land",
    "Kundetype",
    "Intern kode",
]
FIRMS = ["Vindlys Energy", "vindlys energy", "Ukendt A/S"]
CENTRES = ["seoul", "Seoul", "shanghai", "Munich", "boston"]


def sheet(count=200, seed=5):
    """A semicolon file with a title, lines in UTF-8 and Windows-1252 mixed, doubles and planted errors.

    Returns its bytes, how many requests are in it, and the numbers of the rows that are wrong.
    """
    draw = random.Random(seed)
    lines: list[list[str]] = [["Henvendelser 2021-2026"], [], HEADINGS]
    wrong = {}
    for n in range(count):
        day = date(2025, 12, 31) - timedelta(days=draw.randrange(1500))
        theme, text, _need = draw.choice(NEEDS)
        row = [
            draw.choice(dresses(day)), f"Søren Ågård {n}", draw.choice(FIRMS),
            f"kunde{n}@example.org", f"{text} ({n})", draw.choice(CENTRES), draw.choice(["", "unknown", theme]),
            draw.choice(["", "Sydkorea", "KR", "Denmark"]), draw.choice(["", "company", "virksomhed"]), "x",
        ]  # fmt: skip
        fault = {20: (0, "31-31-2024"), 60: (3, "not an address"), 100: (5, "Atlantis"), 140: (4, ""), 180: (1, "")}
        if n in fault:
            column, value = fault[n]
            row[column] = value
            wrong[len(lines) + 1] = HEADINGS[column]
        lines.append(row)
        if n % 50 == 7:
            lines.append(list(row))
    text = [";".join(f'"{cell}"' for cell in line) for line in lines]
    content = b"\r\n".join(line.encode("cp1252" if n % 3 else "utf-8") for n, line in enumerate(text))
    return content, count, wrong


def test_two_hundred_requests_go_in_and_out_again(actor_as):
    officer = actor_as("officer")
    content, count, wrong = sheet()
    before = Request.objects.count(), Step.objects.count(), Index.objects.count()
    record = imports.look("henvendelser.csv", content, RESOURCES["request"], officer)
    assert (Request.objects.count(), Step.objects.count(), Index.objects.count()) == before  # looking stores nothing
    plan = record.plan
    assert not plan["obstacles"]
    assert any("Intern kode" in notice for notice in plan["notices"])
    assert {p["row"] for p in plan["problems"]} >= set(wrong)
    assert plan["counts"]["new"] == count - len(wrong)
    with pytest.raises(imports.ValidationError, match=r"problems|problemer"):
        imports.store(record, officer)
    assert Request.objects.count() == before[0]
    imports.reread(record, Reading(**{**record.reading, "leave_out": True}), officer)
    imports.store(record, officer)
    record.refresh_from_db()
    made = Request.objects.filter(channel="import")
    assert made.count() == count - len(wrong)
    assert Step.objects.filter(request__in=made, what="received", detail="import").count() == made.count()
    one = made.get(email="kunde0@example.org")
    assert one.steps.get().at.date() == one.received
    assert one.keep_until is not None
    assert one.name.startswith("Søren Ågård")
    assert sum(f.received.year == 2024 for f in figures.cases_of() if f) > 0
    imports.undo(record, officer)
    assert (Request.objects.count(), Step.objects.count(), Index.objects.count()) == before


def test_the_same_sheet_twice_makes_nothing_twice(actor_as):
    officer = actor_as("officer")
    content, _count, _wrong = sheet(30)
    for time in range(2):
        record = imports.look("h.csv", content, RESOURCES["request"], officer)
        if time:
            assert not record.plan["counts"].get("new")
            break
        imports.reread(record, Reading(**{**record.reading, "leave_out": True}), officer)
        imports.store(record, officer)


def test_an_attache_imports_for_the_own_centre_only(actor_as):
    attache = actor_as("attache")
    content, count, _wrong = sheet(40)
    record = imports.look("h.csv", content, RESOURCES["request"], attache)
    assert 0 < record.plan["counts"]["new"] < count
    imports.reread(record, Reading(**{**record.reading, "leave_out": True}), attache)
    imports.store(record, attache)
    assert set(Request.objects.filter(channel="import").values_list("centre__slug", flat=True)) == {"seoul"}

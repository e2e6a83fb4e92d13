"""`udsyn desk import` as an operator runs it: a dry run that changes nothing, all or nothing when stored, undo."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest
from tests.desk import messy
from tests.desk.cast import ROLES, UDSYN, clean, udsyn

from udsyn.cli import main
from udsyn.desk.rooms.parties.models import Organisation

TABLES = ("parties_organisation", "parties_person", "parties_affiliation", "core_entry", "core_index")


def held(folder):
    """All that an import may touch, and how long the ledger is."""
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as database:
        return {table: database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES}


def taken(folder, source, slug, *more, user="officer"):
    """The command's answer, and what it prints as JSON."""
    arguments = ("import", source, "--as", slug, "--user", ROLES[user], "--desk", folder, "--format", "json", *more)
    done = udsyn(*arguments)
    assert "Traceback" not in done.stderr
    return done, json.loads(done.stdout) if done.stdout else {}


def file(folder, sheet):
    path = folder.parent / sheet.name
    path.write_bytes(sheet.content)
    return path


def messy_command(folder, organisations, people):
    before = held(folder)
    sheet = messy.organisations(organisations)
    places = file(folder, sheet)

    looked, told = taken(folder, places, "organisations")
    assert (looked.returncode, told["state"]) == (0, "not stored")
    assert (told["new"], told["twice"]) == (sheet.rows, len(sheet.twice))
    assert held(folder) == before
    lines = looked.stderr.splitlines()
    for row, column in sheet.wrong.items():
        assert any(line.startswith(f"row {row}, {column}: ") for line in lines), (row, column)
    assert "Not used: Favoritfarve." in lines

    refused, told = taken(folder, places, "organisations", "--store")
    assert (refused.returncode, told["state"]) == (1, "not stored")
    assert "have problems" in refused.stderr
    assert refused.stderr.rstrip().endswith("nothing was stored, see above.")
    assert held(folder) == before

    stored, told = taken(folder, places, "organisations", "--store", "--leave-out")
    assert (stored.returncode, told["state"], told["held"]) == (0, "stored", len(sheet.wrong))
    first = told["import"]

    book = messy.people(people, organisations)
    stored, told = taken(folder, file(folder, book), "people", "--store", "--leave-out")
    assert (stored.returncode, told["new"], told["parts"]) == (0, book.rows, book.rows)
    second = told["import"]
    again, told = taken(folder, file(folder, book), "people", "--store", "--leave-out")
    assert (again.returncode, told["same"], told["new"], told["change"]) == (1, book.rows, 0, 0)
    assert "nothing to save" in again.stderr

    # the organisations are in use by now, so the people go first
    undone = udsyn("undo-import", first, "--user", ROLES["officer"], "--desk", folder)
    assert undone.returncode == 1
    assert "is used by" in undone.stderr
    for number in (second, first):
        undone = udsyn("undo-import", number, "--user", ROLES["officer"], "--desk", folder)
        assert (undone.returncode, undone.stderr) == (0, f"Import {number} is undone.\n")
    after = held(folder)
    assert {t: after[t] for t in TABLES if t != "core_entry"} == {t: before[t] for t in TABLES if t != "core_entry"}
    assert len(after["core_entry"]) > len(before["core_entry"])
    assert udsyn("verify-ledger", "--desk", folder).returncode == 0
    twice = udsyn("undo-import", first, "--user", ROLES["officer"], "--desk", folder)
    assert (twice.returncode, "nothing to undo" in twice.stderr) == (1, True)


def test_a_messy_sheet_goes_in_and_out_again(folder):
    messy_command(folder, 30, 120)


@pytest.mark.prove
def test_three_hundred_organisations_and_two_thousand_people(folder):
    messy_command(folder, 300, 2000)


def write(folder, text):
    path = folder.parent / "list.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_row_is_told_with_what_changes(folder):
    with closing(sqlite3.connect(folder / "desk.sqlite3")) as database:
        ((number, name, city),) = database.execute("SELECT id, name, city FROM parties_organisation LIMIT 1")
    lines = ["id;Navn;By;ROR-id", f"{number};{name};Nyby;", f"{number};{name};;", ";Helt nyt;Odense;", ";Forkert;;1234"]
    source = write(folder, "\n".join(lines))
    before = held(folder)
    arguments = ("import", source, "--as", "organisations", "--user", ROLES["officer"], "--desk", folder, "--rows")
    told = udsyn(*arguments, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert [(row["row"], row["does"]) for row in rows] == [("2", "change"), ("3", "twice"), ("4", "new"), ("5", "held")]
    assert rows[0]["changes"] == (f"city: {city} → Nyby" if city else "city: Nyby")
    assert rows[3]["problems"].startswith("ROR-id: ")
    assert f"row 5, {rows[3]['problems']}" in told.stderr
    assert held(folder) == before
    assert "Nyby" in udsyn(*arguments).stdout


class Holding(str):
    """Equal to every text that holds it."""

    def __eq__(self, other):
        return str(self) in other

    __hash__ = str.__hash__


@pytest.fixture
def here(capsys):
    """The command on the tests' own desk: its exit status and what it says on stderr."""

    def run(source, *more):
        arguments = ["desk", "import", str(source), "--user", ROLES["officer"], "--desk", os.environ["UDSYN_DESK"]]
        try:
            main([*arguments, *more])
        except SystemExit as end:
            return end.code, capsys.readouterr().err
        return 0, capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (("--as", "ledger"), 2, "nothing is imported into ledger: choose one of "),
        (("--user", "nobody@example.org"), 2, "there is no account nobody@example.org"),
        (("--user", ROLES["client"]), 2, f"{ROLES['client']} may not import organisations"),
        (("--map", "Navn"), 2, "write HEADING=FIELD"),
        (("--map", "Navn=nme"), 2, "organisations have no field nme: choose one of id, name"),
        (("--map", "Nvn=name"), 2, "the sheet has no column Nvn, but Navn, By"),
        (("--map", "Navn=city"), 0, "Two columns are read as “city”"),
        (("--map", "Navn="), 0, "No column holds: name"),
        (("--store", "--map", "Navn="), 1, "nothing was stored"),
        (("--format", "xml"), 2, "'xml' is not one of"),
    ],
)
@pytest.mark.django_db
def test_a_mistake_is_told_and_stores_nothing(more, status, said, here, tmp_path):
    source = tmp_path / "list.csv"
    source.write_text("Navn;By\nVest;Ribe\n")
    assert here(source, "--as", "organisations", *more) == (status, Holding(said))
    assert not Organisation.objects.filter(name="Vest").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.xlsx", b"PK\x03\x04 broken", "cannot be opened"),
        ("list.csv", b"", "The file is empty"),
        ("list.pdf", b"%PDF-1.7", "not a spreadsheet"),
        ("missing.csv", None, "does not exist"),
    ],
)
@pytest.mark.django_db
def test_a_file_that_cannot_be_read(name, content, said, here, tmp_path):
    source = tmp_path / name
    if content is not None:
        source.write_bytes(content)
    assert here(source, "--as", "people", "--store") == (2 if content is None else 1, Holding(said))


@pytest.mark.django_db
def test_a_sheet_that_is_not_there_is_not_another(here, tmp_path):
    source = tmp_path / "people.xlsx"
    source.write_bytes(messy.people(3, 2).content)
    said = "There is no sheet “Folk”. The workbook has: Sheet, Personer."
    assert here(source, "--as", "people", "--sheet", "Folk") == (1, Holding(said))


def busy(folder):
    """Does somebody write to the database at this moment?"""
    with closing(sqlite3.connect(folder / "desk.sqlite3", timeout=0, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        database.execute("ROLLBACK")
        return False


def test_killed_while_it_stores_nothing_is_half_imported(folder):
    before = held(folder)
    source = file(folder, messy.people(400, 30))
    arguments = ["import", source, "--as", "people", "--user", ROLES["officer"], "--desk", folder]
    process = subprocess.Popen(
        [UDSYN, "desk", *arguments, "--store", "--leave-out", "--make-missing"], env=clean(), stdout=subprocess.PIPE
    )
    in_a_row = 0
    while in_a_row < 10 and process.poll() is None:  # the dry run's own note is written quicker than that
        in_a_row = in_a_row + 1 if busy(folder) else 0
        time.sleep(0.02)
    assert process.poll() is None
    process.kill()
    process.communicate()
    assert held(folder) == before
    assert udsyn("verify-ledger", "--desk", folder).returncode == 0
    done, told = taken(folder, source, "people", "--store", "--leave-out", "--make-missing")
    assert (done.returncode, told["state"], told["new"]) == (0, "stored", 400)

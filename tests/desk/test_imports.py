"""Spreadsheets into the desk: everything planted is found, nothing is half stored, and all of it can be undone."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.desk import messy

from udsyn.desk.kernel import commands, ledger
from udsyn.desk.kernel.models import Import
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties import commands as parties
from udsyn.desk.rooms.parties.models import Affiliation, Organisation, Person
from udsyn.desk.tools import imports, planning, sheets, workbooks
from udsyn.desk.tools.cells import Wrong, to_date, to_number
from udsyn.desk.tools.columns import Reading
from udsyn.desk.web.exports import write as export

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(actor_as):
    return actor_as("officer")


def state():
    """Everything that an import may touch, for comparing before and after."""
    return {
        model.__name__: sorted((row.pk, commands.seal(row)) for row in model.objects.all())
        for model in (Organisation, Person, Affiliation)
    }


def look(text, kind, actor, **choices):
    """Take in a sheet; choices change how it is read."""
    content = text if isinstance(text, bytes) else text.encode()
    record = imports.look("list.csv", content, RESOURCES[kind], actor)
    if choices:
        imports.reread(record, dataclasses.replace(Reading(**record.reading), **choices), actor)
    return record


def does(record):
    return [line["does"] for line in record.plan["lines"]]


def walk(officer, organisations, people):
    """Both sheets in, as their owner does it; returns the two imports."""
    first = imports.look(organisations.name, organisations.content, RESOURCES["organisation"], officer)
    found = {p["row"]: p["column"] for p in first.plan["problems"]}
    assert found == organisations.wrong
    assert all(p["what"] and p["todo"] for p in first.plan["problems"])
    assert {line["row"] for line in first.plan["lines"] if line["does"] == "twice"} == organisations.twice
    assert first.plan["counts"]["new"] == organisations.rows
    with pytest.raises(ValidationError, match="have problems"):
        imports.store(first, officer)
    imports.reread(first, dataclasses.replace(Reading(**first.reading), leave_out=True), officer)
    imports.store(first, officer)
    second = imports.look(people.name, people.content, RESOURCES["person"], officer)
    assert {p["row"]: p["column"] for p in second.plan["problems"]} == people.wrong
    assert {line["row"] for line in second.plan["lines"] if line["does"] == "twice"} == people.twice
    assert second.plan["counts"]["new"] == second.plan["counts"]["parts"] == people.rows
    imports.reread(second, dataclasses.replace(Reading(**second.reading), leave_out=True), officer)
    imports.store(second, officer)
    return first, second


def messy_walk(officer, organisations, people):
    before = state()
    first, second = walk(officer, messy.organisations(organisations), messy.people(people, organisations))
    assert Organisation.objects.filter(name__contains="Institut").count() >= organisations
    somebody = Person.objects.get(email="p11@inst11.example.org")
    assert str(somebody) == f"Jürgen {messy.FAMILY[0]}-0011"
    assert somebody.affiliations.get().organisation.name == messy.organisation_name(11)
    assert Organisation.objects.get(name=messy.organisation_name(1)).city == "Århus"  # whatever the line's encoding
    starts = set(
        Affiliation.objects.filter(pk__in=[pk for k, pk, _s in second.made if k == "affiliation"]).values_list("starts")
    )
    assert all(date(1990, 1, 1) <= day < date(2023, 1, 1) for (day,) in starts)
    assert ledger.verify().whole
    with pytest.raises(ValidationError, match=r"used since|is used by"):
        imports.undo(first, officer)  # the people hang on the organisations
    # two people merged by mistake are separated again, and only then can the import be undone
    other = Person.objects.get(email="p12@inst12.example.org")
    merged = parties.merge(somebody, other, officer)
    assert somebody.affiliations.count() == 2
    with pytest.raises(ValidationError) as refusal:
        imports.undo(second, officer)
    assert any("was merged" in text for text in refusal.value.messages)
    parties.separate(merged, officer)
    assert somebody.affiliations.count() == 1
    imports.undo(second, officer)
    imports.undo(first, officer)
    assert state() == before
    assert ledger.verify().whole
    removed = Person.history.filter(email="p11@inst11.example.org", history_type="-").get()
    assert removed.history_user == officer.user


def test_a_messy_spreadsheet_goes_in_and_out_again(officer):
    messy_walk(officer, 30, 120)


@pytest.mark.prove
def test_three_hundred_organisations_and_two_thousand_people(officer):
    messy_walk(officer, 300, 2000)


# Reading -------------------------------------------------------------------------------------------------------------

TEXT = "Navn;By\nSøndre Institut;Århus\nÆrø Værk;Ærøskøbing\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace(";", ",").encode("cp1252"),
        ("sep=;\n" + TEXT).encode(),
        TEXT.encode().decode("cp1252").encode(),  # garbled once, as a wrong program stores it
        b"".join(line.encode("cp1252" if i % 2 else "utf-8") for i, line in enumerate(TEXT.splitlines(keepends=True))),
    ],
)
def test_every_encoding_reads_the_same(content):
    table = sheets.read("x.csv", content, known={"navn", "by"})
    assert table.headings == ("Navn", "By")
    assert [line.cells for line in table.lines] == [("Søndre Institut", "Århus"), ("Ærø Værk", "Ærøskøbing")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-03-01", date(2015, 3, 1)),
        ("1.3.2015", date(2015, 3, 1)),
        ("01/03/2015", date(2015, 3, 1)),
        ("1/3-2015", date(2015, 3, 1)),
        ("1. marts 2015", date(2015, 3, 1)),
        ("den 1. marts 2015", date(2015, 3, 1)),
        ("March 1, 2015", date(2015, 3, 1)),
        ("1st March 2015", date(2015, 3, 1)),
        ("1 mar 2015", date(2015, 3, 1)),
        ("20150301", date(2015, 3, 1)),
        ("2015-03-01 00:00", date(2015, 3, 1)),
        ("42064", date(2015, 3, 1)),
        ("2015/3/1", date(2015, 3, 1)),
    ],
)
def test_a_day_in_every_dress(text, day):
    assert to_date(text) == day


@pytest.mark.parametrize("text", ["31.2.2015", "1/3/15", "2015", "March 2015", "soon", "5/25/2015", "1.3.2015.4", "٣"])
def test_what_is_no_day_is_refused_with_what_to_write(text):
    with pytest.raises(Wrong) as refusal:
        to_date(text)
    assert refusal.value.todo


def test_month_first_where_the_reader_says_so():
    assert to_date("5/25/2015", day_first=False) == date(2015, 5, 25)
    assert to_date("25. maj 2015", day_first=False) == date(2015, 5, 25)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_any_day_in_any_dress_is_read_back(day):
    assert {to_date(text) for text in messy.dresses(day)} == {day}


@pytest.mark.parametrize(
    ("text", "comma", "number"),
    [
        ("1234,5", True, "1234.5"),
        ("1.234,5", True, "1234.5"),
        ("1,234.5", True, "1234.5"),
        ("1.234", True, "1234"),
        ("1.234", False, "1.234"),
        ("1,234", True, "1.234"),
        ("1,234", False, "1234"),
        ("1 234 567,8", True, "1234567.8"),
        ("1.234.567", True, "1234567"),
        ("DKK 12.000,00", True, "12000"),
        ("-0,5", True, "-0.5"),
        ("0.123", True, "0.123"),
    ],
)
def test_numbers_with_either_mark(text, comma, number):
    assert to_number(text, comma) == Decimal(number)


@pytest.mark.parametrize("text", ["", "ti", "1e999999", "NaN", "1,2,3.4.5", "--3"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Wrong):
        to_number(text)


def book(*rows, **extra):
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    if extra:
        with zipfile.ZipFile(out, "a") as archive:
            for name, content in extra.items():
                archive.writestr(f"xl/{name}.xml", content)
    return out.getvalue()


def bomb():
    out = io.BytesIO(book(["Navn"], ["x"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(workbooks.LARGEST_UNPACKED))
    return out.getvalue()


def laughing():
    """A workbook whose text grows without end when its entities are followed."""
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><worksheet>&l11;</worksheet>'
    source, out = io.BytesIO(book(["Navn"], ["x"])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            new.writestr(item, xml if item.filename.endswith("sheet1.xml") else old.read(item))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.csv", b"", "empty"),
        ("x.csv", b"\xff\xfe", "empty"),
        ("x.csv", b";;;\n;;;\n", "empty"),
        ("x.csv", b"Navn;By\n", "no rows"),
        ("x.xls", b"\xd0\xcf\x11\xe0 old", "old kind"),
        ("x.xlsx", b"PK\x03\x04 not really", "cannot be opened"),
        ("x.xlsx", b"plain words", "not a spreadsheet"),
        ("x.pdf", b"%PDF-1.7", "not a spreadsheet"),
        ("x.csv", b"Navn\x00\x01\x02;By\nA;B\n", "not a spreadsheet"),
        ("x.csv", b"a" * (sheets.LARGEST + 1), "20 MB"),
        ("x.csv", b"Navn\n" + b"a\n" * (sheets.MOST_ROWS + 100), "rows"),
        ("x.csv", b";".join([b"a"] * 300) + b"\nb\n", "columns"),
        ("x.xlsx", bomb, "too large"),
        ("x.xlsx", laughing, "cannot be opened"),
    ],
)
def test_what_cannot_be_read_is_refused_kindly(name, content, words, officer):
    content = content() if callable(content) else content
    with pytest.raises(ValidationError, match=words):
        imports.look(name, content, RESOURCES["organisation"], officer)


def test_a_workbook_with_formulas_and_errors(officer):
    content = book(["Navn", "By"], ["Fast Hus", "Ribe"], ['=CONCATENATE("a","b")', "Ribe"], ["Hus", "#REF!"])
    record = imports.look("x.xlsx", content, RESOURCES["organisation"], officer)
    assert does(record) == ["new", "held", "held"]
    assert [p["row"] for p in record.plan["problems"]] == [3, 4]


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content):
    try:
        table = sheets.read("x.csv", content)
    except ValidationError:
        return
    assert all(len(line.cells) == len(table.headings) for line in table.lines)


# What it does --------------------------------------------------------------------------------------------------------


def test_looking_stores_nothing(officer):
    before = state()
    record = look("name;country\nNy Ting;DK\n", "organisation", officer)
    assert does(record) == ["new"]
    assert state() == before


def test_the_export_of_a_list_goes_back_in_and_changes_nothing(officer):
    resource = RESOURCES["organisation"]
    commands.save(Organisation(name="=2+3", city="+45"), officer)
    content = export(resource.rows(officer), resource.columns_for(officer), officer, "csv")
    record = look(content, "organisation", officer)
    assert {*does(record)} <= {"same", "held"}
    assert does(record).count("held") == 1  # what looks like a formula is never taken for a name


def test_what_changes_is_shown_and_undone(officer):
    row = commands.save(Organisation(name="Lille Hus", ror="0abcdef12", city="Ribe"), officer)
    record = look("ROR;Navn;By\nhttps://ror.org/0abcdef12;Større Hus;\n", "organisation", officer)
    (line,) = record.plan["lines"]
    assert (line["does"], line["changes"]) == ("change", [["name", "Lille Hus", "Større Hus"]])
    imports.store(record, officer)
    row.refresh_from_db()
    assert (row.name, row.city) == ("Større Hus", "Ribe")
    imports.undo(record, officer)
    row.refresh_from_db()
    assert row.name == "Lille Hus"


def test_fill_only_changes_what_is_empty(officer):
    commands.save(Organisation(name="Lille Hus", ror="0abcdef12"), officer)
    record = look("ROR;Navn;By\n0abcdef12;Større Hus;Ribe\n", "organisation", officer, fill_only=True)
    assert record.plan["lines"][0]["changes"] == [["city", "", "Ribe"]]


def test_namesakes_are_held_until_the_reader_decides(officer):
    commands.save(Person(given_name="Åse", family_name="Ågård", email="a@example.org"), officer)
    sheet = "Fornavn;Efternavn;Telefon\nÅse;Ågård;1\n"
    record = look(sheet, "person", officer)
    assert does(record) == ["held"]
    assert "likely the same" in record.plan["problems"][0]["what"]
    assert does(look(sheet, "person", officer, likely="same")) == ["change"]
    assert does(look(sheet, "person", officer, likely="new")) == ["new"]
    other = "Fornavn;Efternavn;Mail\nÅse;Ågård;b@example.org\n"
    assert does(look(other, "person", officer)) == ["new"], "another address is another person"


def test_many_of_one_name_are_not_compared_one_by_one(officer, monkeypatch):
    compared = []
    monkeypatch.setattr(planning.Planner, "may_be", lambda self, row, planned: compared.append(row) or False)
    lines = "".join(f"Åse;Ågård;a{n}@example.org\n" for n in range(200))
    assert set(does(look("Fornavn;Efternavn;Mail\n" + lines, "person", officer))) == {"new"}
    assert len(compared) < 10


def test_missing_organisations_are_made_where_the_reader_wants_it(officer):
    sheet = "Fornavn;Efternavn;Mail;Arbejdsplads\nÅse;Ågård;b@x.example;Ny Fabrik\nBo;Ågård;c@x.example;Ny Fabrik\n"
    assert does(look(sheet, "person", officer)) == ["held", "held"]
    record = look(sheet, "person", officer, make_missing=True)
    assert record.plan["missing"] == ["Ny Fabrik"]
    imports.store(record, officer)
    assert Organisation.objects.get(name="Ny Fabrik").affiliations.count() == 2
    imports.undo(record, officer)
    assert not Organisation.objects.filter(name="Ny Fabrik").exists()


def test_a_missing_column_is_said_before_anything_else(officer):
    record = look("By;Land\nRibe;DK\n", "organisation", officer)
    assert "No column holds: name" in record.plan["obstacles"][0]
    with pytest.raises(ValidationError, match="No column holds"):
        imports.store(record, officer)


def test_a_desk_that_changed_after_looking_stores_nothing(officer):
    record = look("ROR;Navn\n0abcdef12;Hus\n", "organisation", officer)
    commands.save(Organisation(name="Andet Hus", ror="0abcdef12"), officer)
    before = state()
    with pytest.raises(ValidationError, match="changed after you looked"):
        imports.store(record, officer)
    assert state() == before
    assert does(Import.objects.get(pk=record.pk)) == ["change"]


def test_what_fails_in_the_middle_leaves_nothing(officer, monkeypatch):
    record = look("Fornavn;Efternavn;Mail;Arbejdsplads\nA;B;a@x.example;Hus\n", "person", officer, make_missing=True)
    before = state()

    def full(*_args, **_kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(ledger, "append_all", full)
    with pytest.raises(OSError, match="disk full"):
        imports.store(record, officer)
    assert state() == before
    assert Import.objects.get(pk=record.pk).state == "looked_at"


def test_undo_is_refused_as_a_whole_where_a_row_was_changed(officer):
    record = look("name\nHus et\nHus to\n", "organisation", officer)
    imports.store(record, officer)
    row = Organisation.objects.get(name="Hus et")
    row.city = "Odense"
    commands.save(row, officer)
    before = state()
    with pytest.raises(ValidationError) as refusal:
        imports.undo(record, officer)
    assert "Hus et was changed since" in " ".join(refusal.value.messages)
    assert state() == before
    row.city = ""
    commands.save(row, officer)
    imports.undo(record, officer)
    assert not Organisation.objects.filter(name__in=("Hus et", "Hus to")).exists()


def test_undo_is_refused_where_something_hangs_on_a_row(officer):
    record = look("name\nHus et\n", "organisation", officer)
    imports.store(record, officer)
    commands.comment(Organisation.objects.get(name="Hus et"), officer, "good people", "colleagues")
    with pytest.raises(ValidationError, match="is used by"):
        imports.undo(record, officer)


def test_who_may_not_create_may_not_import(actor_as, officer):
    with pytest.raises(commands.Refused):
        look("name\nX\n", "organisation", actor_as("client"))
    record = look("name\nX\n", "organisation", officer)
    for role in ("other_attache", "auditor"):
        with pytest.raises(commands.Refused):
            imports.store(record, actor_as(role))


def test_rows_that_are_not_seen_are_not_named(actor_as):
    """An attaché elsewhere neither finds nor changes a contact of Seoul."""
    from udsyn.desk.rooms.posts.models import Contact

    contact = Contact.objects.filter(centre__slug="seoul").first()
    record = look(f"id;note\n{contact.pk};x\n", "contact", actor_as("other_attache"))
    assert does(record) == ["held"]


# The pages -----------------------------------------------------------------------------------------------------------


def upload(client, text, slug="organisations"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("take_in", args=[slug]), {"file": SimpleUploadedFile("liste.csv", content)}, follow=True)


def test_a_walk_over_the_pages(client_as):
    client = client_as("officer")
    page = upload(client, "Navn;Land;Farve\nHus et;Danmark;rød\nHus to;Atlantis;\n")
    text = page.content.decode()
    assert "Atlantis" in text
    assert "Not used: Farve" in text
    record = Import.objects.first()
    address = reverse("import", args=[record.pk])
    assert client.post(address, {"do": "store"}).status_code == 422
    form = page.context["form"]
    choices = {field.name: field.value() for field in form if field.value() is not None} | {"do": "reread"}
    choices["leave_out"] = "on"
    page = client.post(address, {**choices, "fill_only": "", "make_missing": ""}, follow=True)
    assert "Save it" in page.content.decode()
    lines = list(
        csv.reader(io.StringIO(client.get(reverse("import_rows", args=[record.pk])).content.decode("utf-8-sig")))
    )
    assert [line[1] for line in lines[1:]] == ["made", "held back"]
    page = client.post(address, {"do": "store"}, follow=True)
    assert "Undo the whole import" in page.content.decode()
    assert Organisation.objects.filter(name="Hus et").exists()
    page = client.post(address, {"do": "undo"}, follow=True)
    assert not Organisation.objects.filter(name="Hus et").exists()
    assert client.get(reverse("imports")).status_code == 200


def test_a_refused_file_is_said_on_the_page(client_as):
    page = upload(client_as("officer"), b"PK\x03\x04")
    assert page.status_code == 422
    assert "cannot be opened" in page.content.decode()


def test_another_persons_import_is_not_seen(client_as, officer):
    record = look("name\nX\n", "organisation", officer)
    assert client_as("attache").get(reverse("import", args=[record.pk])).status_code == 404
    assert client_as("auditor").get(reverse("import", args=[record.pk])).status_code == 200
    assert client_as("auditor").post(reverse("import", args=[record.pk]), {"do": "store"}).status_code == 403


def test_hostile_words_stay_words(client_as):
    page = upload(client_as("officer"), "Navn;By\n<script>alert(1)</script>;\u202eevil\n")
    text = page.content.decode()
    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_a_danish_column_land_fills_the_country_of_an_organisation_that_is_made(actor_as):
    from udsyn.desk.rooms.parties.models import Country, Organisation
    from udsyn.desk.tools.columns import Reading, fields_of, guess
    from udsyn.desk.tools.planning import plan
    from udsyn.desk.tools.sheets import read

    Organisation.objects.create(name="Kendt Institut", country=Country.objects.get(code="DE"))
    actor, resource = actor_as("officer"), RESOURCES["person"]
    sheet = "Fornavn;Efternavn;Land;Organisation\nAda;Prøve;Korea;Nyt Institut\nBo;Prøve;Danmark;Kendt Institut\n"
    table = read("folk.csv", sheet.encode())
    columns = guess(table.headings, fields_of(resource, actor))
    assert columns["Land"] == "affiliation.organisation.country"
    found = plan(resource, table, Reading(columns, make_missing=True), actor)
    assert [(str(row), row.country.code) for row in found.missing] == [("Nyt Institut", "KR")]
    assert [p.action for p in found.lines] == ["new", "held"]
    assert "Germany" in found.lines[1].problems[0].what

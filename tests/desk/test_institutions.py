"""Writing down an organisation: the record's institutions are offered, and what is likely here already is shown."""

from __future__ import annotations

import pytest
from django.urls import reverse

from udsyn.desk.evidence import institutions
from udsyn.desk.kernel import commands
from udsyn.desk.rooms.parties.models import Country, Organisation, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def record(tmp_path, monkeypatch):
    """A record that holds three institutions."""
    import polars as pl

    from udsyn.record.engine import Record
    from udsyn.record.tables import INSTITUTIONS

    made = Record.create(tmp_path / "record")
    rows = [
        (1, "Østersø Universitet", "https://ror.org/0abcdef12", "DK", "education", "København"),
        (2, "Østersø Universitet Hospital", "https://ror.org/0abcdef23", "DK", "healthcare", "Århus"),
        (3, "Han River Institute", "https://ror.org/0abcdef34", "KR", "facility", "Seoul"),
    ]
    names = ["institution", "name", "ror", "country", "type", "city"]
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        lat=pl.lit(None, pl.Float64), lon=pl.lit(None, pl.Float64), parent=pl.lit(None), successor=pl.lit(None)
    )
    folder = made.path / "tables" / INSTITUTIONS.name
    folder.mkdir(parents=True)
    frame.write_parquet(folder / f"{INSTITUTIONS.name}.parquet")
    monkeypatch.setenv("UDSYN_RECORD", str(made.path))
    return made


def test_words_in_any_case_and_without_accents_find_an_institution():
    assert [i.ror for i in institutions.look_up("ostersø UNI")] == ["0abcdef12", "0abcdef23"]
    assert [i.name for i in institutions.look_up("0abcdef34")] == ["Han River Institute"]
    assert institutions.look_up("xx") == institutions.look_up("nothing at all") == []


def test_without_a_record_nothing_is_offered(monkeypatch):
    monkeypatch.delenv("UDSYN_RECORD")
    assert institutions.look_up("universitet") == []


def test_an_institution_is_taken_into_the_form_without_javascript(client_as):
    client, address = client_as("officer"), reverse("create", args=["organisations"])
    page = client.post(address, {"name": "han river", "note": "met in May", "look_up": "1"})
    assert page.status_code == 200
    assert "Han River Institute (Seoul, KR) · 0abcdef34" in page.content.decode()
    page = client.post(address, {"name": "han river", "note": "met in May", "take": "0abcdef34"})
    form = page.context["form"]
    values = {name: form[name].value() for name in ("name", "ror", "city", "kind_of", "country", "note")}
    assert values == {
        "name": "Han River Institute", "ror": "0abcdef34", "city": "Seoul", "kind_of": "institute",
        "country": Country.objects.get(code="KR").pk, "note": "met in May",
    }  # fmt: skip
    assert not Organisation.objects.filter(ror="0abcdef34").exists()
    client.post(address, {k: v for k, v in values.items() if v})
    assert Organisation.objects.get(ror="0abcdef34").city == "Seoul"


def test_looking_up_on_an_existing_row_changes_nothing(client_as, actor_as):
    row = commands.save(Organisation(name="Han Instituttet"), actor_as("officer"))
    address = reverse("edit", args=["organisations", row.pk])
    page = client_as("officer").post(address, {"name": "Han River", "take": "0abcdef34"})
    assert page.context["form"]["name"].value() == "Han River Institute"
    row.refresh_from_db()
    assert (row.name, row.ror) == ("Han Instituttet", "")


def test_what_is_likely_here_already_is_shown_and_can_be_stored_anyhow(client_as, actor_as):
    commands.save(Person(given_name="Åse", family_name="Østerå", email="ase@x.example"), actor_as("officer"))
    client, address = client_as("attache"), reverse("create", args=["people"])
    written = {"given_name": "Ase", "family_name": "Ostera", "legal_basis": "unknown"}
    page = client.post(address, written)
    assert page.status_code == 422
    assert "Åse Østerå" in page.content.decode()
    assert not Person.objects.filter(family_name="Ostera").exists()
    client.post(address, {**written, "anyhow": "1"})
    assert Person.objects.filter(family_name="Ostera").exists()

"""A long list in a form is a name to write: found when certain, asked when not, never one that is not seen."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from reading import Page

from udsyn.desk.kernel import search
from udsyn.desk.rooms.parties.models import Affiliation, Organisation, Person
from udsyn.desk.rooms.service.models import Request
from udsyn.desk.web import choosing

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(monkeypatch):
    """Lists are long from two rows on; three people to be found, two of them of one name."""
    monkeypatch.setattr(choosing, "MOST", 1)
    names = [("Åse", "Østergård", "ase@example.org"), ("Bo", "Kimura", "bo@example.org"), ("Bo", "Kimura", "")]
    people = [Person.objects.create(given_name=g, family_name=f, email=e, title="lektor") for g, f, e in names]
    place = Organisation.objects.create(name="Vesterhavets Institut", ror="0abcdef12")
    search.put_all([*people, place])
    return [*people, place]


def sent(client, **fields):
    return client.post(reverse("create", args=["affiliations"]), fields)


def test_a_long_list_is_not_in_the_page(many, client_as):
    page = Page(client_as("officer").get(reverse("create", args=["affiliations"])))
    field = page.at("id_person")
    assert (field.tag, field["data-find"]) == ("input", reverse("names", args=["people"]))
    assert page.all("label", for_="id_person")
    assert page.at(field["aria-describedby"])
    assert "Østergård" not in page.text


@pytest.mark.parametrize(
    "text",
    ["Åse Østergård", "  ase   ostergard ", "ASE@example.org", "Åse Østergård (#{pk})", "#{pk}", "{pk}"],
)
def test_one_row_for_certain_is_taken(text, many, client_as):
    answer = sent(client_as("officer"), person=text.format(pk=many[0].pk), organisation="https://ror.org/0abcdef12")
    assert answer.status_code == 302
    assert Affiliation.objects.filter(person=many[0], organisation=many[3]).count() == 1


def test_namesakes_are_asked_for_and_the_chosen_one_is_taken(many, client_as):
    client = client_as("officer")
    asked = sent(client, person="Bo Kimura", organisation="Vesterhavets")
    assert asked.status_code == 422
    page = Page(asked)
    assert [legend.text for legend in page.all("legend")] == ["Which “Bo Kimura”?", "Which “Vesterhavets”?"]
    choices = {radio.inside[-1].text.strip(): radio["value"] for radio in page.all("input", type="radio")}
    assert "Bo Kimura lektor · bo@example.org" in choices
    assert page.at("id_person")["value"] == "Bo Kimura"
    picked = {"person_pick_0": choices["Bo Kimura lektor · bo@example.org"]}
    picked["organisation_pick_0"] = f"{many[3].pk}:Vesterhavets"
    # a choice that was made for another text counts no more
    assert sent(client, person="Bo", organisation="Vesterhavets", **picked).status_code == 422
    assert sent(client, person="Bo Kimura", organisation="Vesterhavets", **picked).status_code == 302
    assert Affiliation.objects.filter(person=many[1], organisation=many[3]).exists()
    assert not Affiliation.objects.filter(person=many[2]).exists()


@pytest.mark.parametrize(
    "text",
    [
        "Nobody Known",
        "Somebody Else (#{pk})",
        "#999999999999999999",
        "9" * 18,
        "9" * 400,
        "a\x00b",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "%",
        "(#",
        "\u202e(#1)",
        "é" * 5000,
    ],
)
def test_what_is_nobody_is_told_and_stores_nothing(text, many, client_as):
    before = Affiliation.objects.count()
    answer = sent(client_as("officer"), person=text.format(pk=many[0].pk), organisation=many[3].pk)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert "Nothing that you may see is called" in Page(answer).text
    assert Affiliation.objects.count() == before


def test_a_changed_row_keeps_what_it_names(many, client_as):
    client, row = client_as("officer"), Affiliation.objects.create(person=many[1], organisation=many[3])
    address = reverse("edit", args=["affiliations", row.pk])
    page = Page(client.get(address))
    fields = {name: page.at(f"id_{name}")["value"] for name in ("person", "organisation")}
    assert fields["person"] == f"Bo Kimura (#{many[1].pk})"
    assert client.post(address, {**fields, "role": "leder"}).status_code == 302
    row.refresh_from_db()
    assert (row.person, row.role) == (many[1], "leder")


def test_several_are_named_one_a_line(many, client_as):
    client, row = client_as("officer"), Request.objects.filter(centre__slug="seoul").first()
    other = Organisation.objects.exclude(pk=many[3].pk).first()
    row.competitors.set([other])
    address = reverse("edit", args=["requests", row.pk])
    form = Page(client.get(address))
    box = form.at("id_competitors")
    assert (box.tag, box.text.strip()) == ("textarea", choosing.label(other))
    doubtful = form.fields() | {"competitors": f"{choosing.label(other)}\n\nVesterhav"}
    (radio,) = Page(client.post(address, doubtful)).all("input", name="competitors_pick_1")
    answer = client.post(address, doubtful | {radio["name"]: radio["value"]})
    assert answer.status_code == 302
    assert set(row.competitors.all()) == {other, many[3]}


def test_the_filter_of_a_list_is_a_name_too(many, client_as):
    from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement

    agreement = Agreement.objects.filter(state="in_force").first()
    for n, owner in enumerate(many[:2]):
        ActionPoint.objects.create(agreement=agreement, text=f"promise {n}", owner=owner)
    client, address = client_as("officer"), reverse("list", args=["action-points"])
    assert Page(client.get(address)).at("f-owner").tag == "input"
    for text in ("østergård", str(many[0].pk), choosing.label(many[0])):
        shown = Page(client.get(address, {"owner": text}))
        assert "promise 0" in shown.text
        assert "promise 1" not in shown.text
    assert Page(client.get(address, {"owner": many[0].pk})).at("f-owner")["value"] == choosing.label(many[0])
    assert "0 rows" in Page(client.get(address, {"owner": "nobody\x00"})).text


def test_names_while_writing_are_those_that_one_sees(many, client_as):
    address = reverse("names", args=["people"])
    found = json.loads(client_as("attache").get(address, {"q": "kimu"}).content)
    assert {f["value"] for f in found} == {choosing.label(many[1]), choosing.label(many[2])}
    assert json.loads(client_as("client").get(address, {"q": "kimu"}).content) == []
    assert client_as("visitor").get(address, {"q": "kimu"}).status_code == 302


def test_a_row_that_is_not_seen_is_nobody(many, client_as, actor_as):
    """An agreement in confidence is neither found, nor offered, nor taken by its number."""
    from udsyn.desk.rooms.cooperation.models import Agreement

    secret = Agreement.objects.filter(confidential=True).first()
    client = client_as("other_attache")
    assert not actor_as("other_attache").can("view", secret)
    for text in (str(secret.title), f"#{secret.pk}", choosing.label(secret)):
        answer = client.post(reverse("create", args=["action-points"]), {"text": "x", "agreement": text})
        assert "Nothing that you may see is called" in Page(answer).text
        assert "doubt" not in answer.content.decode()
    assert json.loads(client.get(reverse("names", args=["agreements"]), {"q": str(secret.title)}).content) == []


def test_a_form_stays_small_with_two_thousand_people(client_as):
    people = [Person(given_name="Ny", family_name=f"Person {n:04}") for n in range(2000)]
    Person.objects.bulk_create(people)
    page = client_as("attache").get(reverse("create", args=["contacts"]))
    assert len(page.content) < 30_000

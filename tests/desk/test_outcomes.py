"""What came of it: a person's page by mail link, what waits for colleagues, and a partner's panel."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
from django.urls import reverse

from udsyn.desk.kernel import finds, ties
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.outcomes import commands, links
from udsyn.desk.rooms.outcomes.panels import country_panel
from udsyn.desk.rooms.parties.models import Country, Person
from udsyn.desk.rooms.service.models import Introduction

pytestmark = pytest.mark.django_db
DAY = dt.date(2021, 5, 4)


@pytest.fixture
def person() -> Person:
    """Somebody with one tie of an introduction, after which two works were found."""
    Tie.objects.all().delete()
    person = Person.objects.filter(merged_into__isnull=True).first()
    person.email = "ann@example.org"
    person.save()
    about = Introduction.objects.first()
    a, b = ties.End(str(person), row=f"person:{person.pk}", country="DK"), ties.End("Bo <b>Kim</b>", country="KR")
    values = ties.columns(ties.Said(about, "introduction", DAY, a, b))
    tie = Tie.objects.create(
        kind="introduction", object_id=about.pk, instrument="introduction", level="person", key="x", **values
    )
    seen = [finds.Seen("work", f"W{n}", dt.date(2022, n, 1), "both", "sure", f"Work {n} & more") for n in (1, 2)]
    finds.store(tie, seen, whole=True)
    return person


def states() -> list[tuple[str, str]]:
    return list(Find.objects.order_by("ident").values_list("ident", "state"))


def page(person: Person, language: str = "da") -> str:
    return f"/{language}{reverse('outcomes_mine', args=[links.token(person)])[3:]}"


def test_a_person_strikes_one_and_confirms_the_rest_with_one_press(client, person):
    address = page(person)
    shown = client.get(address)
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Work 1 &amp; more" in text
    assert "Bo &lt;b&gt;Kim" in text
    assert "ann@example.org" not in text
    assert states() == [("W1", "found"), ("W2", "found")]  # opening decides nothing
    wrong = Find.objects.get(ident="W2").pk
    assert client.post(address, {"strike": [wrong]}, follow=True).status_code == 200
    assert states() == [("W1", "confirmed"), ("W2", "struck")]
    client.post(address, {})
    assert states() == [("W1", "confirmed"), ("W2", "confirmed")]


def test_nobody_answers_for_finds_of_others(client, person):
    other = Person.objects.exclude(pk=person.pk).filter(merged_into__isnull=True).first()
    client.post(page(other), {"strike": [find.pk for find in Find.objects.all()]})
    assert states() == [("W1", "found"), ("W2", "found")]


def test_a_made_up_link_is_no_page_and_an_old_one_says_so(client, person, monkeypatch):
    assert client.get(page(person).replace(links.token(person), f"{person.pk}:x:y")).status_code == 404
    address = page(person)
    monkeypatch.setattr(links, "GOOD_FOR", dt.timedelta(seconds=-1))
    assert client.get(address).status_code == 410
    client.post(address, {"stop": "1"})
    assert len(states()) == 2


def test_who_says_no_is_followed_no_more_whatever_a_room_says(client, person):
    client.post(page(person), {"stop": "1"})
    assert states() == []
    tie = Tie.objects.get()
    assert tie.a_follow is False
    row = f"person:{person.pk}"
    said = ties.Said(
        Introduction.objects.first(), "new", DAY, ties.End("Cy"), ties.End(str(person), row=row, follow=True)
    )
    ties.keep({ties.identity(said): ties.columns(said)}, ("new",), [])
    assert Tie.objects.get(instrument="new").b_follow is False
    assert "mine" in page(person)
    assert client.get(page(person)).status_code == 200


def test_colleagues_decide_what_they_see_and_nobody_else(client_as, person):
    address = reverse("outcomes")
    find = Find.objects.get(ident="W1")
    officer = client_as("officer")
    assert "Work 1" in unescape(officer.get(address).content.decode())
    officer.post(address, {"find": find.pk, "say": "confirmed"})
    find.refresh_from_db()
    assert find.state == "confirmed"
    assert find.said_by
    assert client_as("client").get(address).status_code == 403
    assert client_as("client").post(address, {"find": find.pk, "say": "struck"}).status_code == 403
    assert officer.post(address, {"find": find.pk, "say": "sold"}).status_code == 403
    find.refresh_from_db()
    assert find.state == "confirmed"


def test_the_mail_holds_a_link_for_its_person_alone(client_as, actor_as, person):
    client_as("officer").post(reverse("outcomes_ask", args=[person.pk]))
    message = Message.objects.get(about=f"person:{person.pk}")
    assert message.state == "drafted"
    assert "mine/" not in f"{message.body}{message.below}"
    address, _ = links.fill_link(message, message.below[1])
    assert links.opened(address.rstrip("/").rsplit("/", 1)[1])[0] == person
    message.recipient = "somebody@example.org"
    with pytest.raises(ValueError, match=r"another mail|anden"):
        links.fill_link(message, message.below[1])


def test_a_partner_panel_leaves_out_what_was_struck(actor_as, person):
    commands.answer(person, {Find.objects.get(ident="W2").pk})
    values = country_panel(Country.objects.get(code="KR"), actor_as("officer")).values
    assert (values["ties"], values["numbers"]["work"], values["confirmed"]) == (1, 1, 1)

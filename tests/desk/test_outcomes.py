"""What came of it: a person's page by mail link, what waits for colleagues, and a partner's panel."""

from __future__ import annotations

import datetime as dt
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel import finds, remembering, ties
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.outcomes import commands, links, showing
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.rooms.outcomes.panels import country_panel
from udsyn.desk.rooms.parties.models import Country, Person, User
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import came
from udsyn.desk.rooms.service.models import Introduction, Outcome

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


def test_whose_address_is_unknown_is_not_asked(actor_as):
    with pytest.raises(ValidationError, match="No e-mail address is known"):
        commands.ask(Person(family_name="Havblik"), actor_as("officer"))
    assert not Message.objects.filter(about="person:None").exists()


def test_a_partner_panel_leaves_out_what_was_struck(actor_as, person):
    commands.answer(person, {Find.objects.get(ident="W2").pk})
    values = country_panel(Country.objects.get(code="KR"), actor_as("officer")).values
    assert (values["ties"], values["numbers"]["work"], values["confirmed"]) == (1, 1, 1)


def test_the_rest_is_reported_on_the_same_page_and_a_colleague_confirms_it(client, client_as, actor_as, person):
    tie = Tie.objects.get()
    rest = {"rest-kind_of": "contract", "rest-title": "Licence <b>x</b>", "rest-date": "2022-05-01", "rest-tie": tie.pk}
    assert client.post(page(person), rest | {"rest-tie": 0}).status_code == 422
    assert client.post(page(person), {"rest-title": "only this"}).status_code == 422
    assert client.post(page(person), rest).status_code == 302
    made = Outcome.objects.get(title="Licence <b>x</b>")
    assert (made.state, made.tie, made.request) == ("reported", tie, Introduction.objects.get(pk=tie.object_id).request)
    assert made.additionality == "unknown"
    shown = client.get(page(person)).content.decode()
    assert 'value="publication"' not in shown
    assert 'value="grant"' not in shown
    kernel.perform(made, "confirm", actor_as("officer"))
    values = country_panel(Country.objects.get(code="KR"), actor_as("officer")).values
    assert made in values["outcomes"]


def test_an_outcome_hangs_on_any_tie_and_those_who_see_the_tie_work_on_it(client_as, actor_as, person):
    row = EarlierTie.objects.create(
        instrument="stay", date=DAY, a_name="Ann", b_name="Bo", b_country=Country.objects.get(code="KR")
    )
    ties.collect()
    tie = Tie.objects.get(kind="earliertie", object_id=row.pk)
    address = reverse("outcomes_tie", args=[tie.pk])
    fields = {"kind_of": "contract", "title": "Contract", "currency": "DKK", "additionality": "would_not"}
    fields |= {"date": "2022-01-02"}
    attache = client_as("attache")  # posted in this country
    assert attache.get(address).status_code == 200
    assert attache.post(address, fields).status_code == 302
    made = Outcome.objects.get(title="Contract")
    assert (made.tie, made.request) == (tie, None)
    for role, sees in (("officer", True), ("attache", True), ("other_attache", False), ("client", False)):
        assert Outcome.objects.visible_to(actor_as(role)).filter(pk=made.pk).exists() is sees, role
        assert actor_as(role).can("view", made) is sees, role
    assert client_as("other_attache").get(address).status_code == 404
    assert client_as("client").get(address).status_code == 403
    assert client_as("other_attache").post(address, fields).status_code == 404
    kernel.perform(made, "confirm", actor_as("attache"))
    assert Outcome.objects.get(pk=made.pk).state == "confirmed"
    with pytest.raises(ValidationError):
        Outcome(kind_of="other", title="of nothing").full_clean()


def test_every_number_leads_to_its_finds(client_as, person):
    officer = client_as("officer")
    values = country_panel(Country.objects.get(code="KR"), actor(officer)).values
    for (_label, number, address), what in zip(values["shown"], ("work", "grant", "project", "patent"), strict=True):
        assert number == values["numbers"][what]
        shown = unescape(officer.get(address).content.decode())
        assert shown.count("openalex.org/W") == (number if what == "work" else 0)
    assert (
        officer.get(f"{reverse('outcomes')}?tie={Tie.objects.get().pk}").content.decode().count("openalex.org/W") == 2
    )
    assert officer.get(f"{reverse('outcomes')}?tie=0").content.decode().count("openalex.org/W") == 0
    assert officer.get(f"{reverse('outcomes')}?country=DK").content.decode().count("openalex.org/W") == 2


def actor(client):
    user = User.objects.get(pk=client.session["_auth_user_id"])
    return actor_of(user, timezone.localdate())


def test_key_figures_count_old_pairs_that_were_asked_and_change_when_one_strikes(client, person):
    """Five pairs of one centre, of which one has works; the share is public from five pairs on."""
    Tie.objects.all().delete()
    today = timezone.localdate()
    agreed = timezone.now() - dt.timedelta(days=800)
    centre = Centre.objects.get(slug="seoul")
    rows = list(Introduction.objects.filter(candidate__request__centre=centre, agreed_at__isnull=False)[:6])
    assert len(rows) == 6
    Introduction.objects.filter(pk__in=[row.pk for row in rows]).update(agreed_at=agreed)
    side = ties.End(str(person), row=f"person:{person.pk}")
    for number, row in enumerate(rows):
        said = ties.columns(ties.Said(row, "introduction", agreed.date(), side, ties.End("Bo")))
        told = {"kind": "introduction", "object_id": row.pk, "instrument": "introduction", "level": "person"}
        Tie.objects.create(key=f"{number}", before=0 if number < 5 else None, **told, **said)
    assert [figure.value for figure in came.public([centre], today)[centre.pk]] == [0.0]
    first = Tie.objects.order_by("pk").first()
    seen = [finds.Seen("work", f"W{n}", today, "both", "sure", "") for n in range(5)]
    finds.store(first, seen, whole=True)
    remembering.forget()  # nightly work writes no line of the ledger: what is public tells of it within a minute
    share, works = came.public([centre], today)[centre.pk]
    assert (share.numerator, share.denominator, share.missing, works.value) == (1, 5, 1, 5)
    text = client.get(f"/en/abroad/{centre.slug}/").content.decode()
    assert "1 of 5" in text
    assert "missing: 1" in text
    commands.answer(person, {Find.objects.get(ident="W0").pk})
    assert [figure.code for figure in came.public([centre], today)[centre.pk]] == [
        "found"
    ]  # four works: below five, not shown
    commands.answer(person, set(Find.objects.values_list("pk", flat=True)))
    assert came.public([centre], today)[centre.pk][0].value == 0.0
    Tie.objects.filter(pk=first.pk).update(before=None)
    remembering.forget()
    assert came.public([centre], today)[centre.pk] == []  # four pairs


def test_somebody_with_an_account_finds_the_same_page_there(client_as, actor_as, person):
    own = actor_as("client").person
    Tie.objects.update(a_row=f"person:{own}")
    shown = client_as("client").get(reverse("outcomes_own"))
    assert "Work 1 &amp; more" in shown.content.decode()
    assert reverse("outcomes_own") in client_as("client").get(f"/en/desk/people/{own}/").content.decode()


def test_everybody_is_asked_once_a_year_and_who_answered_is_not(client_as, actor_as, person):
    officer, now = actor_as("officer"), timezone.now()
    assert commands.due(officer, now) == [person]
    assert commands.due(actor_as("other_attache"), now) == []
    client_as("officer").post(reverse("outcomes_ask_all"))
    message = Message.objects.get(about=f"person:{person.pk}")
    assert message.state == "drafted"
    assert commands.ask_all(officer, now) == 0
    assert commands.due(officer, now + dt.timedelta(days=366)) == [person]
    commands.answer(person, set())
    assert commands.due(officer, now + dt.timedelta(days=366)) == []
    assert client_as("client").post(reverse("outcomes_ask_all")).status_code == 403


def test_the_ministrys_number_is_known_only_where_the_record_was_asked(actor_as, person):
    today = timezone.localdate()
    Tie.objects.update(before=0, status=ties.MADE)
    known = showing.lasting(actor_as("officer"), today)
    assert known is not None
    assert (
        known.note
        == f"of {Tie.objects.exclude(level=ties.COUNTRY).count()} of which the record was asked; by the year of the tie"
    )
    assert showing.lasting(actor_as("attache"), today) is None
    Tie.objects.update(before=None)
    remembering.forget()  # a number that reads all ties is kept for a minute
    assert showing.lasting(actor_as("officer"), today) is None

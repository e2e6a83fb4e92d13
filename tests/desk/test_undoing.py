"""A change is taken back by the form of its row, by whoever may make it, and never beside what is checked."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from tests.desk.reading import Page

from udsyn.desk.kernel import commands
from udsyn.desk.rooms.cooperation.models import Agreement
from udsyn.desk.rooms.parties.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation(actor_as):
    """Its city was Odense, and is Aarhus since an officer changed it."""
    made = commands.save(Organisation(name="Sound Institute", city="Odense"), actor_as("officer"))
    made.city = "Aarhus"
    return commands.save(made, actor_as("officer"))


def edit(row, back):
    return f"{reverse('edit', args=['organisations', row.pk])}?back={back}"


def test_what_was_saved_stands_in_the_form_as_before_and_is_saved_again(organisation, client_as):
    officer = client_as("officer")
    address = reverse("edit", args=["organisations", organisation.pk])
    sent = Page(officer.get(address)).fields() | {"city": "Aalborg"}
    page = officer.post(address, sent, follow=True).content.decode()
    assert Organisation.objects.get(pk=organisation.pk).city == "Aalborg"
    (back,) = re.findall(r'Saved\. <a href="([^"]+)">Undo</a>', page)
    form = Page(officer.get(back))
    assert form.fields()["city"] == "Aarhus"
    assert "This is what stood here before" in form.text
    assert Organisation.objects.get(pk=organisation.pk).city == "Aalborg", "nothing is stored by looking"
    assert "Saved." in officer.post(back, form.fields(), follow=True).content.decode()
    row = Organisation.objects.get(pk=organisation.pk)
    assert row.city == "Aarhus"
    assert row.history.count() == 4


def test_each_change_of_the_history_can_be_taken_back(organisation, client_as):
    page = client_as("attache").get(reverse("history", args=["organisations", organisation.pk])).content.decode()
    changed, made = organisation.history.all()
    assert edit(organisation, changed.pk) in page
    assert edit(organisation, made.pk) not in page, "what made a row has nothing before it"
    assert 'value="Odense"' in client_as("attache").get(edit(organisation, changed.pk)).content.decode()


def test_who_may_not_change_a_row_is_offered_nothing_and_takes_nothing_back(organisation, client_as):
    auditor, newest = client_as("auditor"), organisation.history.first().pk
    page = auditor.get(reverse("history", args=["organisations", organisation.pk])).content.decode()
    assert "Odense" in page
    assert "back=" not in page
    assert auditor.get(edit(organisation, newest)).status_code == 403
    assert client_as("visitor").get(edit(organisation, newest)).status_code in (302, 403, 404)


def test_a_version_of_another_row_or_of_none_is_none(organisation, actor_as, client_as):
    other = commands.save(Organisation(name="Other Institute", city="Ribe"), actor_as("officer"))
    other.city = "Tønder"
    commands.save(other, actor_as("officer"))
    officer, first = client_as("officer"), organisation.history.last().pk
    for number in (other.history.first().pk, first, 0, 10**30, "²", "x", ""):
        assert officer.get(edit(organisation, number)).status_code == 404, number


def test_a_step_is_not_taken_back_by_a_form(client_as):
    row = Agreement.objects.filter(state="in_force").first()
    Agreement.objects.filter(pk=row.pk).update(state="renewal_review")
    row.refresh_from_db()
    row.save()
    page = client_as("officer").get(reverse("history", args=["agreements", row.pk])).content.decode()
    assert f"back={row.history.first().pk}" not in page


def test_saving_what_stands_offers_nothing_to_take_back(organisation, client_as):
    officer = client_as("officer")
    address = reverse("edit", args=["organisations", organisation.pk])
    page = officer.post(address, Page(officer.get(address)).fields(), follow=True).content.decode()
    assert "Saved." in page
    assert "back=" not in page

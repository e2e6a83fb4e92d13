"""The page of export control: six cases walked through the order, five codes explained, nothing guessed."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
#: a case in which every question is answered and nothing settles it but the last ones
ANSWERED = {
    **dict.fromkeys(("end_user_listed", "weapons_use", "military", "annex_iv", "public_domain"), "no"),
    "code": "3E001",
    "research": "applied",
    "transfer": "mail",
}


@pytest.fixture
def page(client_as):
    from udsyn.desk.rooms.parties.models import Country

    def ask(to="KR", **facts):
        said = ANSWERED | {"destination": Country.objects.get(code=to).pk} | facts
        return client_as("attache").get(reverse("export_control"), said).content.decode()

    return ask


@pytest.mark.parametrize(
    ("facts", "answer", "clause"),
    [
        ({"transfer": "visitor"}, "Ask, because", "Articles 2(9) and 8"),
        ({"transfer": "cloud"}, "Ask, because", "Article 2(2)(d)"),
        ({"research": "basic", "transfer": "publication"}, "No licence is needed, because", "General Technology Note"),
        ({"end_user_listed": "yes"}, "Stop, because", "First"),
        ({"code": "3A001", "transfer": "goods"}, "Ask, because", "Article 3(1)"),
        ({"code": "5D002", "public_domain": "yes"}, "No licence is needed, because", "General Software Note"),
    ],
)
def test_six_cases_each_with_its_clause(facts, answer, clause, page):
    shown = page(**facts)
    assert answer in shown
    assert clause in shown


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("3A001", "electronics"),
        ("1C350", "Australia Group"),
        ("2B201", "Nuclear Suppliers Group"),
        ("9E101", "aerospace and propulsion"),
        ("1C450", "Chemical Weapons Convention"),
    ],
)
def test_codes_are_explained(code, words, page):
    assert words in page(code=code)


def test_what_is_not_known_is_asked(page):
    shown = page(end_user_listed="")
    assert "Ask, because" in shown
    assert "Is the end user on a list?" in shown.split("Say first")[1].split("</p>")[0]


def test_what_is_no_code_is_said(page):
    assert "is no control code" in page(code="ZZ9")


def test_clients_do_not_get_in(client_as):
    assert client_as("client").get(reverse("export_control")).status_code == 403

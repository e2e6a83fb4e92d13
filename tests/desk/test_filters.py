"""Lists narrowed from a day to a day, both in; what is no day narrows nothing and is not shown as if it did."""

from __future__ import annotations

from datetime import date

import pytest

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.cooperation.models import ActionPoint, Agreement
from udsyn.desk.web.filters import number

pytestmark = pytest.mark.django_db
DAYS = {"early": date(2031, 1, 31), "middle": date(2031, 2, 1), "late": date(2031, 2, 28), "never": None}


@pytest.fixture
def listed(client_as, actor_as):
    officer, client, url = actor_as("officer"), client_as("officer"), RESOURCES["actionpoint"].list_url
    for text, due in DAYS.items():
        commands.save(ActionPoint(agreement=Agreement.objects.first(), text=f"quaint {text}", due=due), officer)

    def ask(path="", **given):
        page = client.get(url + path, {"q": "quaint"} | given).content.decode()
        return {text for text in DAYS if f"quaint {text}" in page}, page

    return ask


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({}, set(DAYS)),
        ({"due_from": "2031-02-01"}, {"middle", "late"}),
        ({"due_to": "2031-02-01"}, {"early", "middle"}),
        ({"due_from": "2031-02-01", "due_to": "2031-02-27"}, {"middle"}),
        ({"due_from": "2031-02-30"}, set(DAYS)),
        ({"due_from": "soon\x00"}, set(DAYS)),
    ],
)
def test_from_a_day_to_a_day(listed, given, left):
    assert listed(**given)[0] == left
    assert listed("export.csv", **given)[0] == left


def test_the_page_shows_what_it_took(listed):
    assert 'name="due_from" type="date" value="2031-02-01"' in listed(due_from="2031-02-01")[1]
    assert 'name="due_from" type="date" value=""' in listed(due_from="2031-02-30")[1]


@pytest.mark.parametrize(
    ("text", "value"), [("2.5", 2.5), ("-3", -3), ("", None), ("inf", None), ("1e300", None), ("x", None)]
)
def test_numbers(text, value):
    assert number(text) == value

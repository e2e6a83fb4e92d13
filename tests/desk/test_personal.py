"""What is held of people: every table with people in it is declared, and periods are counted as a calendar does."""

from __future__ import annotations

import calendar
import datetime as dt
import re

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from udsyn.desk.kernel.personal import MARK, Keep, declared, emptied, of_model
from udsyn.desk.rooms.parties.models import Person, User

#: columns whose name says that they hold somebody
NAMED = re.compile(
    r"(^|_)(given_name|family_name|email|phone|orcid|author|recipient|birth\w*|passport|nationality|cv)$"
)
#: tables with such a column that hold nobody, each with the reason
NOBODY = {
    "Centre": "the address of an office",
    "Merge": "numbers of rows, and who made them one",
    "Proposal": "numbers of rows; who proposed and decided stands in the ledger too",
}


def holds_people(model):
    """Does a table hold people? By its links to people, and to accounts whose row it belongs to; by its addresses."""
    for column in model._meta.concrete_fields:
        if isinstance(column, models.ForeignKey):
            owned = column.related_model is User and column.remote_field.on_delete is models.CASCADE
            if column.related_model is Person or owned:
                return True
        elif isinstance(column, models.EmailField) or NAMED.search(column.name):
            return True
    return model in (Person, User)


def undeclared(tables, named):
    return {m.__name__ for m in tables if holds_people(m) and m not in named} - set(NOBODY)


def tables():
    ours = (app for app in apps.get_app_configs() if app.name.startswith("udsyn.desk"))
    return [m for app in ours for m in app.get_models() if not m.__name__.startswith("Historical")]


def test_every_table_with_people_in_it_is_declared():
    assert undeclared(tables(), {one.model for one in declared()}) == set(), "say it in Room.personal (add a room)"


def test_a_room_that_says_nothing_of_its_people_is_found():
    named = {one.model for one in declared()} - {Person}
    assert undeclared(tables(), named) == {"Person"}


def test_links_to_people_that_a_table_has_are_all_said():
    """Where a table is declared, each of its links to people is: somebody else may be named in the same row."""
    missed = {
        (one.__name__, column.name)
        for one in {declaration.model for declaration in declared()}
        for column in one._meta.concrete_fields
        if isinstance(column, models.ForeignKey)
        and column.related_model is Person
        and column.name != "merged_into"
        and not any(column.name in declaration.subject for declaration in of_model(one))
    }
    assert missed - {("Request", "handler"), ("Request", "approver")} == set()


@given(
    begun=st.dates(dt.date(2000, 1, 1), dt.date(2040, 12, 31)),
    years=st.integers(0, 12),
    months=st.integers(0, 30),
    days=st.integers(0, 400),
)
def test_a_period_ends_after_its_last_day(begun, years, months, days):
    """Counted forwards by another hand: the day so many months on (the last of a short month), and days after it."""
    year, month = divmod(begun.year * 12 + begun.month - 1 + years * 12 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    ends = dt.date(year, month + 1, min(begun.day, last)) + dt.timedelta(days=days)
    keep = Keep("received", years=years, months=months, days=days)
    assert not begun < keep.begun_before(ends), "it is kept on its last day"
    assert begun < keep.begun_before(ends + dt.timedelta(days=1)), "and gone the day after"


def test_the_periods_of_a_plain_date():
    keep = Keep("received", years=5)
    assert keep.begun_before(dt.date(2026, 3, 2)) == dt.date(2021, 3, 2)
    assert Keep("received", years=1).begun_before(dt.date(2024, 2, 29)) == dt.date(2023, 3, 1)
    assert Keep("received", months=1).begun_before(dt.date(2026, 3, 31)) == dt.date(2026, 3, 1)


def test_what_stands_instead_of_somebody():
    assert emptied(Person._meta.get_field("given_name"), 7) == ""
    assert emptied(Person._meta.get_field("family_name"), 7) == MARK
    assert emptied(User._meta.get_field("email"), 7) == "erased-7@erased.invalid"


@pytest.mark.django_db
def test_the_rows_that_have_run_out_are_found():
    keep = Keep("created", years=5)
    assert not Person.objects.filter(keep.run_out(Person, timezone.localdate())).exists()
    assert Person.objects.filter(keep.run_out(Person, timezone.localdate() + dt.timedelta(days=2000))).count() > 5


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [("officer", 200), ("auditor", 200), ("client", 403)])
def test_colleagues_read_the_register(client_as, role, status):
    response = client_as(role).get(reverse("processing"))
    assert response.status_code == status
    if status == 200:
        page = response.content.decode()
        assert "Requests" in page
        assert "art. 6(1)(e)" in page
        file = client_as(role).get(reverse("processing_file")).content.decode("utf-8-sig")
        assert len(file.splitlines()) == len(list(declared())) + 1

"""What is kept no longer goes at night: exactly what a query that knows nothing of the rooms' words names."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import connection, transaction
from django.utils import timezone

from udsyn.desk.kernel import ledger
from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.permissions import DESK
from udsyn.desk.kernel.personal import MARK
from udsyn.desk.kernel.privacy import Restriction, Retained
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service.models import Candidate, Request
from udsyn.desk.tools import erasing, retaining

pytestmark = pytest.mark.django_db
#: what a night lets go of, in SQL: the rows whose day lies before today, of which no restriction stands
OVER = {
    "service_request": "keep_until < %s",
    "service_candidate": "request_id IN (SELECT id FROM service_request WHERE keep_until < %s)",
    "parties_person": "keep_until < %s AND id NOT IN (SELECT person_id FROM parties_user WHERE person_id IS NOT NULL)",
}
STANDS = "AND id NOT IN (SELECT object_id FROM core_restriction WHERE kind = '{kind}' AND until IS NULL)"
KINDS = {"service_request": "request", "service_candidate": "candidate", "parties_person": "person"}


@pytest.fixture
def office():
    """Ten years of requests, with candidates and clients, each with a day of its own."""
    chance, centre = random.Random(25), Centre.objects.first()
    today = timezone.localdate()
    for number in range(120):
        day = today - dt.timedelta(days=chance.randrange(3650))
        person = Person.objects.create(
            family_name=f"Client{number}", email=f"c{number}@example.org", keep_until=ends(chance, day)
        )
        request = Request.objects.create(
            centre=centre, received=day, name=f"Client {number}", text="We look for somebody.", person=person
        )
        Request.objects.filter(pk=request.pk).update(keep_until=ends(chance, day))
        Candidate.objects.create(request=request, name=f"Candidate {number}", why="fits")
        if number % 20 == 0:
            Restriction.objects.create(kind="request", object_id=request.pk)


def ends(chance, day):
    return chance.choice([None, *(day + dt.timedelta(days=round(365.25 * years)) for years in (1, 3, 5, 10))])


def over(table, day):
    with connection.cursor() as cursor:
        stands = STANDS.format(kind=KINDS[table])
        cursor.execute(f"SELECT id FROM {table} WHERE {OVER[table]} {stands} ORDER BY id", [day])
        return {row[0] for row in cursor.fetchall()}


def emptied():
    return {
        "service_request": set(Request.objects.filter(name=MARK, text=MARK, email="").values_list("pk", flat=True)),
        "service_candidate": set(Candidate.objects.filter(name=MARK, why="").values_list("pk", flat=True)),
        "parties_person": set(Person.objects.filter(family_name=MARK, email="").values_list("pk", flat=True)),
    }


def test_a_night_lets_go_of_exactly_what_is_over(office):
    today = timezone.localdate()
    expected = {table: over(table, today) for table in OVER}
    assert all(len(rows) > 15 for rows in expected.values())
    assert retaining.retain(today)["failed"] == []
    assert emptied() == expected
    verdict = ledger.verify()
    assert verdict.whole, verdict.broken
    noted = {row.kind: row.rows for row in Retained.objects.filter(day=today)}
    assert noted["request"] == len(expected["service_request"])
    assert noted["person"] == len(expected["parties_person"])


def test_the_next_night_does_nothing_anew_and_the_day_after_only_what_is_over_then(office):
    today = timezone.localdate()
    retaining.retain(today)
    lines = Entry.objects.count()
    assert retaining.retain(today) == {"let_go": 0, "failed": []}
    assert Entry.objects.count() == lines
    later = today + dt.timedelta(days=500)
    new = over("service_request", later) - over("service_request", today)
    retaining.retain(later)
    assert emptied()["service_request"] >= new
    assert new


def test_what_a_night_let_go_of_goes_from_a_restored_backup_too(office, settings, tmp_path):
    """The copy is from before somebody shortened a third of the days: its own clock would keep those rows."""
    settings.FOLDER, today = tmp_path, timezone.localdate()
    late = dt.date(2200, 1, 1)
    Request.objects.filter(pk__in=[pk for pk in over("service_request", today) if pk % 3 == 0]).update(keep_until=late)
    backup = transaction.savepoint()
    Request.objects.filter(keep_until=late).update(keep_until=today - dt.timedelta(days=1))
    expected = {table: over(table, today) for table in OVER}
    retaining.retain(today)
    transaction.savepoint_rollback(backup)
    assert not any(emptied().values()), "the copy has them all again"
    assert over("service_request", today) < expected["service_request"], "and would keep some of them"
    told = retaining.retain_again(tmp_path / erasing.LIST)
    assert told == {"let_go": sum(map(len, expected.values())), "failed": []}
    assert emptied() == expected
    assert ledger.verify().whole
    again = retaining.retain_again(tmp_path / erasing.LIST)
    assert again["let_go"] == 0, "and the list that is written anew holds them for the next copy"
    assert sum(map(len, (line["let_go"] for line in erasing.read_list(tmp_path / erasing.LIST)))) == told["let_go"]


def test_the_row_stays_for_the_figures(office):
    held = Request.objects.count()
    retaining.retain(timezone.localdate() + dt.timedelta(days=4000))
    assert Request.objects.count() == held


def test_history_goes_with_the_row(office):
    from udsyn.desk.kernel import commands

    row = Request.objects.filter(keep_until__lt=timezone.localdate()).exclude(
        pk__in=Restriction.objects.values("object_id")
    )[0]
    commands.write(row, DESK, "change", Request.objects.get(pk=row.pk), reason="Client said so")
    retaining.retain(timezone.localdate())
    assert set(Request.history.filter(id=row.pk).values_list("name", "history_change_reason")) == {(MARK, None)}

"""The demonstration's introductions of years ago: what came of them stands in the generated record, and is found."""

from __future__ import annotations

import datetime as dt

import pytest

from udsyn import world
from udsyn.desk.kernel.finds import Find
from udsyn.desk.kernel.ties import Tie
from udsyn.desk.rooms.outcomes.models import EarlierTie
from udsyn.desk.rooms.parties.models import Person, User
from udsyn.desk.rooms.posts.models import Centre
from udsyn.desk.rooms.service import came
from udsyn.desk.rooms.service.models import Introduction
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.world.desk import earlier
from udsyn.world.desk.half_year import HalfYear

pytestmark = pytest.mark.django_db
#: the generated works end in 2025: what is told of the years before today is told of this day
TODAY = dt.date(2026, 11, 27)


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> Record:
    folder = tmp_path_factory.mktemp("finds")
    world.build(folder / "world", works=3000, seed=3)
    ingest_openalex(folder / "world", folder / "record")
    return Record.open(folder / "record")


@pytest.fixture
def half_year() -> HalfYear:
    made = HalfYear(TODAY)
    made.attaches = {"seoul": Person.objects.filter(merged_into__isnull=True).first()}
    made.users = {"officer": User.objects.get(email="officer@demo.example")}
    return made


def test_finished_introductions_show_what_the_record_says(record, half_year, tmp_path, monkeypatch):
    monkeypatch.setenv("UDSYN_RECORD", str(record.path))
    held = set(Introduction.objects.values_list("pk", flat=True))
    earlier.fill(half_year, record)
    earlier.follow(tmp_path, record)
    made = Introduction.objects.exclude(pk__in=held)
    assert made.count() >= 5
    found = set(Find.objects.filter(kind="introduction").values_list("object_id", flat=True))
    assert found <= set(made.values_list("pk", flat=True))
    waited = {row.pk for number, row in enumerate(made.order_by("pk")) if number % 4 == 3}
    assert found == {row.pk for row in made} - waited  # these met after their last joint work
    assert Find.objects.filter(kind="introduction", state="confirmed").exists()
    seoul = Centre.objects.get(slug="seoul")
    share, works = came.public([seoul], TODAY)[seoul.pk]
    assert share.value
    assert works.value >= 5
    stays = EarlierTie.objects.all()
    assert stays.filter(doubts=0).count() == stays.count() - 1  # one is in doubt, as it should be
    assert Tie.objects.filter(kind="earliertie", finds__isnull=False).exists()

"""Of whoever was erased no byte is left: in the database's file, in the folder, and in a desk from an older backup."""

from __future__ import annotations

import json
import os
import sys

import pytest
from django.db import connection
from tests import starting
from tests.desk import canary
from tests.desk.cast import clean, udsyn

PLANT = """
import os, sys
from udsyn.desk.ops.office import start
start(os.environ["UDSYN_DESK"])
from django.db import transaction
from django.utils import timezone
from tests.desk import canary
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.parties.models import User
officer = User.objects.get(email="officer@demo.example")
with transaction.atomic():
    person, planted = canary.plant(actor_of(officer, timezone.localdate()))
from udsyn.desk.rooms.parties.models import Person
print(person.pk, Person.objects.filter(user=None).exclude(pk=person.pk).first().pk)
"""


def holding(folder):
    """Files of a folder with a trace of the canary in their bytes."""
    traces = [trace.encode() for trace in canary.TRACES]
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in paths if any(trace in path.read_bytes().lower() for trace in traces)]


def test_no_byte_is_left_in_the_desk_nor_in_a_restored_backup(django_db_setup, django_db_blocker, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the bytes of SQLite's file are read")
    desk, other = tmp_path / "desk", tmp_path / "other"
    desk.mkdir()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(desk / "desk.sqlite3")])
    here = clean() | {"UDSYN_DESK": str(desk), "PYTHONPATH": os.getcwd()}
    planted = starting.run([sys.executable, "-c", PLANT], here)
    assert planted.returncode == 0, planted.stderr
    planted_person, other_person = map(int, planted.stdout.split())
    person = f"person:{planted_person}"
    assert "desk.sqlite3" in holding(desk)

    assert udsyn("backup", tmp_path / "old.tar.gz", "--desk", desk).returncode == 0
    counted = udsyn("privacy", "erase", person, "--desk", desk, "--format", "json")
    assert json.loads(counted.stdout)["person"] == 1, counted.stderr
    assert "desk.sqlite3" in holding(desk), "without --yes nothing goes"
    erased = udsyn("privacy", "erase", person, "--with-files", "--yes", "--desk", desk)
    assert erased.returncode == 0, erased.stderr
    assert holding(desk) == []
    assert udsyn("verify-ledger", "--desk", desk).returncode == 0

    kept = desk / "erased.jsonl"  # a night that let go of somebody else, after the backup too
    kept.write_text(kept.read_text() + json.dumps({"kind": "person", "period": "x", "let_go": [other_person]}) + "\n")
    restored = udsyn(
        *("restore", tmp_path / "old.tar.gz", "--desk", other, "--erased", desk / "erased.jsonl", "--format", "json")
    )
    assert restored.returncode == 0, restored.stderr
    told = json.loads(restored.stdout)
    assert (told["erased"], told["let_go"]) == (1, 1)
    assert holding(other) == []
    assert udsyn("verify-ledger", "--desk", other).returncode == 0

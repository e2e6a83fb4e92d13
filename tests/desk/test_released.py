"""A desk of any released state comes to this version's shape, which is a new desk's, with everything that was in it."""

from __future__ import annotations

import json
import os
import sys

import pytest
from tests import starting

#: release → the last migration of each app that it shipped; a release adds a line and never changes one
RELEASED = {"0.1.0": {"core": "0002", "parties": "0001", "cooperation": "0001", "posts": "0001"}}

COME_ALONG = """
import json, sys
from udsyn.desk.ops import office
office.start(sys.argv[1])
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
released = json.loads(sys.argv[2])
for app, name in released.items():
    call_command("migrate", app, name, verbosity=0)
for app in ("account", "mfa", "socialaccount", "sessions"):
    call_command("migrate", app, verbosity=0)
executor = MigrationExecutor(connection)
targets = [key for key in executor.loader.applied_migrations if key[0] in released]
old = executor.loader.project_state(targets).apps
country = old.get_model("parties", "Country").objects.create(code="KR", name="Korea")
person = old.get_model("parties", "Person").objects.create(family_name="Ågård", email="a@example.org")
user = old.get_model("parties", "User").objects.create(email="a@example.org", name="Åse")
agreement = old.get_model("cooperation", "Agreement")
agreement.objects.create(title="Aftale", country=country, state="in_force", signed="2012-05-15")
plan = old.get_model("cooperation", "Programme").objects.create(agreement=agreement.objects.get(), title="Plan")
old.get_model("cooperation", "Initiative").objects.create(programme=plan, number=1, title="First")
old.get_model("core", "Comment").objects.create(kind="programme", object_id=plan.pk, author_id=user.pk, text="Said")
old.get_model("parties", "Grant").objects.create(user=user, role="officer")
from django.db import transaction
from udsyn.desk.kernel import ledger
from django.utils import timezone
from udsyn.desk.kernel.models import Entry
line = Entry(
    seq=1, at=timezone.now(), actor_name="public", action="create", kind="programme", object_id=plan.pk,
    label=str(plan)[:300], previous=ledger.GENESIS, salt="",
)
held = {f.attname for f in old.get_model("core", "Entry")._meta.fields}
values = {f.attname: getattr(line, f.attname) for f in Entry._meta.fields if f.attname in held}
with transaction.atomic():  # as that release wrote it: without a salt
    old.get_model("core", "Entry").objects.create(**values | {"hash": ledger.hash_of(line)})
shape = sorted(executor.loader.applied_migrations)
office.migrate()
from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Comment, Entry
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.cooperation.models import Agreement, WorkPlan
from udsyn.desk.rooms.parties.models import Country, Person, User
kept = [str(Agreement.objects.get().title), Person.objects.get().family_name, User.objects.get().name]
plan = WorkPlan.objects.get()
kept += [str(plan.title), str(plan.initiatives.get().title), User.objects.get().mandates.get().role]
officer = Actor(User.objects.get(), "Åse", mandates=frozenset({("officer", "")}))
line = Entry.objects.visible_to(officer).get(kind="programme")
kept += [Comment.objects.below(plan, officer).get().text, line.kind_now, str(line.parent.title)]
row = Country.objects.get()
row.note = "written after the change"
commands.save(row, officer)
from django.db import connections
from udsyn.desk.kernel.new_desk import make_tables
connections.settings["new"] = connection.settings_dict | {"NAME": ":memory:"}
make_tables(connections["new"])
def form(database):
    # columns and keys in any order: a change of a table moves them
    def asked(question):
        with database.cursor() as cursor:
            return cursor.execute(question).fetchall()
    told = {}
    for kind, name, sql in asked("SELECT type, name, sql FROM sqlite_master WHERE tbl_name <> 'desk_counters'"):
        if kind == "table":
            columns = sorted(row[1:] for row in asked(f"PRAGMA table_info({name})"))
            keys = sorted(row[2:] for row in asked(f"PRAGMA foreign_key_list({name})"))
            told[name] = [columns, keys]
        else:
            told[name] = sql
    told["noted"] = sorted(asked("SELECT app, name FROM django_migrations"))
    return told
came, made = form(connection), form(connections["new"])
differs = [name for name in came.keys() | made.keys() if came.get(name) != made.get(name)]
told = {"kept": kept, "tables": len(made), "differs": differs, "before": len(shape)}
print(json.dumps(told | {"problems": office.check(), "whole": ledger.verify().whole}))
"""


@pytest.mark.parametrize("release", RELEASED)
def test_a_released_desk_comes_along(release, tmp_path):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
    command = [sys.executable, "-c", COME_ALONG, str(tmp_path / "desk"), json.dumps(RELEASED[release])]
    done = starting.run(command, clean)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["kept"] == ["Aftale", "Ågård", "Åse", "Plan", "First", "officer", "Said", "workplan", "Plan"]
    assert told["problems"] == []
    assert told["whole"]
    assert told["before"] > 10
    assert told["differs"] == [], "a new desk, made at once, has another shape"
    assert told["tables"] > 300

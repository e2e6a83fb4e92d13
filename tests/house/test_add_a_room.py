"""The recipe of docs/dev/add-a-room.md, followed to the letter: a new room in a desk without touching another file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the desk's packages are not installed: pip install 'udsyn[desk]'")

PAGE = Path(__file__).parents[2] / "docs/dev/add-a-room.md"
FILE = re.compile(r"^### `(?P<name>[\w./]+)`\n\n```\w+\n(?P<text>.*?)^```$", re.M | re.S)

WORK = """
import datetime as dt, json, sys
from udsyn.desk.ops import office
office.start(sys.argv[1])
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation
from udsyn.desk.kernel import commands
from udsyn.desk.kernel.permissions import NOBODY, actor_of
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.ops import accounts, filling
from udsyn.desk.rooms.parties.models import Country, Person, User
from udsyn.desk.rooms.posts import commands as posts
from udsyn.desk.web.inbox import waiting
from prizes.models import Prize
translation.activate("en")
filling.fill_facts()
accounts.add_user("officer@example.org", "Officer", "officer")
user = User.objects.get(email="officer@example.org")
user.person = commands.save(Person(given_name="Anna", family_name="Holm"), actor_of(user, timezone.localdate()))
user.must_change_password = False  # as after the first visit
user.save()
actor, today = actor_of(user, timezone.localdate()), timezone.localdate()
korea = Country.objects.get(code="KR")
row = Prize(title="Prize for batteries", country=korea, laureate=user.person, awarded_on=today)
commands.save(row, actor)
client = Client()
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
resource = RESOURCES["prize"]
told = {}
try:
    commands.perform(row, "award", actor)
except ValidationError as error:
    told["guard"] = error.messages[0]
row.refresh_from_db()
row.keeper, row.decided_by = user.person, today - dt.timedelta(days=3)
commands.save(row, actor)
told["inbox"] = [str(item.title) for item in waiting(actor, today) if item.late]
told["hands"] = [str(r) for r in posts.in_hand(user.person_id)["prize"]]
urls = (resource.list_url, resource.url(row), f"{resource.list_url}new/")
told["pages"] = {url: client.get(url).status_code for url in urls}
told["country"] = "Prize for batteries" in client.get(RESOURCES["country"].url(korea)).content.decode()
told["feed"] = "Prize for batteries" in client.get(f"/calendar/{user.calendar_key}.ics").content.decode()
told["export"] = client.get(f"{resource.list_url}export.csv").content.decode("utf-8-sig").splitlines()[1].split(",")[1]
told["search"] = "Prize for batteries" in client.get("/en/search/?q=batteries").content.decode()
told["seen by a visitor"] = Prize.objects.visible_to(NOBODY).count()
commands.perform(row, "award", actor)
row.refresh_from_db()
told["state"] = row.state
told["history"] = row.history.count()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page, in a folder of their own."""
    folder = tmp_path_factory.mktemp("room")
    for found in FILE.finditer(PAGE.read_text(encoding="utf-8")):
        file = folder / found["name"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found["text"], encoding="utf-8")
    (folder / "prizes/__init__.py").touch()
    return folder


def run(package: Path, *command: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
    path = os.pathsep.join(filter(None, (str(package), os.environ.get("PYTHONPATH"))))
    environment = {**kept, "PYTHONPATH": path, "UDSYN_DESK_ROOMS": "prizes", "UDSYN_DESK": str(package / "desk")}
    done = subprocess.run(
        [sys.executable, *command], cwd=package, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done


def test_the_recipe_is_a_room_of_about_150_lines(package: Path) -> None:
    lines = sum(len(file.read_text().splitlines()) for file in package.rglob("prizes/**/*") if file.is_file())
    assert 120 <= lines <= 200


def test_a_room_made_by_the_recipe_is_in_every_part_of_the_desk(package: Path) -> None:
    run(package, "-m", "udsyn.desk", "makemigrations", "prizes")
    assert list((package / "prizes/migrations").glob("0001_*.py"))
    told = json.loads(run(package, "-c", WORK, str(package / "desk")).stdout.splitlines()[-1])
    assert told == {
        "guard": "Say who looks after it first.",
        "inbox": ["Prize for batteries"],
        "hands": ["Prize for batteries"],
        "pages": dict.fromkeys(("/en/desk/prizes/", "/en/desk/prizes/1/", "/en/desk/prizes/new/"), 200),
        "country": True,
        "feed": True,
        "export": "Prize for batteries",
        "search": True,
        "seen by a visitor": 0,
        "state": "awarded",
        "history": 3,
    }


def test_a_room_before_one_that_it_needs_is_refused(package: Path) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
    code = (
        "from udsyn.desk.ops import office; office.start('desk'); from udsyn.desk.kernel import rooms;"
        "rooms.load(('udsyn.desk.rooms.service',))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=package, env=kept, capture_output=True, text=True)
    assert "the room service needs parties, posts" in done.stderr

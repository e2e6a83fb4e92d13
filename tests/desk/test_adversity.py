"""What no request brings about: a full disk, a clock that goes backwards, two who press the button at once."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from test_service import chosen, post, scene  # noqa: F401
from tests import starting
from tests.desk.cast import clean

from udsyn.desk.kernel import ledger
from udsyn.desk.ops.work import plan
from udsyn.desk.rooms.service import commands, links
from udsyn.desk.rooms.service.models import Introduction, Link
from udsyn.desk.tools import files

pytestmark = pytest.mark.django_db

#: two threads that confirm one proposal at the same moment; says what each was told
AT_ONCE = """
import json, threading
import django
django.setup()
from django.db import connection
from django.utils import timezone
from udsyn.desk.kernel import commands, ledger
from udsyn.desk.kernel.models import Entry
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.cooperation.models import Agreement, Initiative, WorkPlan
from udsyn.desk.rooms.parties.models import User
work_plan = WorkPlan.objects.create(agreement=Agreement.objects.first(), title="Plan")
Initiative.objects.create(work_plan=work_plan, number=1, title="First")
first, second = (actor_of(User.objects.get(email=f"{key}@demo.example"), timezone.localdate())
                 for key in ("officer", "officer2"))
proposal = commands.perform(work_plan, "adopt", first)
together, told = threading.Barrier(2), []
def confirm():
    together.wait()
    try:
        told.append(commands.decide(proposal, second, confirm=True))
    except commands.Refused:
        told.append("refused")
    finally:
        connection.close()
threads = [threading.Thread(target=confirm) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
lines = Entry.objects.filter(kind="workplan", object_id=work_plan.pk).values_list("action", flat=True)
print(json.dumps({"told": sorted(told), "actions": sorted(lines), "whole": ledger.verify().whole}))
"""


def in_a_desk(script, there):
    """What a script prints as JSON that works with the desk which `there` names, and what it says on stderr."""
    environment = clean() | {"DJANGO_SETTINGS_MODULE": "udsyn.desk.ops.settings"} | there
    done = starting.run([sys.executable, "-c", script], environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_of_two_who_approve_at_once_one_does(folder):
    one_is_taken({"UDSYN_DESK": str(folder)})


def one_is_taken(there):
    said, _told = in_a_desk(AT_ONCE, there)
    assert said["told"] == ["confirmed", "refused"]
    assert said["actions"].count("adopt") == 1
    assert said["actions"].count("confirmed adopt") == 1
    assert said["whole"]


#: a form that is sent while the database cannot grow, and once more when it can; says what was answered and what stands
FULL = """
import json
import django
django.setup()
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from udsyn.desk.kernel import ledger
from udsyn.desk.kernel.models import Entry
from udsyn.desk.rooms.parties.models import Organisation, User
settings.ALLOWED_HOSTS = ["testserver"]
client = Client(raise_request_exception=False)
client.force_login(User.objects.get(email="officer@demo.example"), backend=settings.AUTHENTICATION_BACKENDS[-1])
form, told = {"name": "Full Institute", "kind_of": "university", "note": "x" * 60_000}, []
def most(pages):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {pages}")
for pages in (1, 1_000_000):
    most(pages)
    lines = Entry.objects.count()
    answer = client.post(reverse("create", args=["organisations"]), form)
    words = answer.content.decode()
    told.append([answer.status_code, "Traceback" in words or "OperationalError" in words,
                 Organisation.objects.filter(name="Full Institute").count(), Entry.objects.count() - lines])
print(json.dumps({"told": told, "whole": ledger.verify().whole}))
"""


def test_a_database_that_finds_no_room_keeps_no_half_of_a_request(folder):
    """The page says that it failed, nothing of it is stored, and the same form goes in once there is room."""
    said, told = in_a_desk(FULL, {"UDSYN_DESK": str(folder)})
    assert "is full" in told, "the operator reads why"
    assert said == {"told": [[500, False, 0, 0], [302, False, 1, 1]], "whole": True}


@pytest.fixture
def full_disk():
    """No file grows beyond 100 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_finds_no_room_leaves_nothing(settings, tmp_path, full_disk):
    settings.FILES = tmp_path
    with pytest.raises(OSError, match="too large"):
        files.store(SimpleUploadedFile("a.txt", b"x" * 300_000))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert files.store(SimpleUploadedFile("a.txt", b"x" * 3_000))


def test_a_backup_that_finds_no_room_says_so_and_leaves_nothing(folder, tmp_path):
    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))

    out = tmp_path / "backups"
    out.mkdir()
    udsyn = os.path.join(os.path.dirname(sys.executable), "udsyn")
    done = subprocess.run([udsyn, "desk", "backup", out / "b.tar.gz", "--desk", folder], env=clean(),
                          preexec_fn=small, capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert list(out.iterdir()) == []


@pytest.fixture
def clock(monkeypatch):
    """Set the clock some days on, or back."""
    now = timezone.now

    def move(**delta):
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(**delta))

    return move


def test_a_link_ends_on_its_day_and_not_before(chosen, clock):  # noqa: F811
    link = Link.objects.get(purpose="consent", object_id=chosen.made.pk, revoked__isnull=True)
    left = link.expires - timezone.now()
    clock(seconds=left.total_seconds() - 60)
    assert links.holds(link)
    clock(seconds=left.total_seconds() + 60)
    assert not links.holds(link)


def test_what_ran_out_stays_so_when_the_clock_goes_backwards(chosen, client_as, clock):  # noqa: F811
    """Silence that was told is not unsaid, and an answer that comes in the past decides nothing."""
    clock(days=60)
    assert commands.daily()["silent"] >= 1
    assert Introduction.objects.get(pk=chosen.made.pk).state == "silent"
    clock(days=-30)
    assert commands.daily()["silent"] == 0
    client_as("visitor").post(chosen.candidate_url, {"answer": "yes"})
    assert Introduction.objects.get(pk=chosen.made.pk).state == "silent"


def test_the_ledger_keeps_its_order_when_the_clock_goes_backwards(actor_as, clock):
    from django.db import transaction

    from udsyn.desk.kernel.models import Entry
    from udsyn.desk.rooms.cooperation.models import Agreement

    row, officer = Agreement.objects.first(), actor_as("officer")
    for days in (0, -400, 400, -1):
        clock(days=days)
        with transaction.atomic():
            ledger.append(officer, f"look {days}", row)
    last = list(Entry.objects.order_by("seq").values_list("action", flat=True))[-4:]
    assert last == ["look 0", "look -400", "look 400", "look -1"]
    assert ledger.verify().whole


def test_who_was_shut_out_stays_so_when_the_clock_goes_backwards(monkeypatch, client):
    """An hour back gives nobody five tries more; an hour on, the five minutes are over."""
    cache.clear()
    now = time.time

    def tries(times, hours):
        monkeypatch.setattr(time, "time", lambda: now() + hours * 3600)
        wrong = {"login": "officer@demo.example", "password": "wrong"}
        return [b"Too many" in client.post("/en/account/login/", wrong).content for _n in range(times)]

    assert tries(6, 0) == [False] * 5 + [True]
    assert all(tries(3, -1))
    assert not any(tries(3, 1))
    cache.clear()


def stays_in(client):
    """Is who holds this browser's session still signed in?"""
    return client.get("/en/account/me/").status_code == 200


def test_a_session_that_ran_out_does_not_come_back_when_the_clock_goes_backwards(client_as, clock):
    seen, unseen = client_as("officer"), client_as("officer2")
    clock(hours=11)
    assert stays_in(seen)
    clock(hours=24)
    assert not stays_in(seen)
    plan()
    clock(hours=0)
    assert not stays_in(seen), "it was asked for when it had run out"
    assert not stays_in(unseen), "the worker saw that it had"
    assert Session.objects.count() == 0


def test_a_session_of_when_the_clock_stood_ahead_does_not_live_until_then(client_as, clock):
    clock(days=400)
    ahead = client_as("officer")
    assert stays_in(ahead)
    clock(days=0)
    assert not stays_in(ahead)
    clock(days=400)
    assert not stays_in(ahead)
    clock(days=0)
    held = client_as("officer")
    clock(hours=-1)
    assert stays_in(held), "an hour back, as after a wrong summer time, signs nobody out"


def test_a_link_to_a_new_password_opens_once_and_not_again_in_the_past(user_of, monkeypatch):
    from datetime import datetime

    from allauth.account.forms import default_token_generator as links_to_passwords

    user = user_of("officer")
    key, now = links_to_passwords.make_token(user), datetime.now()
    assert links_to_passwords.check_token(user, key)
    user.set_password("another long word")
    user.save()
    for days in (0, -30, 30):
        monkeypatch.setattr(type(links_to_passwords), "_now", lambda _self, days=days: now + timedelta(days=days))
        assert not links_to_passwords.check_token(user, key)

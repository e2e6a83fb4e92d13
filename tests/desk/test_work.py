"""What the desk does by itself: once a day, never twice, through a kill, and what failed is shown until it is seen."""

from __future__ import annotations

import sys

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from filelock import FileLock
from tests import starting
from tests.desk.cast import clean, udsyn

from udsyn.desk.kernel.models import Message
from udsyn.desk.ops import work
from udsyn.desk.web.inbox import waiting


def pieces():
    return sorted((p.task_name, *p.args_kwargs["args"], p.status) for p in DBTaskResult.objects.all())


@pytest.fixture
def nights(db, monkeypatch):
    """Two rooms' nights in place of all: one that counts, one that fails while `broken` says so."""
    seen = {"done": 0, "broken": True}

    def good():
        seen["done"] += 1
        return {"done": seen["done"]}

    def bad():
        return {"failed": ["request 7: no such day"] if seen["broken"] else []}

    monkeypatch.setattr(work, "night", lambda: {"good": good, "bad": bad})
    Message.objects.filter(state="approved").delete()
    return seen


def test_a_day_is_done_once_and_the_next_day_again(nights, monkeypatch):
    today = timezone.localdate().isoformat()
    for _time in range(3):
        work.plan()
        work.worker().run()
    assert nights["done"] == 1
    assert pieces() == [("day", "bad", today, "FAILED"), ("day", "good", today, "SUCCESSFUL")]
    monkeypatch.setattr("udsyn.desk.kernel.work.today", lambda: "2999-01-01")
    work.plan()
    work.worker().run()
    assert nights["done"] == 2


def test_an_administrator_sees_what_failed_tries_it_again_and_settles_it(nights, client_as, actor_as):
    work.plan()
    work.worker().run()
    today = timezone.localdate()
    assert [i for i in waiting(actor_as("administrator"), today) if "request 7: no such day" in str(i.title)]
    assert not [i for i in waiting(actor_as("officer"), today) if "request 7" in str(i.title)]
    assert client_as("officer").get(reverse("work")).status_code == 403
    client = client_as("administrator")
    assert "request 7: no such day" in client.get(reverse("work")).content.decode()
    failed = DBTaskResult.objects.failed().get()

    client.post(reverse("work"), {"piece": failed.pk, "again": "1"})
    work.worker().run()
    assert DBTaskResult.objects.failed().get() == failed, "it failed again"
    client.post(reverse("work"), {"piece": failed.pk, "again": "1"})
    nights["broken"] = False
    work.worker().run()
    assert not DBTaskResult.objects.failed()

    DBTaskResult.objects.filter(pk=failed.pk).update(status="FAILED")
    client.post(reverse("work"), {"piece": failed.pk, "noted": "1"})
    work.plan()
    assert not DBTaskResult.objects.failed()
    assert not DBTaskResult.objects.filter(status="READY"), "what was looked at is not tried again"


def approved(user):
    return Message.objects.create(
        recipient="a@example.org", subject="Hello", body="x", responsible=user, state="approved"
    )


def test_a_mail_leaves_once_and_what_the_server_refuses_waits_its_pause(nights, user_of, monkeypatch):
    from django.core import mail

    message = approved(user_of("officer"))
    for _time in range(2):
        work.plan()
        work.worker().run()
    assert [m.subject for m in mail.outbox] == ["Hello"]
    message.refresh_from_db()
    assert message.state == "sent"

    def away(*_args, **_named):
        raise OSError("away")

    monkeypatch.setattr("udsyn.desk.tools.outbox.get_connection", away)
    monkeypatch.setattr("udsyn.desk.tools.outbox.send_approved", lambda: away())
    approved(user_of("officer"))
    for _time in range(3):
        work.plan()
        work.worker().run()
    sends = [p for p in pieces() if p[0] == "send"]
    assert sends == [("send", "FAILED"), ("send", "SUCCESSFUL")], "it is tried again later, and is one piece all along"
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + 2 * work.PAUSE)
    work.plan()
    assert ("send", "READY") in pieces()


BEGUN = """
import sys
from udsyn.desk.ops import office
office.start(sys.argv[1])
from udsyn.desk.kernel.models import Message
from udsyn.desk.ops import work
from udsyn.desk.rooms.parties.models import User
from django_tasks_db.models import DBTaskResult
user = User.objects.get(email="officer@demo.example")
Message.objects.create(recipient="a@example.org", subject="Once", body="x", responsible=user, state="approved")
work.send.enqueue()
DBTaskResult.objects.get().claim("a worker that was killed")
"""
TOLD = """
import sys
from udsyn.desk.ops import office
office.start(sys.argv[1])
from udsyn.desk.kernel.models import Message
from django_tasks_db.models import DBTaskResult
print(Message.objects.get(subject="Once").state, DBTaskResult.objects.exclude(status="SUCCESSFUL").count())
"""


def python(code, folder):
    done = starting.run([sys.executable, "-c", code, folder], clean())
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_a_killed_worker_had_begun_is_taken_up_and_nothing_leaves_twice(folder):
    python(BEGUN, folder)
    with FileLock(folder / "work.lock"):
        refused = udsyn("work", "--once", "--desk", folder)
    assert refused.returncode == 1
    assert "another worker" in refused.stderr
    for _time in range(2):
        done = udsyn("work", "--once", "--desk", folder)
        assert done.returncode == 0, done.stderr
    assert python(TOLD, folder).split() == ["sent", "0"]
    letters = [letter.read_bytes() for letter in (folder / "mail").iterdir()]
    assert sum(b"Subject: Once" in letter for letter in letters) == 1

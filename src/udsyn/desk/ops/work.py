"""The worker: puts what a day brings and mails that may leave into the queue, and works it down.

There is one worker to a desk, held by a lock on its folder; a worker that is killed lets go of the lock, and the next
one takes up what it had begun.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task
from django_tasks_db.management.commands.db_worker import Worker
from filelock import FileLock, Timeout

from udsyn.desk.evidence import following
from udsyn.desk.kernel import ties, work
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.tools import outbox
from udsyn.desk.web.sessions import SessionStore
from udsyn.errors import UdsynError

LOOK = 5.0  #: seconds between two looks at the clock and the outbox
PAUSE = timedelta(minutes=5)  #: after which mails that did not leave are tried again

log = logging.getLogger(__name__)


def follow() -> dict[str, Any]:
    """Ask the record what came of the ties; nothing where no record is named."""
    return following.follow_all(settings.FOLDER)


def night() -> dict[str, Callable[[], dict[str, Any]]]:
    """What each day brings, by name."""
    brings = (*(bring for room in rooms() for bring in room.nightly), ties.collect, follow)
    return {f"{bring.__module__}.{bring.__name__}": bring for bring in brings}


@task()
def day(name: str, date: str) -> dict[str, Any]:
    """Do what one room's day brings. Raises UdsynError with what failed in it; the rest of it is done."""
    bring = night().get(name)
    if bring is None:
        return {}  # a room that this desk had
    brought = bring()
    if failed := brought.pop("failed", []):
        raise UdsynError("; ".join([*told(brought), *failed]))
    return brought


def told(numbers: Mapping[str, Any]) -> list[str]:
    return [f"{name} {number}" for name, number in numbers.items()]


@task()
def send() -> int:
    """Send the mails that a person approved."""
    return outbox.send_approved()


def plan() -> None:
    """Put into the queue what is due now and not in it yet."""
    now = timezone.now()
    for name in night():
        work.once(day, name, work.today())
    work.as_long_as(lambda: Message.objects.filter(state="approved").exists(), send, now, PAUSE)
    work.tidy(now)
    SessionStore.clear_expired()


def brought() -> dict[str, Any]:
    """What today has brought so far, by name, and how many mails left last. Raises UdsynError with what failed."""
    pieces = [piece for name in night() if (piece := work.held(day, name, work.today()))]
    numbers = {name: number for piece in pieces for name, number in (work.gave(piece) or {}).items()}
    last = work.held(send)
    numbers["sent"] = (work.gave(last) or 0) if last else 0
    if failed := [work.why(piece) for piece in (*pieces, *filter(None, [last])) if work.failed(piece)]:
        raise UdsynError("; ".join([*told(numbers), *failed]))
    return numbers


def run(once: bool = False, beside: bool = False) -> None:
    """Work down the queue until told to stop; `once` stops when it is empty, `beside` when the server is gone.

    Raises UdsynError where another worker is at it.
    """
    try:
        with FileLock(settings.FOLDER / "work.lock", timeout=0):
            work.take_up()
            work_down(once, os.getppid() if beside else None)
    except Timeout:
        raise UdsynError("another worker is at work on this desk.") from None


def worker() -> Worker:
    """One that stops when the queue is empty."""
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=str(os.getpid()),
        excluded_queue_names=[],
    )


def work_down(once: bool, server: int | None) -> None:
    """Plan and work, again and again, until a signal says stop or the server that started it is gone.

    `once` goes round twice, so that what the day wrote leaves, too.
    """
    translation.activate(settings.LANGUAGE_CODE)
    working = worker()
    working.configure_signals()
    for _round in range(2) if once else count():
        if not working.running or server not in (None, os.getppid()):
            return
        try:
            plan()
            working.run()
        except Exception:  # a locked database: look again
            log.exception("the queue could not be worked down")
            if once:
                raise
        if not once:
            time.sleep(LOOK)

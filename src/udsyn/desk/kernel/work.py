"""What the desk does by itself, as tasks in its database: each failure stays there until somebody has looked at it.

A task here can be done again: it does what is due, and notes what it did in the same transaction (a mail is noted
before it leaves). So what a killed worker left half done, the next one begins anew, and nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

READY, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING
KEPT = timedelta(days=30)  #: how long what went well is still shown


def held(task: Task[..., Any], *arguments: Any) -> DBTaskResult | None:
    """The newest piece of work of this kind with these arguments, whatever came of it."""
    found = DBTaskResult.objects.filter(task_path=task.module_path)
    if arguments:
        found = found.filter(args_kwargs={"args": [*arguments], "kwargs": {}})
    return found.order_by("-enqueued_at").first()


def once(task: Task[..., Any], *arguments: Any) -> None:
    """Put it into the queue, unless it is or was there."""
    if held(task, *arguments) is None:
        task.enqueue(*arguments)


def as_long_as(wanted: Callable[[], bool], task: Task[..., Any], now: datetime, pause: timedelta) -> None:
    """Put it into the queue while there is something to do; what failed is tried again after a pause."""
    last = held(task)
    if last is not None and last.status in (READY, RUNNING):
        return
    if last is not None and last.status == TaskResultStatus.FAILED:
        if last.finished_at is None or last.finished_at + pause < now:
            again(last)
    elif wanted():
        task.enqueue()


def again(piece: DBTaskResult) -> None:
    """Back into the queue."""
    DBTaskResult.objects.filter(pk=piece.pk).exclude(status=RUNNING).update(status=READY)


def looked_at(piece: DBTaskResult) -> None:
    """Somebody knows of the failure, and it need not be tried again."""
    DBTaskResult.objects.filter(pk=piece.pk, status=TaskResultStatus.FAILED).update(status=TaskResultStatus.SUCCESSFUL)


def take_up() -> int:
    """What was begun by a worker that is gone goes back into the queue; returns how many. Only the one worker asks."""
    return DBTaskResult.objects.filter(status=RUNNING).update(status=READY)


def tidy(now: datetime) -> None:
    """Forget what went well long ago."""
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEPT).delete()


def failed(piece: DBTaskResult) -> bool:
    return piece.status == TaskResultStatus.FAILED


def gave(piece: DBTaskResult) -> Any:
    """What it brought; None while it has not ended well."""
    return piece.return_value if piece.status == TaskResultStatus.SUCCESSFUL else None


def failures() -> Any:
    """What failed and was not looked at, newest first."""
    return DBTaskResult.objects.failed().order_by("-finished_at")


def why(piece: DBTaskResult) -> str:
    """Why it failed, in a sentence: what Python said below the last line of code, without the error's name."""
    lines = piece.traceback.strip().splitlines()
    code = [number for number, line in enumerate(lines) if line.startswith(" ")]
    said = " ".join(filter(None, lines[code[-1] + 1 if code else 0 :]))
    return said.partition(": ")[2] or said


def name(piece: DBTaskResult) -> str:
    """What it was to do: the task, and for which part or day."""
    return " ".join([piece.task_name, *map(str, piece.args_kwargs.get("args", ()))])


def today() -> str:
    return timezone.localdate().isoformat()

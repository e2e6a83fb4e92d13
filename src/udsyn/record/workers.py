"""Parts read side by side in processes of their own. The record is the same, byte for byte, as one process writes.

A worker takes one part at a time and commits it as a single process would. When the process that started it is gone,
a worker ends at once; until then it holds the record's lock of workers, so that no other ingest begins meanwhile.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import wait
from typing import Any

from udsyn.errors import UdsynError
from udsyn.record.lock import at_work
from udsyn.record.parts import Commit
from udsyn.record.runs import Refusal, Run, Say, attempt
from udsyn.record.sources.part import Part

#: Memory that one worker may need, in bytes.
MEMORY = 1 << 30
Task = tuple[Part, Commit]


def worth(parts: int) -> int:
    """How many workers this machine has processors and memory for, given so many parts."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(parts, processors, free_memory() // MEMORY))


def free_memory() -> int:
    """Bytes of memory that are free; where the system does not say, enough for two workers."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 2 * MEMORY


def read_here(run: Run, todo: list[tuple[Part, Commit]], say: Say) -> Iterator[Commit | Refusal]:
    """Read the parts on this machine; what became of each, in their order."""
    if run.workers > 1 and len(todo) > 1:
        light = replace(run, location=run.location.without_files())
        yield from read_side_by_side(light, todo, say, min(run.workers, len(todo)))
        return
    reader = run.reader()
    try:
        for number, (part, commit) in enumerate(todo, 1):
            say(f"reading {part.path} ({number} of {len(todo)})")
            yield attempt(reader, run, part, commit)
    finally:
        reader.close()


def read_side_by_side(run: Run, todo: list[Task], say: Say, workers: int) -> Iterator[Commit | Refusal]:
    """Read the parts; what became of each, in their order. Raises UdsynError where a worker cannot go on."""
    context = multiprocessing.get_context("spawn")
    ends: list[Any] = []
    started: list[Any] = []
    done: dict[int, Commit | Refusal] = {}
    waiting = list(enumerate(todo))[::-1]
    say(f"reading {len(todo)} parts, {workers} at a time")
    try:
        for _ in range(workers):
            near, far = context.Pipe()
            process = context.Process(target=work, args=(run, far), daemon=True)
            process.start()
            far.close()
            started.append(process)
            ends.append(near)
            near.send(waiting.pop())
        for number in range(len(todo)):
            while number not in done:
                for end in list[Any](wait(ends)):
                    answer = heard(end)
                    done[answer[0]] = answer[1]
                    say(f"read {todo[answer[0]][0].path} ({len(done)} of {len(todo)})")
                    if waiting:
                        end.send(waiting.pop())
            yield done[number]
    finally:
        for process in started:
            process.kill()
            process.join()


def heard(end: Any) -> tuple[int, Commit | Refusal]:
    """A worker's answer: the part's number and what became of it."""
    try:
        number, result = end.recv()
    except EOFError:
        raise UdsynError(
            "a worker ended unexpectedly, perhaps for want of memory. Parts that were read are kept; run the same "
            "command again, with --workers 1 if it happens again."
        ) from None
    if isinstance(result, Exception):
        raise result
    return number, result


def work(run: Run, tasks: Any) -> None:
    """A worker's life: read what is asked for until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the process that started this one
    parent = multiprocessing.parent_process()
    assert parent is not None
    with at_work(run.record.path):
        threading.Thread(target=end_with, args=(parent,), daemon=True).start()
        reader = run.reader()
        while True:
            try:
                number, (part, commit) = tasks.recv()
            except EOFError:
                break
            try:
                tasks.send((number, attempt(reader, run, part, commit)))
            except (UdsynError, OSError) as error:
                tasks.send((number, error))


def end_with(parent: Any) -> None:
    """Wait for the process that started this one to end, and end."""
    parent.join()
    os._exit(1)

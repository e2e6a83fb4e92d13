"""One writer at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from udsyn.errors import UdsynError

#: Held by who writes a record; the writer's process id stands in it.
LOCK = ".lock"
#: One for each worker of an ingest, held for as long as it lives; a worker ends at once when its ingest does.
WORKER = ".worker-"
#: Seconds that the workers of an ingest that was killed are given to end.
PATIENCE = 10.0


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold a record for writing. The lock goes with the process, so that a killed one never leaves it behind.

    Raises UdsynError at once where another process holds it.
    """
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / LOCK, blocking=False, preserve_lock_file=True, on_acquired=sign)
    try:
        lock.acquire()
    except Timeout:
        holder = (root / LOCK).read_text().strip() or "unknown"
        raise UdsynError(
            f"{root} is being written by another process (id {holder}). Wait until it is done, then try again."
        ) from None
    try:
        wait_for_workers(root)
        yield
    finally:
        lock.release()


def sign(descriptor: int) -> None:
    os.truncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())


def wait_for_workers(root: Path) -> None:
    """Let the workers of an ingest that was killed end. Raises UdsynError where they do not."""
    try:
        for left in root.glob(f"{WORKER}*"):
            with FileLock(left, timeout=PATIENCE):
                left.unlink(missing_ok=True)
    except Timeout:
        raise UdsynError(f"workers of an earlier ingest still write {root}. Try again later.") from None


@contextmanager
def at_work(root: Path) -> Iterator[None]:
    """Be one of the workers that write a record."""
    own = root / f"{WORKER}{os.getpid()}"
    with FileLock(own):
        yield
        own.unlink(missing_ok=True)

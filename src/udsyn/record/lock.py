"""One writer at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from udsyn.errors import UdsynError

LOCK = ".lock"
#: Held by every worker of an ingest for as long as it lives; a worker ends at once when its ingest does.
WORKERS = ".workers"
#: Seconds that the workers of an ingest that was killed are given to end.
PATIENCE = 10.0


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold a record for writing. The lock goes with the process, so that a killed one never leaves it behind.

    Raises UdsynError at once where another process holds it.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise UdsynError(
                f"{root} is being written by another process (id {holder}). Wait until it is done, then try again."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        wait_for_workers(root)
        yield


def wait_for_workers(root: Path) -> None:
    """Let the workers of an ingest that was killed end. Raises UdsynError where they do not."""
    until = time.monotonic() + PATIENCE
    with (root / WORKERS).open("a") as file:
        while True:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise UdsynError(f"workers of an earlier ingest still write {root}. Try again later.") from None
                time.sleep(0.02)


@contextmanager
def at_work(root: Path) -> Iterator[None]:
    """Be one of the workers that write a record."""
    with (root / WORKERS).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield

"""One writer at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from udsyn.errors import UdsynError

LOCK = ".lock"


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
        yield

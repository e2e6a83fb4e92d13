"""What is said when a disk is full, whichever library meets it first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path

import duckdb

from udsyn.errors import UdsynError

#: How the system words it; libraries pass the words on in errors of their own.
FULL = tuple(os.strerror(number) for number in (ENOSPC, EDQUOT, EFBIG))


@contextmanager
def room(root: Path) -> Iterator[None]:
    """Turn any error of a full disk under `root` into one sentence that says what is kept and what to do."""
    try:
        yield
    except (OSError, duckdb.Error, UdsynError) as error:
        words = next((words for words in FULL if words.lower() in str(error).lower()), None)
        if words is None:
            raise
        free = shutil.disk_usage(root).free
        raise UdsynError(
            f"the disk of {root} is full ({words.lower()}; {free / 1e6:,.0f} MB free). What was read completely is "
            "kept; make room and run the same command again: it goes on from there."
        ) from None

"""Where tests write: in memory where it has a folder with room, else on the disk.

Half of what tests wait for is a disk that syncs what nobody will read again; what must outlive a killed process does so
in such a folder, too.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
ROOM = 6 << 30  #: bytes; all tests together write less than a third


def available() -> int:
    """Bytes of memory that a program may still take; 0 where the system does not say."""
    told = Path("/proc/meminfo")
    lines = told.read_text().splitlines() if told.exists() else []
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:")), 0)


def choose() -> None:
    """Let this process and those that it starts write into memory, unless the environment names a folder."""
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK):
        return
    if min(shutil.disk_usage(IN_MEMORY).free, available()) >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)

"""One engine in its own process: reads the event from stdin, writes what it finds to stdout, a JSON object a line.

Engines run as processes because a SAT solver at work can be stopped in no other way.
"""

from __future__ import annotations

import importlib
import json
import math
import pickle
import resource
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from udsyn.meetings.event import Event

#: engine → module and its function of (event, report, seed)
ENGINES: Mapping[str, tuple[str, str]] = {
    "cores": ("udsyn.meetings.cores", "solve"),
    "exhaustive": ("udsyn.meetings.cores", "solve_exhaustively"),
    "search": ("udsyn.meetings.search", "solve"),
}
#: Bytes that one engine may take: all of them together fit a small machine. One that needs more ends; the others go on.
MOST_MEMORY = 2 << 30
#: Seconds of processor time beyond the time limit after which an engine ends by itself.
SPARE = 5


class Report:
    """What an engine tells while it works."""

    def __init__(self, out: BinaryIO) -> None:
        self.out = out

    def tell(self, **found: Any) -> None:
        self.out.write(json.dumps(found).encode() + b"\n")
        self.out.flush()

    def bound(self, breaks: int) -> None:
        """No schedule has fewer breaks than this."""
        self.tell(bound=breaks)

    def schedule(self, schedule: Mapping[str, int], *, optimal: bool) -> None:
        self.tell(schedule=dict(schedule), optimal=optimal)

    def infeasible(self) -> None:
        self.tell(infeasible=True)


def start_message(event: Event, seed: int, seconds: float) -> bytes:
    return pickle.dumps((event, seed, seconds))


def main(name: str) -> None:
    event, seed, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the parent process, never from a file
    module, solve = ENGINES[name]
    bound(seconds)
    try:
        getattr(importlib.import_module(module), solve)(event, Report(sys.stdout.buffer), seed)
    except BrokenPipeError:
        sys.stderr.close()  # the parent has its answer and left


def bound(seconds: float) -> None:
    """Let the system refuse this process more than its share: memory, so that a search that grows never takes the
    machine, and processor time, so that it ends where its parent was killed and cannot stop it."""
    for limit, share in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, math.ceil(seconds) + SPARE)):
        _, most = resource.getrlimit(limit)
        resource.setrlimit(limit, (share if most < 0 else min(share, most), most))


if __name__ == "__main__":
    main(sys.argv[1])

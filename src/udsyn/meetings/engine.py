"""One engine in its own process: reads the event from stdin, writes what it finds to stdout, a JSON object a line.

Engines run as processes because a SAT solver at work can be stopped in no other way.
"""

from __future__ import annotations

import importlib
import json
import pickle
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from udsyn.meetings.event import Event

#: engine → module with a function solve(event, report, seed)
ENGINES: Mapping[str, str] = {
    "cores": "udsyn.meetings.cores",
    "search": "udsyn.meetings.search",
}


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


def start_message(event: Event, seed: int) -> bytes:
    return pickle.dumps((event, seed))


def main(name: str) -> None:
    event, seed = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the parent process, never from a file
    try:
        importlib.import_module(ENGINES[name]).solve(event, Report(sys.stdout.buffer), seed)
    except BrokenPipeError:
        sys.stderr.close()  # the parent has its answer and left


if __name__ == "__main__":
    main(sys.argv[1])

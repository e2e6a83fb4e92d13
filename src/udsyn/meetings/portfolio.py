"""Engines side by side on one event: the best schedule of any, the best bound of any, and a proof when they meet."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from udsyn.errors import UdsynError
from udsyn.meetings.answer import Answer, Progress
from udsyn.meetings.check import check, count_breaks
from udsyn.meetings.engine import start_message
from udsyn.meetings.event import Event

#: Who runs, one process each. The first named is whose schedule is given when several prove the same value.
ENGINES = ("cores", "exhaustive", "search")
#: Seconds kept back for stopping the engines and printing.
RESERVE = 0.3
#: Seconds at most, of those that the proof took, for which the preferred engine is waited for: small events repeat.
PATIENCE = 2.0


def solve(
    event: Event,
    time_limit: float = 60.0,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    engines: Sequence[str] = ENGINES,
) -> Answer:
    """Fewest breaks, or the best schedule and bound within `time_limit` seconds. Ctrl-C ends early with the best."""
    race = Race(event, time.monotonic(), progress or (lambda _: None), engines)
    with contextlib.ExitStack() as stack:
        for name in engines:
            stack.callback(stop, race.start(name, seed, time_limit))
        with contextlib.suppress(KeyboardInterrupt):
            race.run(time_limit - RESERVE)
            return race.finish()
        race.answer.stopped = True
        return race.finish()


class Race:
    """Collects what the engines tell. The answer settles when the bound meets the best schedule."""

    def __init__(self, event: Event, started: float, progress: Progress, engines: Sequence[str]) -> None:
        self.event, self.started, self.progress = event, started, progress
        self.answer = Answer()
        self.told: queue.Queue[tuple[str, dict[str, Any] | None]] = queue.Queue()
        self.running = set(engines)
        self.preferred = engines[0]
        self.proven_at: float | None = None
        self.errors: dict[str, str] = {}

    def start(self, name: str, seed: int, seconds: float) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "udsyn.meetings.engine", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # ctrl-C reaches the parent only, which then stops the engines
        )
        message = start_message(self.event, seed, seconds)
        threading.Thread(target=self.listen, args=(name, process, message), daemon=True).start()
        return process

    def listen(self, name: str, process: subprocess.Popen[bytes], message: bytes) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(message)
            process.stdin.close()
            for line in process.stdout:
                self.told.put((name, json.loads(line)))
            self.errors[name] = process.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
        self.told.put((name, None))

    def run(self, time_limit: float) -> None:
        while self.running and not self.settled():
            left = self.started + time_limit - time.monotonic()
            if self.proven_at is not None:
                left = min(left, self.proven_at + min(self.proven_at, PATIENCE) + 1 - self.elapsed())
            try:
                name, found = self.told.get(timeout=max(0.0, left))
            except queue.Empty:
                return
            if found is None:
                self.running.discard(name)
            else:
                self.take(name, found)
        if not self.running and self.answer.status == "unknown":
            raise UdsynError("the solvers ended without an answer: " + "; ".join(filter(None, self.errors.values())))

    def settled(self) -> bool:
        """Proven, and by the engine whose schedule is preferred (it is waited for a moment)."""
        if self.answer.status == "infeasible":
            return True
        if self.proven_at is None:
            return False
        return self.answer.engine == self.preferred or self.preferred not in self.running

    def elapsed(self) -> float:
        return time.monotonic() - self.started

    def take(self, name: str, found: dict[str, Any]) -> None:
        answer = self.answer
        answer.seconds = self.elapsed()
        before = answer.breaks, answer.bound
        if found.get("infeasible"):
            answer.status, answer.bound, answer.engine = "infeasible", None, name
            return
        if "schedule" in found:
            self.take_schedule(name, found["schedule"], found["optimal"])
        answer.bound = max(answer.bound or 0, found.get("bound", 0))
        if answer.breaks is not None and answer.bound >= answer.breaks and self.proven_at is None:
            answer.status, self.proven_at = "optimal", self.elapsed()
            answer.engine = name
        if (answer.breaks, answer.bound) != before:
            self.progress(answer)

    def take_schedule(self, name: str, schedule: dict[str, int], optimal: bool) -> None:
        answer = self.answer
        wrong = check(self.event, schedule)
        if wrong:
            raise UdsynError(f"engine {name} made a wrong schedule ({wrong[0]}): please report this event.")
        breaks = count_breaks(self.event, schedule)
        preferred = name == self.preferred and optimal and breaks == answer.breaks
        if answer.breaks is None or breaks < answer.breaks or preferred:
            answer.breaks, answer.schedule, answer.engine = breaks, schedule, name
            answer.status = "optimal" if self.proven_at is not None else "feasible"
        if optimal:
            answer.bound = breaks

    def finish(self) -> Answer:
        if self.answer.status != "infeasible" and self.proven_at is None:
            self.answer.seconds = self.elapsed()
        return self.answer


def stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()

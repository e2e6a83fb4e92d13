"""What a solver says about an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass
class Answer:
    """The state of knowledge about one event; `breaks` and `bound` meet when the schedule is proven optimal."""

    status: Status = "unknown"
    breaks: int | None = None
    bound: int | None = 0
    seconds: float = 0.0
    schedule: Mapping[str, int] = field(default_factory=dict)
    engine: str | None = None  # who proved it, or found the schedule
    reason: str | None = None  # why there is no schedule, in words
    conflict: Sequence[str] = ()  # meetings that cannot hold together
    rooms: Mapping[str, str] = field(default_factory=dict)  # meeting → room, for events with rooms
    goals: dict[str, int] = field(default_factory=dict)  # what the day model reached, goal by goal
    stopped: bool = False  # by the user, before the time was up


Progress = Callable[[Answer], None]

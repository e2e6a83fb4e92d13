"""Meetings: the schedule of a matchmaking day, proven good. Pure: no database, nothing else of ours but the errors.

`schedule_event` is the one call; everything else is a module that reads like a page:
event (the file) → sat, cores, search, portfolio (fewest breaks, with proof) → check (independent of the solvers).
"""

from udsyn.meetings.answer import Answer
from udsyn.meetings.check import check, count_breaks
from udsyn.meetings.event import Event, EventError, parse_event, read_event
from udsyn.meetings.schedule import schedule_event

__all__ = ["Answer", "Event", "EventError", "check", "count_breaks", "parse_event", "read_event", "schedule_event"]

"""Rules as data: what a call, a list or a service says, with a version, and verdicts that name their clause and source.

    pack = load("inp", on=date(2020, 4, 1))          # the version in force on a day
    for verdict in judge(pack, application): ...      # met, not met or unknown, each with clause, source and why

A pack is a YAML file (docs/packs.md describes the language). Pure: nothing here knows a database, or more of ours than
the errors.
"""

from __future__ import annotations

from udsyn.packs.answers import Answer, answer
from udsyn.packs.clock import add_working_days, deadline, is_working_day
from udsyn.packs.granted import Granted, granted
from udsyn.packs.judge import Verdict, documents, judge, told_by_all
from udsyn.packs.language import Deadline, Pack, PackError
from udsyn.packs.outcomes import Outcome
from udsyn.packs.scores import come_to, means, values_of
from udsyn.packs.store import load, parse, versions

__all__ = [
    "Answer",
    "Deadline",
    "Granted",
    "Outcome",
    "Pack",
    "PackError",
    "Verdict",
    "add_working_days",
    "answer",
    "come_to",
    "deadline",
    "documents",
    "granted",
    "is_working_day",
    "judge",
    "load",
    "means",
    "parse",
    "told_by_all",
    "values_of",
    "versions",
]

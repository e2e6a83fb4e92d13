"""What a program asks the record through the API: a verb of the evidence, with the parts of a `Question` as text.

Only verbs that read cubes: they answer while the caller waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings

from udsyn.desk.tools.record import named
from udsyn.errors import NotHeld
from udsyn.evidence.profile import profile
from udsyn.evidence.projects import joint_projects
from udsyn.evidence.question import Question
from udsyn.evidence.rates import rates
from udsyn.evidence.result import Result
from udsyn.evidence.shares import share
from udsyn.evidence.strengths import strengths
from udsyn.evidence.ties import ties

VERBS: Mapping[str, Callable[..., Result]] = {
    "joint_projects": joint_projects,
    "profile": profile,
    "rates": rates,
    "share": share,
    "strengths": strengths,
    "ties": ties,
}


def answer(verb: str, parts: Mapping[str, str]) -> dict[str, Any]:
    """Rows, provenance and notes; the desk's own country is home where none is named.

    Raises UsageError for a part that cannot be read or that the verb does not take, NotHeld where the record holds
    nothing that answers, or none is named.
    """
    record = named()
    if record is None:
        raise NotHeld("no record is named: whoever runs this desk sets UDSYN_RECORD.")
    return as_json(VERBS[verb](record, Question.parse({"home": settings.HOME, **parts})))


def as_json(found: Result) -> dict[str, Any]:
    return {"rows": found.rows.to_dicts(), "provenance": asdict(found.provenance), "notes": list(found.notes)}

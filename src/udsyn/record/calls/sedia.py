"""Answers of the EU portal's search (SEDIA): every value a list of strings, some of them JSON inside a string.

The same topic comes once for each language and each action: English first, and once only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from udsyn.record.calls import portal, said
from udsyn.record.calls.documents import items
from udsyn.record.calls.portal import BRUSSELS, CASCADE, TOPIC
from udsyn.record.calls.tables import Call, first
from udsyn.record.shelf import Fault, Row

#: codes of the portal
STATUS = {"31094501": "forthcoming", "31094502": "open", "31094503": "closed"}
PROGRAMMES = {"43108390": "HORIZON"}
ZONE = ZoneInfo(BRUSSELS)


def read(path: Path, retrieved: dt.date) -> Iterator[Row | Fault]:
    """A call for each topic of an answer, or of a list of answers."""
    held: dict[tuple[str, str], tuple[bool, Row]] = {}
    for number, (_, result) in enumerate(items(path, "results.item", "item.results.item"), 1):
        found = one_result(f"result {number}", result, retrieved)
        if isinstance(found, Row):
            english = str(result.get("language") or "en").lower() == "en"
            title = found.values["title"] if found.values["cascade"] else ""  # cascade calls share an id
            key = (str(found.values["id"]).lower(), title)
            if key not in held or (english and not held[key][0]):
                held[key] = (english, found)
        elif found is not None:
            yield found
    yield from (row for _, row in held.values())


def one_result(where: str, result: Any, retrieved: dt.date) -> Row | Fault | None:
    """A call, what is wrong with it, or None for what is no call (a tender, a project, a question)."""
    about = result.get("metadata") if isinstance(result, Mapping) else None
    if not isinstance(about, Mapping):
        return Fault(where, "has no metadata", str(result)[:200])
    kind = one(about, "type") or TOPIC
    if kind not in (TOPIC, CASCADE):
        return None
    id_, title = one(about, "identifier"), one(about, "title")
    if not id_ or not title:
        return Fault(where, f"has no {'title' if id_ else 'identifier'}", str(id_ or title))
    days = [(day, clock(text)) for text in every(about, "deadlineDate") if (day := said.day(text))]
    status = one(about, "status")
    programme = one(about, "frameworkProgramme")
    return Call(
        **portal.told(id_, title, one(about, "budgetOverview")),
        listed_on=retrieved,
        text=said.plain_text(one(about, "descriptionByte")),
        programme=PROGRAMMES.get(programme or "", programme),
        action=one(about, "typesOfAction"),
        cascade=kind == CASCADE,
        status_said=STATUS.get(status or "", status),
        opens=said.day(one(about, "startDate")),
        deadlines=portal.deadlines(days, one(about, "deadlineModel") or model_in(one(about, "budgetOverview"))),
    ).row()


def every(about: Mapping[str, Any], name: str) -> list[str]:
    value = about.get(name)
    return [text for one in (value if isinstance(value, list) else [value]) if (text := said.word(one))]


def one(about: Mapping[str, Any], name: str) -> str | None:
    found: str | None = first(every(about, name))
    return found


def clock(text: str) -> str | None:
    """The Brussels clock of an instant with an offset; none at midnight."""
    if said.clock(text) is None:
        return None
    instant = dt.datetime.fromisoformat(text)
    return said.clock(text) if instant.tzinfo is None else f"{instant.astimezone(ZONE):%H:%M}"


def model_in(overview: str | None) -> str | None:
    """Whether the budget overview speaks of two stages."""
    return "two-stage" if overview and '"two-stage"' in overview.replace("\\", "") else None

"""The EU portal's files: `grantsTenders.json`, one object for each topic and tender, and one file for each topic.

Of the whole list only topics and cascade calls are calls; tenders are not. A file of one topic adds its text and its
budget.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from udsyn.record.calls import portal, said
from udsyn.record.calls.documents import items
from udsyn.record.calls.portal import BRUSSELS, CASCADE, TOPIC
from udsyn.record.calls.tables import Call, Deadline, first, listed
from udsyn.record.shelf import Fault, Row

LIST, TOPIC_FILE = "fundingData.GrantTenderObj.item", "TopicDetails"


def read(path: Path, retrieved: dt.date) -> Iterator[Row | Fault]:
    """A call for each topic of the list, or the one topic of a file of its own."""
    for number, (place, said_) in enumerate(items(path, LIST, TOPIC_FILE), 1):
        where = f"record {number}"
        if not isinstance(said_, Mapping):
            yield Fault(where, "is no object", str(said_))
        elif place == TOPIC_FILE:
            yield one_topic(where, said_, retrieved, None)
        elif str(said_.get("type", TOPIC)) in (TOPIC, CASCADE):
            yield one_topic(where, said_, retrieved, str(retrieved))


def one_topic(where: str, said_: Mapping[str, Any], retrieved: dt.date, snapshot: str | None) -> Row | Fault:
    id_, title = said_.get("identifier"), said_.get("title")
    if not (isinstance(id_, str) and id_.strip()):
        return Fault(where, "has no identifier", str(title))
    if not (isinstance(title, str) and title.strip()):
        return Fault(where, "has no title", id_)
    opens = opening(said_)
    closing = deadlines(said_)
    if opens and closing and max(one.day for one in closing) < opens:
        return Fault(where, f"closes before it opens on {opens}", id_)
    return Call(
        **portal.told(id_, title, said_.get("budgetOverviewJSONItem")),
        listed_on=retrieved,
        snapshot=snapshot,
        text=said.plain_text(said_.get("description")),
        programme=word(said_.get("frameworkProgramme")) or word(said_.get("programme")) or said_.get("callProgramme"),
        action=first(word(one) for one in listed(said_.get("typesOfAction")) + listed(said_.get("topicActions"))),
        cascade=str(said_.get("type", TOPIC)) == CASCADE,
        status_said=word(said_.get("status")),
        opens=opens,
        deadlines=closing,
    ).row()


def opening(said_: Mapping[str, Any]) -> dt.date | None:
    """The planned opening: milliseconds in the list, days in a topic's own file."""
    at = portal_moment(said_.get("plannedOpeningDateLong"))
    return at[0] if at else first(said.day(one.get("plannedOpeningDate")) for one in actions(said_))


def deadlines(said_: Mapping[str, Any]) -> tuple[Deadline, ...]:
    """All of them; none where one of several cannot be read: which stage is missing cannot be told."""
    model = first([said_.get("deadlineModel"), *(one.get("deadlineModel") for one in actions(said_))])
    moments = [portal_moment(one) for one in listed(said_.get("deadlineDatesLong"))]
    days = [
        (day, said.clock(text))
        for one in actions(said_)
        for text in listed(one.get("deadlineDates"))
        if (day := said.day(text))
    ]
    return portal.deadlines([] if None in moments else [one for one in moments if one] or days, model)


def actions(said_: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in listed(said_.get("actions")) if isinstance(one, Mapping)]


def portal_moment(value: object) -> tuple[dt.date, str | None] | None:
    return said.moment(value, BRUSSELS)


def word(value: object) -> str | None:
    """A code or an object that has one."""
    if isinstance(value, Mapping):
        value = first([value.get("abbreviation"), value.get("description"), value.get("title")])
    return value if isinstance(value, str) and value else None

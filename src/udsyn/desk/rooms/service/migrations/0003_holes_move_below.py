"""Mails that wait in the outbox hold marks such as [[link:7:da]] in their text. Where such a mark is the mail's own,
the text from it on moves below, with a hole in place of the mark; any other mark is text, and stays text."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django.db import migrations

MARK = re.compile(r"\[\[(link|calendar):(\d{1,18})(?::(\w\w))?(\?\w+=\w+)?\]\]")
WAITING = ("drafted", "approved", "sending")


def move_holes(apps: Any, schema: Any) -> None:
    for message in apps.get_model("core", "Message").objects.filter(state__in=WAITING, body__contains="[["):
        body, below = split(message.body, partial(hole_of, apps, message))
        if below:
            type(message).objects.filter(pk=message.pk).update(body=body, below=below)


def split(body: str, hole: Any) -> tuple[str, list[Any]]:
    """The text before the first own mark, and what follows as words and holes."""
    runs: list[Any] = []
    words, done = "", 0
    for mark in MARK.finditer(body):
        words += body[done : mark.start()]
        done = mark.end()
        found = hole(mark)
        if found is None:
            words += mark[0]
        else:
            runs += [words, found]
            words = ""
    if not runs:
        return body, []
    first, *rest = [*runs, words + body[done:]]
    text = first.rstrip()
    return text, [run for run in (first[len(text) :], *rest) if run]


def hole_of(apps: Any, message: Any, mark: re.Match[str]) -> dict[str, Any] | None:
    """The hole for a mark, where it is for this mail's recipient and request; None otherwise."""
    what, number, language, query = mark.groups()
    about = message.about.removeprefix("request:")
    if what == "link":
        link = apps.get_model("service", "Link").objects.filter(pk=number, recipient__iexact=message.recipient).first()
        own = link is not None and str(request_of(apps, link)) == about
        return {"link": link.pk, "language": language or "en", "query": query or ""} if own else None
    met = apps.get_model("service", "Appointment").objects.filter(pk=number).select_related(
        "introduction__candidate__request", "introduction__candidate__person"
    ).first()  # fmt: skip
    if met is None:
        return None
    candidate = met.introduction.candidate
    address = candidate.email or (candidate.person.email if candidate.person else "")
    invited = {candidate.request.email.casefold(), address.casefold()}
    own = str(candidate.request_id) == about and message.recipient.casefold() in invited
    return {"calendar": met.pk} if own else None


def request_of(apps: Any, link: Any) -> int | None:
    path = {"request": "pk", "introduction": "candidate__request_id", "followup": "request_id"}.get(link.kind)
    if path is None:
        return None
    rows = apps.get_model("service", link.kind).objects.filter(pk=link.object_id)
    found: int | None = rows.values_list(path, flat=True).first()
    return found


class Migration(migrations.Migration):
    dependencies = (("service", "0002_enquiries_become_requests"), ("core", "0005_message_below"))
    operations = (migrations.RunPython(move_holes, migrations.RunPython.noop),)

"""Answers of TED's search API (version 3) as rows: what a search shows of each notice.

A field is a text, a list, or a map by language, in one notice this and in the next that. Lists by lot are told apart
by lot only where each lot has one; else they are said of the notice, and no value is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from udsyn.facts.countries import resolve
from udsyn.record.shelf import Fault, Row
from udsyn.record.tenders import codes, packages
from udsyn.record.tenders.moments import day, moment
from udsyn.record.tenders.process import money
from udsyn.record.tenders.tables import Notice
from udsyn.record.tenders.ubl import SUBTYPES

Json = dict[str, Any]
#: notice type → its kind and stage
TYPES = {type_: (kind, stage) for kind, stage, type_ in SUBTYPES.values()}
DEADLINES = {"tender": "deadline-receipt-tender", "participation": "deadline-receipt-request"}


def read(file: Path, *, contacts: bool = False) -> Iterator[Row | Fault]:
    """The notices of an answer, or of several in lines. The API shows no contact persons."""
    del contacts
    for where, document in packages.documents(file):
        found = document.get("notices") if isinstance(document, dict) else None
        if not isinstance(found, list):
            yield Fault(where, "no answer of the search: it has no notices", str(document))
            continue
        for number, notice in enumerate(found, 1):
            try:
                yield from shown(notice)
            except (ValueError, AttributeError, TypeError) as error:
                yield Fault(f"{where}, notice {number}", str(error), str(notice))


def shown(notice: Json) -> Notice:
    """The rows of one notice. Raises ValueError where it has no number or a value that is none."""
    number = first(notice.get("notice-identifier")) or first(notice.get("publication-number"))
    if number is None:
        raise ValueError("it has no publication-number")
    type_ = first(notice.get("notice-type"))
    kind, stage = TYPES.get(type_ or "", (None, None))
    lots = flat(notice.get("identifier-lot"))
    found = Notice(number, int(first(notice.get("notice-version")) or 1))
    found.add(
        "notices",
        number=(first(notice.get("publication-number")) or "").lstrip("0") or None,
        process=first(notice.get("procedure-identifier")),
        kind=kind,
        stage=stage or first(notice.get("form-type")),
        type=type_,
        status="published",
        published=day(first(notice.get("publication-date"))),
        country=resolve(first(notice.get("buyer-country"))),
        buyer=first(notice.get("buyer-name")),
        nature=first(notice.get("contract-nature")),
        procedure=first(notice.get("procedure-type")),
        language=codes.language(first(notice.get("official-language"))),
        url=first(part(notice.get("links"), "html")),
        **value(notice, "total-value", "total-value-cur", 0, 1),
    )
    for index, lot in enumerate(lots):
        worth = value(notice, "estimated-value-lot", "estimated-value-cur-lot", index, len(lots))
        place = aligned(notice.get("place-of-performance-country-lot"), index, len(lots))
        found.add("lots", lot=lot, kind="lot", country=resolve(place), **worth)
    titles, bodies = by_language(notice.get("notice-title")), by_language(notice.get("description-proc"))
    for language in dict.fromkeys([*titles, *bodies]):
        columns = {"title": titles.get(language), "text": bodies.get(language)}
        found.add("texts", lot="", language=codes.language(language), **columns)
    for code in dict.fromkeys(flat(notice.get("classification-cpv"))):
        found.add("codes", lot="", scheme="cpv", code=code)
    for name in flat(notice.get("buyer-name"))[:1]:
        found.add("parties", role="buyer", name=name, country=resolve(first(notice.get("buyer-country"))))
    add_deadlines(found, notice, lots)
    for name in dict.fromkeys(flat(notice.get("winner-name"))):
        found.add("suppliers", name=name)
    return found


def add_deadlines(found: Notice, notice: Json, lots: list[str]) -> None:
    for kind, field in DEADLINES.items():
        days, times = flat(notice.get(f"{field}-date-lot")), flat(notice.get(f"{field}-time-lot"))
        ends = list(zip(days, times, strict=True)) if len(days) == len(times) else [(date, None) for date in days]
        each = len(ends) == len(lots)
        for index, (date, time) in enumerate(ends if each else dict.fromkeys(ends)):
            if at := moment(date, time):
                found.add("deadlines", lot=lots[index] if each else "", kind=kind, **at.columns())


def value(notice: Json, field: str, currency: str, index: int, lots: int) -> dict[str, Any]:
    """The value of a lot with its currency; unknown where the lists of both do not match the lots."""
    amount = aligned(notice.get(field), index, lots)
    if amount is None:
        return {}
    currencies = flat(notice.get(currency))
    stated = currencies[index] if len(currencies) == lots else currencies[0] if len(set(currencies)) == 1 else None
    return money({"amount": float(amount), "currency": stated})


def aligned(field: Any, index: int, lots: int) -> str | None:
    held = flat(field)
    return held[index] if len(held) == lots else None


def flat(field: Any) -> list[str]:
    """A field's texts, whatever holds them; of a map by language the first language's."""
    if field is None:
        return []
    if isinstance(field, dict):
        return flat(next(iter(field.values()), None))
    if isinstance(field, list):
        return [text for part_ in field for text in flat(part_)]
    return [str(field)]


def first(field: Any) -> str | None:
    return next(iter(flat(field)), None)


def by_language(field: Any) -> dict[str, str]:
    if isinstance(field, dict):
        return {language: " ".join(flat(text)) for language, text in field.items()}
    return {"": " ".join(flat(field))} if field else {}


def part(field: Any, name: str) -> Any:
    return field.get(name) if isinstance(field, dict) else None

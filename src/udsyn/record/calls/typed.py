"""Calls that people type in, since no feed holds them: a YAML (or JSON) file, as good as any feed.

calls:
  - id: ifd-dst-2026
    title: {en: Green hydrogen with India, da: Grøn brint med Indien}
    funder: Innovation Fund Denmark
    opens: 2026-01-15
    deadlines: [{day: 2026-03-19, time: "12:00", zone: Europe/Copenhagen}]
    countries: [{country: IN, verdict: no_money, clause: Each side pays its own}]
    url: https://example.org/call
    retrieved: 2026-02-20
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from udsyn import plain, zones
from udsyn.errors import UdsynError
from udsyn.record.calls.tables import Call, Deadline
from udsyn.record.shelf import Fault, Row

Words = dict[Literal["da", "en"], Annotated[str, Field(min_length=1)]]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Typed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TypedDeadline(Typed):
    day: dt.date
    time: str | None = Field(None, pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    zone: str | None = None
    stage: int | None = Field(None, ge=1)

    @field_validator("zone")
    @classmethod
    def known_zone(cls, zone: str | None) -> str | None:
        if zone is not None and zone not in zones.names():
            raise ValueError(f"{zone} is no time zone; Europe/Copenhagen is one")
        return zone

    @model_validator(mode="after")
    def a_clock_with_its_zone(self) -> TypedDeadline:
        if self.time and not self.zone:
            raise ValueError("a time needs its zone, as Europe/Copenhagen")
        return self


class TypedBudget(Typed):
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    amount: Amount | None = None
    least: Amount | None = None
    most: Amount | None = None
    awards: int | None = Field(None, ge=1)


class TypedCountry(Typed):
    country: str = Field(pattern=r"^[A-Z]{2}$")
    verdict: Literal["money", "no_money", "not_allowed", "read_text"]
    clause: str = Field(min_length=1)


class TypedCall(Typed):
    id: str = Field(min_length=1)
    title: Words = Field(min_length=1)
    text: Words = {}
    funder: str
    programme: str | None = None
    action: str | None = None
    cascade: bool | None = None
    opens: dt.date | None = None
    ongoing: bool | None = None
    deadlines: tuple[TypedDeadline, ...] = ()
    budget: TypedBudget | None = None
    applicants: tuple[str, ...] = ()
    countries: tuple[TypedCountry, ...] = ()
    url: str = Field(pattern=r"^https?://")
    retrieved: dt.date

    @model_validator(mode="after")
    def in_order(self) -> TypedCall:
        if self.opens and any(one.day < self.opens for one in self.deadlines):
            raise ValueError("a deadline lies before the day on which it opens")
        if self.ongoing and self.deadlines:
            raise ValueError("it is ongoing and has a deadline")
        return self


def read(path: Path, _retrieved: dt.date) -> Iterator[Row | Fault]:
    """A call for each one typed in; one that is wrong is set aside with the field that is."""
    text = plain.load_text(path)
    said = plain.parse(text, path.name, largest=plain.LARGEST_FILE)
    if not isinstance(said, dict) or not isinstance(said.get("calls"), list):
        raise UdsynError(f"{path.name} has no list `calls`.")
    for number, one in enumerate(said["calls"], 1):
        try:
            yield row_of(TypedCall.model_validate(one))
        except ValidationError as error:
            fault = error.errors()[0]
            place = ".".join(str(part) for part in fault["loc"])
            reason = f"{place}: {fault['msg'].removeprefix('Value error, ')}".removeprefix(": ")
            yield Fault(f"call {number}", reason, str(one.get("id", "") if isinstance(one, dict) else one))


def row_of(call: TypedCall) -> Row:
    budget = call.budget or TypedBudget.model_validate({"currency": "XXX"})
    return Call(
        id=call.id,
        title=call.title.get("en") or call.title["da"],
        title_da=call.title.get("da"),
        text=call.text.get("en") or call.text.get("da"),
        text_da=call.text.get("da"),
        listed_on=call.retrieved,
        funder=call.funder,
        programme=call.programme,
        action=call.action,
        cascade=call.cascade,
        opens=call.opens,
        ongoing=call.ongoing,
        deadlines=tuple(Deadline(one.day, one.time, one.zone, one.stage) for one in call.deadlines),
        currency=call.budget.currency if call.budget else None,
        budget=budget.amount,
        least=budget.least,
        most=budget.most,
        awards=budget.awards,
        applicants=call.applicants,
        clauses=tuple(one.model_dump() for one in call.countries),
        url=call.url,
    ).row()

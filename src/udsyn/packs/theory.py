"""Theories of change: how an instrument is meant to work, link by link, and by what each link is seen to hold.

They are data (`theories.yaml`), so that a country writes its own. A link names the indicators that show it, where each
comes from, and after how many months one can expect to see it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from udsyn import plain
from udsyn.packs.language import PackError
from udsyn.packs.store import first_fault

Stage = Literal["input", "output", "outcome", "impact"]
Measure = Literal["money", "hours", "made", "asked", "new", "wrote", "lasting", "confirmed", "effect"]
Origin = Literal["costs", "log", "ledger", "record", "people", "engine"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Model):
    """A text in both languages."""

    da: str
    en: str


class Indicator(Model):
    """What shows that a link holds: a measure that the desk computes, where it comes from, and its lag in months."""

    measure: Measure
    source: Origin
    lag: Annotated[int, Field(ge=0, le=240)]


class Link(Model):
    """One step of the chain, from what is put in to what changes in the end."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    stage: Stage
    says: Words
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


class Theory(Model):
    """How an instrument is meant to work."""

    instrument: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    version: str
    links: Annotated[tuple[Link, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _in_order(self) -> Theory:
        order = get_args(Stage)
        places = [order.index(link.stage) for link in self.links]
        if places != sorted(places):
            raise ValueError(f"{self.instrument}: links stand in the order {', '.join(order)}")
        if set(range(len(order))) - set(places):
            raise ValueError(f"{self.instrument}: each of {', '.join(order)} needs a link")
        if len({link.id for link in self.links}) < len(self.links):
            raise ValueError(f"{self.instrument}: two links have one id")
        return self


def parse(text: str, where: str) -> dict[str, Theory]:
    """Theories by instrument from YAML. Raises PackError that says what is wrong and where."""
    try:
        held = TypeAdapter(tuple[Theory, ...]).validate_python(plain.parse(text, where))
    except ValidationError as error:
        raise PackError(f"{where}: {first_fault(error)}") from None
    found = {theory.instrument: theory for theory in held}
    if len(found) < len(held):
        raise PackError(f"{where}: an instrument has two theories.")
    return found


@cache
def shipped() -> dict[str, Theory]:
    """The theories that come with Udsyn."""
    return parse((files("udsyn.packs") / "theories.yaml").read_text(encoding="utf-8"), "theories.yaml")

"""A question to the record: whose works, in what, counted how, over which years, from which source.

One frozen object is what a verb is asked (`udsyn.ties("rec", Question("DK", "KR"))`), what the address of a number says
(`udsyn.evidence.address`), what the options of the command line and the parameters of an address on the web make, and
the key under which an answer is kept. Each verb takes some of its parts (TAKES) and refuses the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple, TypedDict, cast

from udsyn.errors import NotHeld, UsageError
from udsyn.facts import countries
from udsyn.record import ids

Years = tuple[int, int]

LEVELS = ("all", "domain", "field", "subfield", "topic")
COUNTINGS = ("full", "fractional")
PERCENTS = (1, 5, 10, 50)
LATEST = 9999  #: no work is of a later year


class Unit(NamedTuple):
    """A part of the classification: a level and its member, as field 21. A panel's own members are names."""

    level: str
    member: str

    @classmethod
    def of(cls, value: Unit | str | tuple[str, str | int]) -> Unit:
        """From `field/21`, `topic/T10001` or a pair; ids as OpenAlex writes them become their digits."""
        level, member = value.split("/", 1) if isinstance(value, str) and "/" in value else (*value, "")[:2]
        if level not in LEVELS[1:] or not str(member).strip():
            raise UsageError(f"{value} is no part of the classification: write it as field/21 or topic/T10001.")
        found = ids.find(member, level)
        return cls(level, str(member if found is None else found))

    @property
    def number(self) -> int:
        """The member as OpenAlex's number. Raises NotHeld for a panel's own member, which no work has."""
        if not self.member.isdigit():
            raise NotHeld(f"no work is of {self}, which is a panel's own: write ids as OpenAlex does.")
        return int(self.member)

    def __str__(self) -> str:
        return f"{self.level}/{self.member}"


class Parts(TypedDict, total=False):
    """What a verb takes by name, beside or instead of a Question."""

    home: str | None
    partner: str | None
    unit: Unit | str | tuple[str, str | int] | None
    level: str
    counting: str
    years: Years | None
    year: int | None
    years_against: Years | None
    source: str | None
    scope: str | None
    weights: Mapping[str, float] | None
    percent: int
    min_works: int | None
    confidence: float | None
    seed: int | None


@dataclass(frozen=True)
class Question:
    """What is asked. Labels of countries and ids are read when it is made. Raises UsageError for nonsense."""

    home: str | None = None  #: the country from which is looked, ISO-2
    partner: str | None = None  #: the country that is looked at; of `differences` the one compared with
    unit: Unit | None = None  #: only this part of the classification
    level: str = ""  #: what a row is, of LEVELS; empty: the verb's own default
    counting: str = "fractional"  #: of COUNTINGS
    years: Years | None = None  #: both included; None: all
    year: int | None = None  #: the one year that is judged; None: the last complete one
    years_against: Years | None = None  #: of `differences`: the other side's period; None: the same
    source: str | None = None  #: None: the rule of `udsyn.evidence.sources.choose`
    scope: str | None = None  #: hash of the scope that the answer must have been counted under; None: any
    weights: tuple[tuple[str, float], ...] = ()  #: of an order or of criteria, by name
    percent: int = 10  #: the top that counts, of PERCENTS
    min_works: int | None = None  #: members with fewer works come last; None: the verb's default
    confidence: float | None = None  #: how sure a verdict must be; None: the verb's default
    seed: int | None = None  #: of what is drawn; None: the verb's default

    def __post_init__(self) -> None:
        put = object.__setattr__
        for name in ("home", "partner"):
            label = getattr(self, name)
            put(self, name, None if label is None else countries.code_of(label))
        put(self, "unit", None if self.unit is None else Unit.of(self.unit))
        put(self, "weights", tuple(sorted(dict(self.weights or ()).items())))
        if self.level and self.level not in LEVELS:
            raise UsageError(f"no level {self.level}: choose one of {', '.join(LEVELS)}.")
        if self.counting not in COUNTINGS:
            raise UsageError(f"no counting {self.counting}: choose one of {', '.join(COUNTINGS)}.")
        if self.percent not in PERCENTS:
            raise UsageError(f"no top {self.percent} %: choose one of {', '.join(map(str, PERCENTS))}.")
        for year in (self.year, *(self.years or ()), *(self.years_against or ())):
            if year is not None and abs(year) > LATEST:
                raise UsageError(f"{year!s:.20} is no year: write one of four digits.")
        for years in (self.years, self.years_against):
            if years is not None and years[0] > years[1]:
                raise UsageError(f"years {years[0]}-{years[1]}: the first year is after the last.")

    @property
    def country(self) -> str:
        """Whose works are meant: home. Raises UsageError where none is named."""
        if self.home is None:
            raise UsageError("no country is named: say whose works are meant, as home='DK'.")
        return self.home

    @property
    def other(self) -> str:
        """The partner. Raises UsageError where none is named, or where it is home."""
        if self.partner is None:
            raise UsageError("no partner is named: say with which country, as partner='KR'.")
        if self.partner == self.home:
            raise UsageError(f"{self.partner} is both home and partner: name two countries.")
        return self.partner

    def parameters(self) -> dict[str, str]:
        """The parts that are given, as text: the parameters of an address on the web. `Question.parse` reads them."""
        said = {}
        for part in fields(self):
            value = getattr(self, part.name)
            if value != part.default:
                said[part.name] = WRITE.get(part.name, str)(value)
        return said

    @classmethod
    def parse(cls, parameters: Mapping[str, str]) -> Question:
        """A question from text parameters. Raises UsageError for an unknown part or a value that cannot be read."""
        refuse_unknown(parameters)
        parts: dict[str, Any] = {}
        for name, text in parameters.items():
            try:
                parts[name] = READ.get(name, str)(text)
            except ValueError:
                raise UsageError(f"{name}={text} cannot be read as a part of a question.") from None
        return cls(**parts)


def period(years: Years | None) -> str:
    """A period as it is written in addresses: 2018-2022, or all."""
    return f"{years[0]}-{years[1]}" if years else "all"


def years_of(text: str) -> Years | None:
    """The period of an address: 2018-2022, 2020 or all."""
    if text == "all":
        return None
    first, _, last = text.partition("-")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise UsageError(f"{text} is no period: write 2018-2022, 2020 or all.") from None


def weights_of(text: str) -> dict[str, float]:
    """`impact:0.5,growth:1` as weights by name."""
    pairs = (part.rpartition(":") for part in text.split(","))
    return {name: float(value) for name, _, value in pairs}


READ: Mapping[str, Any] = {
    **dict.fromkeys(("years", "years_against"), years_of),
    **dict.fromkeys(("year", "percent", "min_works", "seed"), int),
    "confidence": float,
    "weights": weights_of,
}
WRITE: Mapping[str, Any] = {
    **dict.fromkeys(("years", "years_against"), period),
    "weights": lambda weights: ",".join(f"{name}:{value!r}" for name, value in weights),
}

#: verb → the parts that it takes, beside source and scope
TAKES: Mapping[str, tuple[str, ...]] = {
    "share": ("home", "unit", "years"),
    "profile": ("home", "level", "counting", "years", "percent", "seed"),
    "strengths": (*("home", "partner", "level", "counting", "years", "weights", "min_works", "confidence", "seed"),),
    "strengths_in": ("home", "unit", "counting", "years", "min_works", "confidence", "seed"),
    "ties": ("home", "partner", "year", "years"),
    "joint_projects": ("home", "partner", "years"),
    "rates": ("home", "years"),
    "diversity": ("home", "years", "seed"),
    "differences": ("home", "partner", "level", "counting", "years", "years_against"),
    "partners_of": ("home",),
    "side_by_side": ("home",),
    "published": ("home",),
    "hotspots": ("home", "unit", "years"),
    "hotspot": ("home", "unit", "years"),
    "hotspots_by_year": ("unit", "years"),
    "emerging": ("home", "partner", "unit", "level", "years", "year"),
    "siting": ("home", "unit", "years", "weights", "seed"),
    "effect": ("home", "partner", "year", "years"),
}
EVERY = ("source", "scope")


def ask(verb: str, question: Question | str | None, parts: Parts, **defaults: Any) -> Question:
    """The whole question that a verb was asked: a Question or a home country, with the parts given by name in place.

    defaults: the verb's own, for parts that are left open. Raises UsageError for a part that the verb does not take.
    """
    refuse_unknown(parts)
    whole = question if isinstance(question, Question) else Question(home=question)
    whole = replace(whole, **cast(dict[str, Any], parts))
    allowed = {*TAKES[verb], *EVERY}
    idle = [
        part.name for part in fields(whole) if part.name not in allowed and getattr(whole, part.name) != part.default
    ]
    if idle:
        raise UsageError(f"{verb} takes no {idle[0]}; it takes {', '.join((*TAKES[verb], *EVERY))}.")
    return replace(whole, **{name: value for name, value in defaults.items() if getattr(whole, name) in (None, "")})


def refuse_unknown(parts: Mapping[str, Any]) -> None:
    known = [part.name for part in fields(Question)]
    for name in parts:
        if name not in known:
            raise UsageError(f"a question has no part {name}; its parts are {', '.join(known)}.")

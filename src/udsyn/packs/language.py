"""The language of packs: what a YAML file may say. Anything else is refused with its place before it judges anybody."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from udsyn.errors import UdsynError

Path = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=100)
]  #: where a value stands: applicant.kind
Plain = str | int | float | bool
Text = dict[Literal["da", "en"], str]

#: conditions inside one another at most
DEEPEST = 12


class PackError(UdsynError):
    """A pack that cannot be used as it stands."""


class Said(BaseModel):
    """No field that the language does not have."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Said):
    """One test, or several joined. Exactly one of the forms is said.

    A value: `value` with one of is, in, not_in, in_set, at_least, at_most, known.
    A number of things: `count` of a list, those `where` a condition holds, `distinct` by a value; at_least, at_most.
    Joined: `all`, `any`, `not`; `when` … `then`, which asks nothing where `when` does not hold.
    """

    value: Path | None = None
    is_: Plain | None = Field(None, alias="is")
    in_: tuple[Plain, ...] | None = Field(None, alias="in")
    not_in: tuple[Plain, ...] | None = None
    in_set: str | None = None
    known: bool | None = None
    at_least: float | None = None
    at_most: float | None = None
    count: Path | None = None
    where: Condition | None = None
    distinct: Path | None = None
    all_: tuple[Condition, ...] | None = Field(None, alias="all")
    any_: tuple[Condition, ...] | None = Field(None, alias="any")
    not_: Condition | None = Field(None, alias="not")
    when: Condition | None = None
    then: Condition | None = None

    @model_validator(mode="after")
    def one_form(self) -> Condition:
        tests = [self.is_, self.in_, self.not_in, self.in_set, self.known]
        bounds = self.at_least is not None or self.at_most is not None
        forms = [self.value, self.count, self.all_, self.any_, self.not_, self.when]
        if sum(form is not None for form in forms) != 1:
            raise ValueError("a condition is one of value, count, all, any, not, when")
        if self.value is not None and sum(test is not None for test in tests) + bounds != 1:
            raise ValueError(f"{self.value} is tested by one of is, in, not_in, in_set, known, at_least and at_most")
        if self.count is not None and not bounds:
            raise ValueError(f"a count of {self.count} needs at_least or at_most")
        if self.count is None and (self.where is not None or self.distinct is not None):
            raise ValueError("where and distinct belong to a count")
        if self.value is None and any(test is not None for test in tests):
            raise ValueError("is, in, not_in, in_set and known belong to a value")
        if self.value is None and self.count is None and bounds:
            raise ValueError("at_least and at_most belong to a value or a count")
        if (self.when is None) != (self.then is None):
            raise ValueError("when and then belong together")
        return self


class Cap(Said):
    """An amount that a sum of costs may not pass: in all, or for each value of `per` (a partner, a country)."""

    sum: Path  #: a list of costs
    amount: Path = "amount"  #: where each has its number
    where: Condition | None = None
    per: Path | None = None
    at_most: float | None = None
    share: float | None = Field(None, gt=0, le=1)  #: at most this part of the sum of all in `of`
    of: Path | None = None

    @model_validator(mode="after")
    def one_bound(self) -> Cap:
        if (self.at_most is None) == (self.share is None):
            raise ValueError("a cap has at_most or share")
        if (self.share is None) != (self.of is None):
            raise ValueError("share and of belong together")
        return self


class Rule(Said):
    """A condition or a cap, with the clause that says so and where it stands."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    clause: str  #: the number or heading in the source
    source: str  #: a key of `sources`
    says: Text  #: what it asks, for people
    condition: Condition | None = None
    cap: Cap | None = None
    disputed: str | None = None  #: another source that says otherwise, and what; shown, not chosen

    @model_validator(mode="after")
    def one_kind(self) -> Rule:
        if (self.condition is None) == (self.cap is None):
            raise ValueError(f"rule {self.id} has either a condition or a cap")
        return self


class Member(Said):
    """Somebody in a set, for as long as known."""

    code: str
    valid_from: dt.date | None = Field(None, alias="from")
    valid_to: dt.date | None = Field(None, alias="to")  #: the first day on which it is no longer so
    source: str | None = None


class Source(Said):
    title: str
    url: str | None = None
    read_on: dt.date | None = None


class Deadline(Said):
    """An instant: a wall clock in a zone. `inclusive`: at that very second it is still in time."""

    at: dt.datetime
    zone: str
    inclusive: bool = True

    @field_validator("zone")
    @classmethod
    def known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"{zone} is no time zone; Europe/Copenhagen is one")
        return zone

    @model_validator(mode="after")
    def a_moment_that_is(self) -> Deadline:
        if self.at.tzinfo is not None:
            raise ValueError("the zone stands in `zone`, not in `at`")
        local = self.at.replace(tzinfo=ZoneInfo(self.zone))
        if local.astimezone(dt.UTC).astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) != self.at:
            raise ValueError(f"{self.at} is skipped in {self.zone}: the clocks are put forward then")
        return self


class Pack(Said):
    """Everything that one version of a call, a list or a service says."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    version: str
    kind: Literal["call", "service", "list", "stay", "conflict"]
    title: Text
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    sources: dict[str, Source]
    sets: dict[str, tuple[Member, ...]] = {}
    rules: tuple[Rule, ...] = ()
    deadline: Deadline | None = None
    opens: dt.datetime | None = None
    values: dict[str, Any] = {}  #: numbers and lists that the pack sets: days to answer, years to keep
    value_sources: dict[str, str] = {}

    @field_validator("sets", mode="before")
    @classmethod
    def short_members(cls, sets: Any) -> Any:
        """A member without dates may be written as its code alone."""
        if not isinstance(sets, dict):
            return sets
        return {
            name: [{"code": one} if isinstance(one, str) else one for one in members]
            if isinstance(members, list)
            else members
            for name, members in sets.items()
        }

    @model_validator(mode="after")
    def whole(self) -> Pack:
        """Everything that is named is there."""
        names = [rule.id for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("two rules have the same id")
        for rule in self.rules:
            if rule.source not in self.sources:
                raise ValueError(f"rule {rule.id} names the source {rule.source}, which the pack does not have")
            for condition in conditions_of(rule):
                if condition.in_set is not None and condition.in_set not in self.sets:
                    raise ValueError(f"rule {rule.id} names the set {condition.in_set}, which the pack does not have")
        for name, key in self.value_sources.items():
            if name not in self.values or key not in self.sources:
                raise ValueError(f"value_sources: {name} or {key} is not in the pack")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        if self.opens and self.deadline and self.deadline.at <= self.opens:
            raise ValueError("the call closes before it opens")
        return self


def conditions_of(rule: Rule) -> list[Condition]:
    """A rule's conditions, those inside others too. Raises ValueError where they stand deeper than DEEPEST."""
    first = rule.condition if rule.condition is not None else rule.cap.where if rule.cap is not None else None
    level, found = [first] if first is not None else [], []
    for _depth in range(DEEPEST):
        found += level
        level = [inner for outer in level for inner in inside(outer)]
        if not level:
            return found
    raise ValueError(f"rule {rule.id} has conditions inside one another more than {DEEPEST} deep")


def inside(condition: Condition) -> list[Condition]:
    joined = [*(condition.all_ or ()), *(condition.any_ or ())]
    return joined + [
        one for one in (condition.not_, condition.when, condition.then, condition.where) if one is not None
    ]

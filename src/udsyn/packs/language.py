"""The language of packs: what a YAML file may say. Anything else is refused with its place before it judges anybody."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from udsyn import zones
from udsyn.errors import UsageError
from udsyn.packs.calls import Agency, Assessment, Budget, Document, Late, Phase, Question, Reason, TieBreak
from udsyn.packs.grants import GrantTerms
from udsyn.packs.parts import Cap, Condition, Said, Text
from udsyn.packs.turns import Turn

#: conditions inside one another at most
DEEPEST = 12


class PackError(UsageError):
    """A pack that cannot be used as it stands."""


class Reading(Said):
    """A condition or a cap, with the clause that says so and where it stands."""

    clause: str  #: the number or heading in the source
    source: str  #: a key of `sources`
    says: Text  #: what it asks, for people
    condition: Condition | None = None
    cap: Cap | None = None

    @model_validator(mode="after")
    def one_kind(self) -> Reading:
        if (self.condition is None) == (self.cap is None):
            raise ValueError("a rule has either a condition or a cap")
        return self

    def inner(self) -> list[Condition]:
        """The outermost conditions."""
        return [self.condition] if self.condition is not None else self.cap.inner() if self.cap is not None else []


class Rule(Reading):
    """A rule of a pack. `when`: it is asked only where that holds.

    `otherwise` is what another source says of the same matter. Where the two disagree about a case, the verdict is
    unknown and names both: a contradiction is shown, not chosen.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    when: Condition | None = None
    gives: str | None = Field(None, pattern=r"^[a-z_]+$")  #: the answer that it gives where its condition holds
    unless: Text | None = None  #: what would change that answer
    cuts: bool = False  #: what is asked for beyond its cap is not paid, and nobody is refused for it
    otherwise: Reading | None = None
    disputed: str | None = None  #: what else is unclear about it, in words

    @model_validator(mode="after")
    def cuts_a_sum(self) -> Rule:
        if self.cuts and (self.cap is None or self.cap.is_minimum or self.cap.per is not None):
            raise ValueError("only a cap on a sum as a whole, with at_most or share, cuts")
        return self

    def inner(self) -> list[Condition]:
        others = self.otherwise.inner() if self.otherwise is not None else []
        return [*super().inner(), *others, *([self.when] if self.when is not None else [])]


class Member(Said):
    """Somebody in a set, for as long as known."""

    code: str
    valid_from: dt.date | None = Field(None, alias="from")
    valid_to: dt.date | None = Field(None, alias="to")  #: the first day on which it is no longer so
    source: str | None = None  #: a key of `sources`
    stands: Literal["transitional", "signed", "provisional", "in_force"] | None = None  #: how far an agreement has come
    note: str | None = None

    def counts_on(self, day: dt.date) -> bool:
        """Is it in the set on a day?"""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


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
        if zone not in zones.names():
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
    sets: dict[str, tuple[Member, ...] | None] = Field(
        default_factory=dict
    )  #: null: there is such a set, but its members are not known
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None  #: of caps that name none
    rules: tuple[Rule, ...] = ()
    questions: tuple[Question, ...] = ()
    documents: tuple[Document, ...] = ()
    assessment: Assessment | None = None
    ties: tuple[TieBreak, ...] = ()
    phases: tuple[Phase, ...] = ()
    turns: tuple[Turn, ...] = ()  #: of a stay: who acts first, who then
    agencies: tuple[Agency, ...] = ()
    budget: Budget | None = None
    grant: GrantTerms | None = None  #: what follows an award
    reasons: tuple[Reason, ...] = ()
    gates: tuple[str, ...] = ()  #: questions of other rooms that an application must pass, such as safeguards
    late: Late | None = None
    deadline: Deadline | None = None
    opens: dt.datetime | None = None
    values: dict[str, Any] = Field(
        default_factory=dict
    )  #: numbers and lists that the pack sets: days to answer, years to keep
    value_sources: dict[str, str] = Field(default_factory=dict)

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
        asked = [f"{question.of or ''}.{question.path}" for question in self.questions]
        named: dict[str, list[str]] = {
            "rules": [rule.id for rule in self.rules],
            "documents": [document.id for document in self.documents],
            "questions": asked,
            "reasons": [reason.code for reason in self.reasons],
            "turns": [turn.does for turn in self.turns],
        }
        for what, names in named.items():
            if len(set(names)) < len(names):
                raise ValueError(f"two {what} have the same name")
        for thing in self.quoting():
            if thing.source not in self.sources:
                raise ValueError(f"{name_of(thing)} names the source {thing.source}, which the pack does not have")
        for member in [one for members in self.sets.values() for one in members or ()]:
            if member.source is not None and member.source not in self.sources:
                raise ValueError(f"{member.code} names the source {member.source}, which the pack does not have")
        for thing, outermost in self.asking():
            for condition in conditions_in(outermost, name_of(thing)):
                if condition.in_set is not None and condition.in_set not in self.sets:
                    raise ValueError(f"{name_of(thing)} names the set {condition.in_set}, which the pack does not have")
        self.names_fit()
        for name, key in self.value_sources.items():
            if name not in self.values or key not in self.sources:
                raise ValueError(f"value_sources: {name} or {key} is not in the pack")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        if self.opens and self.deadline and self.deadline.at <= self.opens:
            raise ValueError("the call closes before it opens")
        return self

    def names_fit(self) -> None:
        """Ties name criteria, phases and the budget agencies, that there are."""
        criteria = {one.id for one in self.assessment.criteria} if self.assessment else set()
        agencies = {one.id for one in self.agencies}
        for tie in self.ties:
            if tie.criterion is not None and tie.criterion not in criteria:
                raise ValueError(f"a tie-break names the criterion {tie.criterion}, which the pack does not have")
        leads = [phase.by for phase in self.phases] + ([self.budget.lead] if self.budget else [])
        if unknown := {lead for lead in leads if lead is not None} - agencies:
            raise ValueError(f"the agency {min(unknown)} is named, but the pack does not have it")

    def quoting(self) -> list[Any]:
        """Everything that names a source."""
        one = [thing for thing in (self.assessment, self.budget, self.late, self.grant) if thing is not None]
        others = [rule.otherwise for rule in self.rules if rule.otherwise is not None]
        changes = self.grant.changes.values() if self.grant is not None else ()
        return [*self.rules, *others, *changes, *self.documents, *self.ties, *self.turns, *one]

    def asking(self) -> list[tuple[Any, list[Condition]]]:
        """Everything that has conditions, with its outermost ones."""
        found: list[tuple[Any, list[Condition]]] = [(rule, rule.inner()) for rule in self.rules]
        for document in self.documents:
            found.append((document, [one for one in (document.when, document.where) if one is not None]))
        return found + [(tie, [tie.condition]) for tie in self.ties if tie.condition is not None]


def name_of(thing: Any) -> str:
    """A part of a pack, in words for an error."""
    id_ = getattr(thing, "id", None)
    return f"{type(thing).__name__.lower()}{f' {id_}' if id_ else ''}"


def conditions_in(level: list[Condition], where: str) -> list[Condition]:
    """These conditions and those inside them. Raises ValueError where they stand deeper than DEEPEST."""
    found: list[Condition] = []
    for _depth in range(DEEPEST):
        found += level
        level = [inner for outer in level for inner in outer.inner()]
        if not level:
            return found
    raise ValueError(f"{where} has conditions inside one another more than {DEEPEST} deep")

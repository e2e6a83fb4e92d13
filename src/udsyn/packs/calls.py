"""What only a call says, besides its rules: documents, criteria, tie-breaks, phases, agencies, coded reasons."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from udsyn.packs.parts import Code, Condition, Path, Said, Share, Text


class Question(Said):
    """What an applicant is asked: a fact at a path of the case, or of each partner's (`of: partners`)."""

    path: Path
    of: Literal["partners"] | None = None
    says: Text
    kind: Literal["choice", "yes_no", "number", "country", "text"]
    choices: dict[str, Text] = Field(default_factory=dict)
    most: Annotated[int, Field(ge=1, le=20_000)] = 4000  #: letters of a text
    required: bool = True

    @model_validator(mode="after")
    def something_to_choose(self) -> Question:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"question {self.path}: choices belong to the kind choice, and it needs them")
        return self


class Document(Said):
    """A document that is asked: always, or `when`; one, or one of `each` thing of a list `where` it fits."""

    id: Code
    clause: str
    source: str
    says: Text
    when: Condition | None = None
    each: Path | None = None
    where: Condition | None = None
    instead: tuple[Code, ...] = ()  #: kinds of document that do in its place, such as a note of why it is not there

    @model_validator(mode="after")
    def where_of_each(self) -> Document:
        if self.where is not None and self.each is None:
            raise ValueError(f"document {self.id}: where belongs to each")
        return self


class Criterion(Said):
    """What assessors score: numbers from `least` to `most`, or `grades` in letters with their numbers."""

    id: Code
    says: Text
    least: float = 0
    most: float = 5
    step: Annotated[float, Field(gt=0)] | None = None
    grades: dict[str, float] = Field(default_factory=dict)
    weight: Annotated[float, Field(gt=0)] = 1
    threshold: float | None = None

    @model_validator(mode="after")
    def a_scale(self) -> Criterion:
        if self.grades and (min(self.grades.values()) < self.least or max(self.grades.values()) > self.most):
            raise ValueError(f"criterion {self.id}: a grade lies outside {self.least:g} to {self.most:g}")
        if self.most <= self.least or not self.least <= (self.threshold or self.least) <= self.most:
            raise ValueError(f"criterion {self.id}: scale and threshold do not fit together")
        return self


class Assessment(Said):
    """The criteria, and what they must come to together. Weights count for the ranking, not for thresholds."""

    clause: str
    source: str
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    least_sum: float | None = None  #: of the unweighted scores

    @model_validator(mode="after")
    def once_each(self) -> Assessment:
        if len({one.id for one in self.criteria}) < len(self.criteria):
            raise ValueError("two criteria have the same id")
        return self


class TieBreak(Said):
    """One step between applications of equal score. The first step that tells them apart decides.

    `criterion`: the higher score of it. `value`: the higher number at a path. `condition`: those that fulfil it.
    `uncovered`: more codes in the list at a path that no application ranked above has. `most_projects`: where they
    are tied at the budget line, the largest number that fits. `lots`: drawn from a committed seed. `interval_lots`:
    the order is that of expected ranks, and lots are drawn among all whose interval holds the provisional line.
    """

    clause: str
    source: str
    says: Text
    criterion: Code | None = None
    value: Path | None = None
    condition: Condition | None = None
    uncovered: Path | None = None
    draws: Literal["most_projects", "lots", "interval_lots"] | None = None

    @model_validator(mode="after")
    def one_step(self) -> TieBreak:
        steps = (self.criterion, self.value, self.condition, self.uncovered, self.draws)
        if sum(step is not None for step in steps) != 1:
            raise ValueError("a tie-break is one of criterion, value, condition, uncovered and draws")
        return self


class Phase(Said):
    """A step of the procedure, in order; `by`: one agency's id, where not all take it together."""

    id: Code
    says: Text
    by: Code | None = None


class Reason(Said):
    """A reason for a decision, by its code."""

    code: Code
    says: Text


class Agency(Said):
    """Who pays: an agency with its budget, the money it counts in and the countries it pays for."""

    id: Code
    title: Text
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    budget: Annotated[float, Field(ge=0)] | None = None
    countries: tuple[str, ...] = ()


class Budget(Said):
    """How the money follows the ranking. What the source does not say is left out, and an officer chooses then.

    `strict`: no gap in the list; the first that does not fit ends it. `skip`: the next that fits goes on.
    """

    clause: str
    source: str
    line: Literal["strict", "skip"] | None = None
    merge: Literal["mean", "worst", "best", "lead", "both_top"] | None = None  #: two agencies' rankings into one
    lead: Code | None = None  #: the agency whose ranking leads
    pot: Literal["virtual", "real", "mixed"] | None = None  #: how a top-up is spread over agencies
    top_up: Annotated[float, Field(ge=0)] | None = None  #: beside the agencies' budgets, in the call's money
    virtual: Share | None = None  #: of a mixed pot: the part that is given out in proportion to budgets
    filing_days: int | None = None  #: within so many days the other side's file is there
    filing_inclusive: bool | None = None  #: is that day itself still in time? None: the source does not say

    @model_validator(mode="after")
    def a_mixed_pot(self) -> Budget:
        if (self.pot == "mixed") != (self.virtual is not None):
            raise ValueError("virtual, a part of the top-up, belongs to a mixed pot, and that needs it")
        return self


class Late(Said):
    """Leave to hand in late, where the call gives it: to whom, and how long after the deadline."""

    clause: str
    source: str
    says: Text
    days: Annotated[int, Field(ge=1, le=366)]

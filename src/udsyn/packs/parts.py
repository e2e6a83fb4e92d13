"""The parts that every rule is made of: a condition on a case, and a bound on a sum of its costs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Path = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=100)
]  #: where a value stands: applicant.kind
Plain = str | int | float | bool
Text = dict[Literal["da", "en"], str]
Share = Annotated[float, Field(ge=0, le=1)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=60)]


class Said(BaseModel):
    """No field that the language does not have."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Condition(Said):
    """One test, or several joined. Exactly one of the forms is said.

    A value: `value` with one of is, in, not_in, in_set, same_as, at_least, at_most, known.
    A number of things: `count` of a list, those `where` a condition holds, `distinct` by a value; at_least, at_most.
    Joined: `all`, `any`, `not`; `when` … `then`, which asks nothing where `when` does not hold.
    """

    value: Path | None = None
    is_: Plain | None = Field(None, alias="is")
    in_: tuple[Plain, ...] | None = Field(None, alias="in")
    not_in: tuple[Plain, ...] | None = None
    in_set: str | None = None
    same_as: Path | None = None
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
        tests = [self.is_, self.in_, self.not_in, self.in_set, self.same_as, self.known]
        bounds = self.at_least is not None or self.at_most is not None
        forms = [self.value, self.count, self.all_, self.any_, self.not_, self.when]
        if sum(form is not None for form in forms) != 1:
            raise ValueError("a condition is one of value, count, all, any, not, when")
        if self.value is not None and sum(test is not None for test in tests) + bounds != 1:
            raise ValueError(
                f"{self.value} is tested by one of is, in, not_in, in_set, same_as, known, at_least and at_most"
            )
        if self.count is not None and not bounds:
            raise ValueError(f"a count of {self.count} needs at_least or at_most")
        if self.count is None and (self.where is not None or self.distinct is not None):
            raise ValueError("where and distinct belong to a count")
        if self.value is None and any(test is not None for test in tests):
            raise ValueError("is, in, not_in, in_set, same_as and known belong to a value")
        if self.value is None and self.count is None and bounds:
            raise ValueError("at_least and at_most belong to a value or a count")
        if (self.when is None) != (self.then is None):
            raise ValueError("when and then belong together")
        return self

    def inner(self) -> list[Condition]:
        """The conditions directly inside this one."""
        joined = [*(self.all_ or ()), *(self.any_ or ())]
        return joined + [one for one in (self.not_, self.when, self.then, self.where) if one is not None]


class Rate(Said):
    """The share that holds for those things of a list that fit."""

    share: Share
    where: Condition | None = None


class Cap(Said):
    """A bound on a sum of costs: in all, or for each value of `per` (a partner, a country). One bound is said.

    `at_most`, `at_least`: an amount, or so much for each of `times` (a number: days). `share`, `least_share`: so large
    a part of the sum of `of` (a number; or a list, those `of_where` holds, each with its number at `of_amount`, summed
    up per `per` too). A share may be a table by kind of cost or organisation: the first rate that fits counts for each
    thing in `of`.
    """

    sum: Path  #: a list of costs
    amount: Path = "amount"  #: where each has its number
    where: Condition | None = None
    per: Path | None = None
    at_most: float | None = Field(None, ge=0)
    at_least: float | None = Field(None, ge=0)
    share: Share | tuple[Rate, ...] | None = None
    least_share: Share | tuple[Rate, ...] | None = None
    times: Path | None = None
    of: Path | None = None
    of_amount: Path = "amount"
    of_where: Condition | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None  #: of the bound; else the pack's

    @model_validator(mode="after")
    def one_bound(self) -> Cap:
        bounds = (self.at_most, self.at_least, self.share, self.least_share)
        if sum(bound is not None for bound in bounds) != 1:
            raise ValueError("a cap has one of at_least, least_share, at_most or share")
        if (self.part is None) != (self.of is None):
            raise ValueError("share or least_share, and of, belong together")
        if self.times is not None and self.of is not None:
            raise ValueError("times belongs to at_least or at_most")
        return self

    @property
    def part(self) -> float | tuple[Rate, ...] | None:
        return self.share if self.share is not None else self.least_share

    @property
    def is_minimum(self) -> bool:
        return self.at_least is not None or self.least_share is not None

    def inner(self) -> list[Condition]:
        """The conditions in this cap."""
        rates = self.part if isinstance(self.part, tuple) else ()
        found = [self.where, self.of_where, *(rate.where for rate in rates)]
        return [one for one in found if one is not None]

"""A guest's stay against the rules of security: what must have happened before the next step.

The rules are a pack (`guest-security`), so a house replaces them by its own. They ask where a guest comes from to work,
never what nationality a person has.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Literal

from udsyn.packs.judge import Verdict, judge
from udsyn.packs.language import Pack
from udsyn.packs.outcomes import Outcome

Step = Literal["interview", "invitation", "arrival"]


@dataclass(frozen=True)
class Guest:
    """A stay from its first to its last day, and what was done so far; None is not known."""

    first: dt.date
    last: dt.date
    from_country: str | None  #: of the institution that the guest comes from
    screened: bool | None = None
    approved: bool | None = None
    approved_by_head: bool | None = None

    @property
    def days(self) -> int:
        """Both ends count."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """Months that are begun: from 1 March to 31 August six, to 1 September seven."""
        whole = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        return whole + (self.last.day >= self.first.day)


def verdicts(pack: Pack, guest: Guest, step: Step, on: dt.date) -> list[Verdict]:
    """What each rule says before a step; a rule that asks nothing of this stay is not among them."""
    case = {**asdict(guest), "days": guest.days, "months": guest.months, "step": step}
    return [verdict for verdict in judge(pack, case, on) if verdict.asked and verdict.rule != "path"]


def is_short(pack: Pack, guest: Guest) -> bool:
    """Whether it goes the way of short visits."""
    return guest.days <= int(pack.values["short_days"])


def may(pack: Pack, guest: Guest, step: Step, on: dt.date) -> bool:
    """Whether a step may be taken: everything that is asked was done. What is not known was not done."""
    return all(verdict.outcome is Outcome.MET for verdict in verdicts(pack, guest, step, on))

"""Who acts when: the order of a procedure with two sides, as a pack says it.

the host answers first           answer · apply · select        (a statement of the host is attached)
an authority nominates           nominate · accept · select     (the host is asked before anybody is selected)
guest and host apply together    apply · accept · select
an open call                     apply · rank · select
short missions                   apply · select
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from udsyn.packs.parts import Said, Text

Act = Literal["apply", "nominate", "answer", "accept", "rank", "select"]
#: acts of hosts
HOSTS: tuple[Act, ...] = ("answer", "accept", "rank")
#: what of an application whoever acts may see
Seen = Literal["name", "institution", "field", "project", "days", "companions", "wish"]


class Turn(Said):
    """One side's turn. A turn can be taken when all before it were."""

    does: Act
    by: Literal["applicant", "host", "authority", "home"]
    says: Text
    clause: str
    source: str
    sees: tuple[Seen, ...] = ()
    working_days: Annotated[int, Field(ge=1, le=366)] | None = None  #: to act in, from being asked

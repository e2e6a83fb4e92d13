"""Who acts in a round of assessment, and who is barred: a standing conflict denies what any other rule gives."""

from __future__ import annotations

from udsyn.desk.kernel.permissions import Is, Mine, Rule, Tells
from udsyn.desk.rooms.programmes.rules import officers

REVIEWER, PANEL = "reviewer", "panel"
ROUND_OFFICERS = officers("call_id")
OFFICERS = officers("round__call_id")
REVIEW_OFFICERS = officers("assessor__round__call_id")

#: the actor has a standing conflict with the application of the row
BARRED = Tells(
    "assessor__person",
    model="assessment.conflict",
    link="application",
    about="application_id",
    so=(("state", "standing"),),
)


def writes() -> Rule:
    """Whose review it is, in the phase in which it is written."""
    begun = [
        Is("assessor__part", (part,)) & Is("assessor__round__state", (phase,))
        for part, phase in ((REVIEWER, "reviewing"), (PANEL, "panel"))
    ]
    return Mine("assessor__person_id") & Is("assessor__state", ("accepted",)) & (begun[0] | begun[1])


def own() -> Rule:
    """Whose review it is, once there is something to do."""
    return (
        Mine("assessor__person_id")
        & Is("assessor__state", ("accepted",))
        & Is("assessor__round__state", ("reviewing", "panel", "closed"))
    )

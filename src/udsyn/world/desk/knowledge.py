"""Reports of the demonstration: by an attaché and an advisor, each for other readers; and who follows what."""

from __future__ import annotations

from typing import Any

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.knowledge import commands
from udsyn.desk.rooms.knowledge.models import COLLEAGUES, EVERYBODY, FOLLOWERS, Following, Report

#: who writes, the country, title, kind, themes, who may read it, text
REPORTS = (
    (
        "attache.seoul",
        "KR",
        "Green hydrogen: who decides in Korea (invented)",
        "report",
        "hydrogen\nenergy",
        EVERYBODY,
        "Three bodies decide on pilot plants: the ministry, the region and the grid operator.\n\nWrite to all at once.",
    ),
    (
        "attache.seoul",
        "KR",
        "Visit to three battery laboratories (invented)",
        "visit",
        "batteries\nenergy",
        FOLLOWERS,
        "All three look for partners in recycling. One has room for two guests from the autumn.",
    ),
    (
        "attache.seoul",
        "KR",
        "Before the next committee meeting (invented)",
        "note",
        "committee",
        COLLEAGUES,
        "The other side will propose a second call. They would rather have fewer and larger projects.",
    ),
    (
        "advisor",
        "VN",
        "What a new law on innovation means for visitors (invented)",
        "law",
        "law\ninnovation",
        EVERYBODY,
        "Agreements on joint laboratories need a Vietnamese partner that is registered. Registration takes two months.",
    ),
    (
        "attache.seoul",
        "KR",
        "Quantum week in Daejeon: first notes (invented)",
        "visit",
        "quantum",
        COLLEAGUES,
        "Two laboratories showed cold readout. Names follow.",
    ),
    (
        "attache.seoul",
        "KR",
        "Who funds seaweed research (invented)",
        "note",
        "food",
        EVERYBODY,
        "The agency that is named here was merged into another one: a new note follows.",
    ),
)

#: what is done with them; all others are published
STEPS: dict[str, tuple[str, ...]] = {
    "Quantum week in Daejeon: first notes (invented)": (),
    "Who funds seaweed research (invented)": ("publish", "withdraw"),
}


def live(office: Any) -> None:
    """Write them into an office (`half_year.HalfYear`)."""
    for role, code, title, kind, themes, audience, text in REPORTS:
        actor = actor_of(office.users[role], office.today)
        row = Report(
            title=title, kind_of=kind, country=office.countries[code], themes=themes, audience=audience, text=text
        )
        commands.write(row, actor)
        for step in STEPS.get(title, ("publish",)):
            kernel.perform(row, step, actor)
            row.refresh_from_db()
    following = Following(country=office.countries["KR"], words="hydrogen\nbatteries", notify=True)
    commands.follow(following, actor_of(office.users["client"], office.today))

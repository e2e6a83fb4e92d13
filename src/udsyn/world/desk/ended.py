"""What cooperation and posts had ended, and what they have just begun: a plan that lapsed, a post handed over."""

from __future__ import annotations

from typing import Any

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.ops.filling import both, put
from udsyn.desk.rooms.cooperation.models import Agreement, Initiative, WorkPlan
from udsyn.desk.rooms.posts import commands as posts
from udsyn.desk.rooms.posts.models import Handover, Posting

INVENTED = "invented for the demonstration"


def live(office: Any) -> None:
    """Write it into an office (`half_year.HalfYear`)."""
    officer = actor_of(office.users["officer"], office.today)
    agreements(office, officer)
    follow_up(office, officer)
    handed_over(office, officer)
    to_take_over(office, officer)


def agreements(office: Any, officer: Any) -> None:
    """An action plan whose works are done has lapsed; a letter was not pursued."""
    plan = put(
        Agreement(
            title=both("Handlingsplan om vand (demonstration)", "Action plan on water (demonstration)"),
            country=office.countries["IL"],
            kind_of="plan",
            state="in_force",
            signed=office.day(-1500),
            starts=office.day(-1500),
            duration="until",
            ends=office.day(-40),
            owner=office.officers[0],
            source=INVENTED,
        )
    )
    title = both("Arbejdsplan om vand", "Work plan on water")
    works = put(WorkPlan(agreement=plan, state="adopted", title=title, starts=office.day(-1480), ends=office.day(-40)))
    for number, (da, en, due) in enumerate(
        (("Fælles måleserie", "Joint series of measurements", -300), ("Afsluttende møde", "Closing meeting", -60)), 1
    ):
        initiative = Initiative(
            work_plan=works, number=number, title=both(da, en), state="running", due=office.day(due)
        )
        initiative.owner = office.officers[0]
        kernel.perform(put(initiative), "complete", officer)
    kernel.perform(works, "complete", officer)
    kernel.perform(plan, "lapse", officer)
    letter = put(
        Agreement(
            title=both("Samarbejdsbrev om polarforskning (demonstration)", "Letter on polar research (demonstration)"),
            country=office.countries["IN"],
            kind_of="letter",
            state="negotiating",
            owner=office.officers[1],
            source=INVENTED,
        )
    )
    kernel.perform(letter, "abandon", officer, reason="Both sides would rather write it into the next action plan.")


def follow_up(office: Any, officer: Any) -> None:
    """The next work plan of a plan that is to be renewed waits for a second person; one more is still being written."""
    for code, da, en in (
        ("KR", "Næste arbejdsplan", "Next work plan"),
        ("JP", "Udkast til arbejdsplan", "Draft work plan"),
    ):
        title = f"Action plan {office.today.year - 2} (demonstration)"
        agreement = next(
            row for row in Agreement.objects.filter(country=office.countries[code]) if row.title.localize("en") == title
        )
        row = kernel.save(WorkPlan(agreement=agreement, title=both(da, en), starts=agreement.ends), officer)
        first = Initiative(
            work_plan=row, number=1, title=both("Fælles workshop", "Joint workshop"), due=office.day(300)
        )
        kernel.save(first, officer)
        if code == "KR":
            kernel.perform(row, "adopt", officer)


def handed_over(office: Any, officer: Any) -> None:
    """At a centre that changed hands: everything is ticked, and who holds the post now has taken over."""
    if "munich" not in office.attaches:
        return
    present = Posting.objects.get(person=office.attaches["munich"])
    former = present.post.postings.exclude(pk=present.pk).get()
    letter = "The contacts are in order; two of them write rarely, and answer on the telephone."
    row = Handover(posting=former, successor=present.person, takes_over=present.starts, letter=letter)
    posts.prepare(row, officer)
    posts.tick(row, officer, set(row.items.values_list("pk", flat=True)))
    kernel.perform(row, "offer", officer)
    row.refresh_from_db()
    kernel.perform(row, "accept", actor_of(office.users["attache.munich"], office.today))


def to_take_over(office: Any, officer: Any) -> None:
    """At a centre whose attaché leaves soon: a colleague of the ministry goes there, and is to say so."""
    if "boston" not in office.attaches:
        return
    posting = Posting.objects.get(person=office.attaches["boston"])
    posting.ends = office.day(60)
    kernel.save(posting, officer)
    follows = Posting(post=posting.post, person=office.officers[1], starts=office.day(61))
    kernel.save(follows, officer)
    row = Handover(posting=posting, successor=follows.person, takes_over=follows.starts)
    posts.prepare(row, officer)
    posts.tick(row, officer, set(row.items.values_list("pk", flat=True)[:4]))
    kernel.perform(row, "offer", officer)

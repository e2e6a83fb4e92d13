"""Writing, publishing and following reports. Whoever follows is told once of each, and only of what they may read."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands, queues
from udsyn.desk.kernel.permissions import Actor, actor_of
from udsyn.desk.kernel.search import fold
from udsyn.desk.rooms.knowledge.models import Following, Report
from udsyn.desk.tools import addresses
from udsyn.desk.tools.telling import tell_owner
from udsyn.desk.tools.written import distinct_lines


@transaction.atomic
def write(row: Report, actor: Actor) -> Report:
    """Store a new report under the actor's own name."""
    if actor.user is not None:
        row.author_id = actor.person
    commands.save(row, actor)
    return row


@transaction.atomic
def follow(row: Following, actor: Actor) -> Following:
    row.owner = actor.user
    commands.save(row, actor)
    return row


def publish(row: Report, _actor: Actor) -> None:
    """From now on those for whom it is meant read it."""
    row.published_at = row.published_at or timezone.now()


def meets(following: Following, report: Report) -> bool:
    """Is it about the country that is followed, and does it hold any of the words?"""
    if following.country_id and following.country_id != report.country_id:
        return False
    text = fold(f"{report.title} {report.themes} {report.text}")
    wanted = [fold(word) for word in distinct_lines(following.words)]
    return not wanted or any(word in text for word in wanted)


def tell() -> dict[str, Any]:
    """Write to whoever follows what was published since the last time. Returns how many mails that made."""
    new = list(Report.objects.filter(state="published", told_at=None).select_related("country"))
    failed: list[str] = []
    followed = Following.objects.filter(notify=True, owner__is_active=True).select_related("owner", "country")
    told = queues.each(followed, lambda row: tell_of(row, new), failed) if new else 0
    Report.objects.filter(pk__in=[row.pk for row in new]).update(told_at=timezone.now())
    return {"reports_told": told, "failed": failed}


def tell_of(following: Following, new: list[Report]) -> bool:
    """One mail with all that is new to somebody; none where nothing is. They asked for it: it needs no approval."""
    reader = actor_of(following.owner, timezone.localdate())
    fresh = [row for row in new if row.published_at and row.published_at >= following.since]
    rows = [row for row in fresh if reader.can("view", row) and meets(following, row)]
    if not rows:
        return False
    with translation.override(following.language):
        text = [_("New about what you follow (%(what)s):") % {"what": following}, ""]
        for row in rows:
            here = addresses.of_page(following.language, "report_read", row.pk)
            text += [f"- {row.title}", f"  {row.country} · {here}"]
        text += ["", _("You end these mails where you chose what to follow.")]
        subject = _("New reports: %(what)s") % {"what": following}
        tell_owner(following.owner, subject, "\n".join(text) + "\n", f"following:{following.pk}")
    return True

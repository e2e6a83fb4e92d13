"""What the record says of participants: whose works fit what one looks for, who knows both, who wrote together already.

Only those are known in it who let themselves be looked up, and nothing is said of who opted out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from udsyn.contacts import opened, paths
from udsyn.contacts.find import score_works
from udsyn.contacts.index import Index
from udsyn.contacts.people import named_topics
from udsyn.contacts.query import for_texts, matched_words
from udsyn.contacts.recognise import FOUND, Asked, recognise
from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.rooms.events.models import Attendee
from udsyn.desk.tools.record import named
from udsyn.errors import UdsynError

AUTHOR = re.compile(r"A(\d{1,18})")
TOPICS = 3  #: of somebody's works, the commonest, that are said
FITS, SHARES = 5.0, 1.0  #: what works weigh that fit best of all in the record, and a topic that both work on


@dataclass(frozen=True)
class Said:
    """What the record says of another, as sentences, and how much it weighs; or that the two wrote together already."""

    reasons: tuple[str, ...] = ()
    score: float = 0.0
    wrote_together: bool = False


def index_of_record() -> Index | None:
    """None where no record is named, or it cannot be read: pages say so."""
    record = named()
    try:
        return opened(record) if record is not None else None
    except UdsynError:
        return None


def person(index: Index, row: Attendee) -> int | None:
    """A participant's place in the index; None for one who is not known in it, or has opted out."""
    written = AUTHOR.fullmatch(row.author)
    found = index.person(int(written[1])) if written else None
    return None if found is None or index.is_hidden[found] else found


def missing(row: Attendee) -> Any:
    """Why the record says nothing to a participant; nothing where it may."""
    index = index_of_record()
    if index is None:
        return _("No record of publications is named here: who may fit is told by what people write of themselves.")
    if person(index, row) is None:
        return _("You are not looked up in the record of publications: who may fit is told by what people write.")
    return ""


def told(row: Attendee, others: Iterable[Attendee]) -> dict[int, Said]:
    """What the record says of each of the others that it knows, as this participant reads it."""
    index = index_of_record()
    if index is None:
        return {}
    me = person(index, row)
    mine = index.works_of(me) if me is not None else np.zeros(0, np.int64)
    own = named_topics(index, mine)
    query = for_texts(index, [f"{row.seeks} {row.topics}"])
    scores = np.zeros(index.work_count) if query.is_empty else score_works(index, query)[0]
    most = float(scores.max(initial=0)) or 1.0
    found = {}
    for other in others:
        number = person(index, other)
        if number is None or number == me:
            continue
        works = index.works_of(number)
        reasons, score = [], 0.0
        best = int(works[scores[works].argmax()])
        if words := matched_words(query, index.title(best)):
            year = int(index.arrays["year"][best])
            title = {"title": index.title(best), "year": year, "words": ", ".join(words[:4])}
            reasons.append(_("wrote “%(title)s” (%(year)s), which fits what you look for: %(words)s") % title)
            score += FITS * float(scores[best]) / most
        theirs = named_topics(index, works)[:TOPICS]
        if shared := [topic for topic in theirs if topic in own]:
            reasons.append(_("publishes on your topics: %(topics)s") % {"topics": ", ".join(shared)})
            score += SHARES * len(shared)
        if reasons and own and (new := [topic for topic in theirs if topic not in own]):
            reasons.append(_("adds what you do not work on: %(topics)s") % {"topics": ", ".join(new)})
        found[other.pk] = Said(tuple(reasons), score, bool(len(np.intersect1d(mine, works))))
    return found


def way(row: Attendee, other: Attendee) -> str:
    """Who stands between two who never wrote together, in words; nothing where no chain of joint works is known."""
    index = index_of_record()
    ends = [person(index, one) for one in (row, other)] if index is not None else [None]
    if index is None or None in ends:
        return ""
    chain = paths.find_path(index, ends[0] or 0, ends[1] or 0)
    between = [index.name(step.person) for step in (chain or ())[1:-1]]
    return _("you are linked by joint works through %(people)s") % {"people": ", ".join(between)} if between else ""


def look_up(row: Attendee, actor: Actor) -> None:
    """Keep who in the record a participant is, as they asked, and their topics from it where they wrote none.

    Raises ValidationError where more than one person, or nobody, may be meant.
    """
    index = index_of_record()
    if index is None:
        raise ValidationError(_("No record of publications is named here."))
    asked = Asked(str(row), row.organisation_name, row.country.code if row.country else "")
    ((who, _nobody),) = recognise(index, [(asked, Asked())])
    if who.verdict != FOUND:
        raise ValidationError(_("Your name and organisation are not one person of the record for certain."))
    row.author = who.candidates[0].ident
    known = person(index, row)
    if known is not None and not row.topics:
        row.topics = ", ".join(named_topics(index, index.works_of(known))[:TOPICS])[:300]
    kernel.save(row, actor)

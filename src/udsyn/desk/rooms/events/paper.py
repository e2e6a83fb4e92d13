"""What organisers print: badges of those who come, and the list of those who agreed that the others may see them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import orjson
import typst
from django.utils.translation import gettext as _

from udsyn.briefs import document as doc
from udsyn.desk.kernel.wording import town
from udsyn.desk.rooms.events.models import Attendee, Event
from udsyn.desk.tools.papers import printed

LAYOUT = Path(__file__).parent / "templates/events/badges.typ"


def coming(event: Event) -> list[Attendee]:
    return list(event.attendees.filter(state="coming").select_related("country"))


def participants(event: Event) -> bytes:
    """Those who come and agreed to be shown, as a PDF to hand out; how many others come is said."""
    there = coming(event)
    columns = (
        doc.Column("name", _("name")),
        doc.Column("house", _("organisation")),
        doc.Column("country", _("country")),
        doc.Column("topics", _("topics")),
    )
    rows = [
        {"name": str(one), "house": one.organisation_name, "country": str(one.country or ""), "topics": one.topics}
        for one in there
        if one.shown
    ]
    blocks: list[doc.Block] = [doc.Table(_("Participants"), columns, rows)] if rows else []
    if others := len(there) - len(rows):
        blocks.append(doc.Text(_("Besides them: %(count)s who are not named.") % {"count": others}))
    where = ", ".join(filter(None, (f"{event.first_day:%Y-%m-%d}", town(event.place))))
    return printed(doc.Brief(str(event), where, [doc.Section("participants", _("Participants"), blocks)]))


def badges(event: Event) -> bytes:
    """A badge for each who comes, eight on a page. What people wrote is data of the layout, and never a part of it."""
    lines = [
        {"name": str(one), "house": one.organisation_name, "country": str(one.country or ""), "group": one.group}
        for one in coming(event)
    ]
    with tempfile.TemporaryDirectory(prefix="udsyn-badges-") as folder:
        root = Path(folder)
        (root / "badges.json").write_bytes(orjson.dumps({"event": str(event), "people": lines}))
        (root / LAYOUT.name).write_bytes(LAYOUT.read_bytes())
        made: bytes = typst.compile(str(root / LAYOUT.name), root=str(root))
    return made

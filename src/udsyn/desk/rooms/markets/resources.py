"""What the list of need profiles shows, its form asks and its page tells."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.evidence import buying
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Resource, columns
from udsyn.desk.rooms.markets import commands
from udsyn.desk.rooms.markets.models import NeedProfile

MARKETS = _("Markets")
SHOWN, WINNERS, SUPPLIERS = 20, 10, 8


def finds(row: NeedProfile, actor: Actor) -> dict[str, Any]:
    """Tenders that are open, who won such before, and how large the market is."""
    need = row.as_need()
    codes, country = need.confirmed(), row.country.code if row.country else None
    asked = bool(codes or need.words)
    tenders = commands.found(row)
    won = buying.winners(codes, need.words, country, WINNERS) if asked else []
    size = buying.market(country, need.products()) if country and need.products() else None
    return {
        "asked": asked,
        "tenders": tenders[:SHOWN],
        "count": len(tenders),
        "many": len(tenders) == commands.MOST,
        "winners": won,
        "market": size and size | {"suppliers": size["suppliers"][:SUPPLIERS], "years": size["years"][-8:]},
        "confirmed": [code for code in need.codes if code.confirmed],
        "research": buying.research(country, need.topics) if country else [],
        "own": actor.can("change", row),
    }


LISTS: tuple[Resource, ...] = (
    Resource(
        NeedProfile,
        "needs",
        MARKETS,
        columns(
            NeedProfile,
            *("name", "text", "country", "words", "topics", "shared", "notify", "confirmed_on"),
            hidden=("words", "topics", "notify"),
            long=("words", "topics"),
        ),
        form=("name", "text", "country", "words", "topics", "shared", "notify"),
        search=("name", "text", "words"),
        filters=("country",),
        select=("country", "owner"),
        template="markets/need.html",
        context=finds,
        save=commands.keep,
        attach=False,
    ),
)

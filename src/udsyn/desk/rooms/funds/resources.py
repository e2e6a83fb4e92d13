"""What lists of typed-in calls and of saved searches show, forms ask and exports hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import Importing, Part, Resource, columns
from udsyn.desk.rooms.funds import commands
from udsyn.desk.rooms.funds.models import CallClause, CallTyped, FundSearch, typed_rows

FUNDS = _("Funds")


def finds(row: FundSearch, _actor: Actor) -> dict[str, Any]:
    return {"calls": commands.found(row, typed_rows())}


LISTS: tuple[Resource, ...] = (
    Resource(
        CallTyped,
        "calls-typed",
        FUNDS,
        columns(
            CallTyped,
            "title",
            "funder",
            "programme",
            "opens",
            "closes",
            "clock",
            "zone",
            "ongoing",
            "second_stage",
            "action",
            "text",
            "currency",
            "budget",
            "least",
            "most",
            "awards",
            "applicants",
            "url",
            "retrieved_on",
            hidden=(
                *("clock", "zone", "ongoing", "second_stage", "action", "text", "currency", "budget", "least"),
                *("most", "awards", "applicants", "url"),
            ),
            long=("text", "applicants"),
        ),
        form=(
            *("title", "text", "funder", "programme", "action", "opens", "closes", "clock", "zone", "second_stage"),
            *("ongoing", "currency", "budget", "least", "most", "awards", "applicants", "url", "retrieved_on"),
        ),
        search=("title", "text", "funder"),
        filters=("programme", "closes"),
        children=(("callclause", "call"),),
        importing=Importing(
            likely=("title", "funder"),
            words={"closes": ("deadline", "frist"), "url": ("link", "address"), "funder": ("fond", "bevillingsgiver")},
            part=Part("callclause", "call", ("country", "verdict", "clause")),
        ),
    ),
    Resource(
        CallClause,
        "call-rules",
        FUNDS,
        columns(CallClause, "call", "country", "verdict", "clause"),
        form=("call", "country", "verdict", "clause"),
        select=("call", "country"),
        menu=False,
        attach=False,
    ),
    Resource(
        FundSearch,
        "fund-searches",
        FUNDS,
        columns(FundSearch, "name", "text", "country", "notify"),
        form=("name", "text", "country", "notify"),
        select=("country",),
        template="funds/search.html",
        context=finds,
        save=commands.keep,
        attach=False,
    ),
)

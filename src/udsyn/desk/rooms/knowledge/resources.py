"""The lists of reports and of what is followed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.resources import Resource, columns
from udsyn.desk.rooms.knowledge import commands
from udsyn.desk.rooms.knowledge.models import Following, Report

KNOWLEDGE = _("Reports from abroad")

LISTS: tuple[Resource, ...] = (
    Resource(
        Report,
        "reports",
        KNOWLEDGE,
        columns(
            Report,
            *("title", "state", "kind_of", "country", "themes", "audience", "author", "published_at"),
            *("text", "source", "note"),
            hidden=("themes", "text", "source", "note"),
            long=("themes", "text", "note"),
        ),
        form=("title", "kind_of", "country", "themes", "text", "audience", "source", "note"),
        private=frozenset({"note"}),
        search=("title", "themes", "text"),
        filters=("country", "kind_of", "audience", "state"),
        select=("country", "author"),
        save=commands.write,
    ),
    Resource(
        Following,
        "following",
        KNOWLEDGE,
        columns(Following, "country", "words", "notify"),
        form=("country", "words", "notify"),
        select=("country", "owner"),
        save=commands.follow,
        attach=False,
    ),
)

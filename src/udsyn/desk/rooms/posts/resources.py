"""The posts room's resources: what lists show, forms ask and exports hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.resources import RESOURCES, Column, Importing, Resource, columns
from udsyn.desk.rooms.posts import commands
from udsyn.desk.rooms.posts.models import Centre, Contact, Handover, Post, Posting

POSTS = _("Centres and posts")


def handover_context(row: Handover, actor: Actor) -> dict[str, Any]:
    open_ = not row.is_done
    return {
        "items": row.items.all(),
        "may_tick": open_ and (actor.can("change", row) or actor.person == row.successor_id),
        "in_hand": [(RESOURCES[kind], rows) for kind, rows in commands.in_hand(row.posting.person_id).items() if rows]
        if open_
        else [],
        "passed": [(RESOURCES[kind], len(ids)) for kind, ids in row.passed.items()],
    }


LISTS: tuple[Resource, ...] = (
    Resource(
        Centre,
        "centres",
        POSTS,
        (
            *columns(Centre, "name", "country", "city", towns=("city",)),
            Column("opened", _("opened"), show=lambda row: row.opened_text, order="opened"),
            Column(
                "is_open",
                _("open today"),
                show=lambda row: row.is_open,
                blank=lambda row: row.is_open_word,
            ),
            Column("focus", _("focus fields"), show=lambda row: row.focus_list, in_list=False),
            *columns(
                Centre,
                "closed",
                "covers",
                "address",
                "email",
                "about",
                "source",
                "note",
                hidden=("closed", "covers", "address", "email", "about", "source", "note"),
                long=("about", "note", "address"),
            ),
            Column("confirmed_on", _("last seen open"), order="confirmed_on", in_list=False, on_page=False),
        ),
        form=(
            "name",
            "slug",
            "country",
            "covers",
            "city",
            "lat",
            "lon",
            "address",
            "email",
            "opened",
            "opened_precision",
            "closed",
            "confirmed_on",
            "focus",
            "about",
            "source",
            "note",
        ),
        private=frozenset({"note"}),
        search=("name", "city", "focus"),
        filters=("country",),
        select=("country",),
        follow=("covers",),
        children=(("post", "centre"), ("contact", "centre")),
    ),
    Resource(
        Post,
        "posts",
        POSTS,
        (
            Column("name", _("post"), show=str, order="kind_of"),
            *columns(
                Post,
                "country",
                "centre",
                "mission",
                "theme",
                "starts",
                "ends",
                "financed_by",
                "source",
                "note",
                hidden=("mission", "financed_by", "source", "note"),
                long=("note",),
            ),
        ),
        form=("kind_of", "country", "centre", "mission", "theme", "starts", "ends", "financed_by", "source", "note"),
        private=frozenset({"note"}),
        search=("theme", "mission"),
        filters=("kind_of", "country"),
        select=("country", "centre__country"),
        children=(("posting", "post"),),
    ),
    Resource(
        Posting,
        "postings",
        POSTS,
        (
            Column("person", _("person"), show=lambda row: str(row.person), order="person__family_name"),
            *columns(Posting, "post", "starts", "ends"),
        ),
        form=("post", "person", "starts", "ends"),
        select=("post__centre", "post__country", "person"),
        children=(("handover", "posting"),),
        attach=False,
    ),
    Resource(
        Handover,
        "handovers",
        POSTS,
        columns(
            Handover, "posting", "successor", "takes_over", "state", "letter", hidden=("letter",), long=("letter",)
        ),
        form=("posting", "successor", "takes_over", "letter"),
        filters=("state",),
        select=("posting__post__centre", "posting__post__country", "posting__person", "successor"),
        template="posts/handover.html",
        context=handover_context,
        save=commands.prepare,
    ),
    Resource(
        Contact,
        "contacts",
        POSTS,
        columns(Contact, "person", "centre", "keeper", "last_met", "note", hidden=("note",), long=("note",)),
        form=("centre", "person", "keeper", "last_met", "note"),
        filters=("centre",),
        select=("person", "centre", "keeper"),
        importing=Importing(words={"person": ("navn", "name", "e-mail", "email"), "centre": ("center",)}),
    ),
)

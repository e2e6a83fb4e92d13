"""The room of countries, organisations, people and accounts. Every other room may know it."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import Room
from udsyn.desk.rooms.parties import pages

ROOM = Room(
    "parties",
    resources=pages.LISTS,
    urls=(
        path("account/demo/", pages.demo_sign_in, name="demo"),
        path("desk/people/duplicates/", pages.duplicates, name="duplicates"),
        path("desk/people/merge/", pages.merge, name="merge"),
    ),
)

"""The room of countries, organisations, people and accounts. Every other room may know it."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import Room
from udsyn.desk.rooms.parties import demo, resources, views
from udsyn.desk.rooms.parties.personal import PERSONAL

ROOM = Room(
    "parties",
    area="partners",
    help="partners#people-and-organisations",
    resources=resources.LISTS,
    personal=PERSONAL,
    urls=(
        path("account/demo/", demo.demo_sign_in, name="demo"),
        path("desk/people/duplicates/", views.duplicates, name="duplicates"),
        path("desk/people/merge/", views.merge, name="merge"),
    ),
)

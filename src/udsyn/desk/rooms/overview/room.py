"""Where all rooms come together: the front page with the map of the world, and the page of a partner country."""

from __future__ import annotations

from django.urls import path

from udsyn.desk.kernel.rooms import Room
from udsyn.desk.rooms.overview import resources, views

ROOM = Room(
    "overview",
    needs=("parties", "cooperation", "posts"),
    resources=resources.LISTS,
    urls=(path("", views.home, name="home"),),
)

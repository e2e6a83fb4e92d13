"""The room of privacy: what is held of people, and what becomes of it."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.permissions import STAFF
from udsyn.desk.kernel.rooms import Page, Room
from udsyn.desk.rooms.privacy import views

PRIVACY = _("Privacy")

ROOM = Room(
    "privacy",
    area="checks",
    urls=(
        path("desk/privacy/register/", views.processing, name="processing"),
        path("desk/privacy/register.csv", views.processing_file, name="processing_file"),
    ),
    pages=(Page(PRIVACY, _("Register of processing"), "processing", STAFF),),
)

"""The partner that an address names."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404

from udsyn.desk.rooms.parties.models import Country


def partner_or_404(code: str) -> Country:
    """The country with this code; home is no partner of itself."""
    if code == settings.HOME:
        raise Http404
    return get_object_or_404(Country, code=code)

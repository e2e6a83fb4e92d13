"""The ties that centres have made: between home and the countries that they are in and cover, since they opened."""

from __future__ import annotations

from collections.abc import Iterator

from udsyn.desk.kernel.ties import COUNTRY, Said
from udsyn.desk.rooms.parties.ties import of_country, of_home
from udsyn.desk.rooms.posts.models import Centre


def ties() -> Iterator[Said]:
    home = of_home("home")
    for centre in Centre.objects.filter(opened__isnull=False).select_related("country").prefetch_related("covers"):
        for country, role in [(centre.country, "host"), *((one, "covered") for one in centre.covers.all())]:
            yield Said(centre, "centre", centre.opened, home, of_country(country, role), COUNTRY)

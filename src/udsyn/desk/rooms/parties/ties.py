"""Countries as sides of a tie."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from udsyn.desk.kernel.ties import End
from udsyn.desk.rooms.parties.models import Country


def of_country(country: Country, role: str) -> End:
    with translation.override(settings.LANGUAGE_CODE):  # the same name whoever asks
        return End(str(country.name), role, country.code, row=f"country:{country.pk}")


def of_home(role: str) -> End:
    """The home country, as far as the desk holds it."""
    held = Country.objects.filter(code=settings.HOME).first()
    return of_country(held, role) if held else End(settings.HOME, role, settings.HOME)

"""What people write into a field: a text with one thing a line, the name of a time zone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from udsyn import zones


def lines(text: str) -> list[str]:
    """What stands in a text, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def distinct_lines(text: str) -> list[str]:
    """The same, each once."""
    return list(dict.fromkeys(lines(text)))


def known_zone(name: str) -> None:
    """Raises ValidationError for what is no time zone."""
    if name not in zones.names():
        raise ValidationError(_("%(name)s is no time zone; Europe/Copenhagen is one.") % {"name": name})

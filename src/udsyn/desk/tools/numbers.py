"""Numbers for people, in the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats


def decimal(value: float | Decimal, places: int) -> str:
    """A rounded number with the reader's decimal mark (Django's own formatting cuts off instead of rounding)."""
    return str(formats.number_format(Decimal(f"{value:.{places}f}"), places))


def whole_percent(share: float) -> str:
    """A share without decimals: 0.6988 is 70 %."""
    return f"{decimal(100 * share, 0)} %"

"""Numbers for people, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from math import isinf

from django.utils import formats

from udsyn.desk.kernel.wording import language
from udsyn.evidence.words import places

LARGEST_ID = 2**63 - 1


def whole_number(text: object) -> int | None:
    """The number of a row as an address or a form names it; None for anything else. `²` and `٣` are digits to Python
    and no numbers to a database, and a number of forty digits is none either."""
    found = re.fullmatch(r"[0-9]{1,19}", str(text))
    number = int(found[0]) if found else None
    return number if number is not None and number <= LARGEST_ID else None


def whole_numbers(texts: Iterable[object]) -> set[int]:
    """The numbers among these, as a form names many rows."""
    return {number for text in texts if (number := whole_number(text)) is not None}


def decimal(value: float | Decimal, places: int, group: bool = False) -> str:
    """A rounded number with the reader's decimal mark (Django's own formatting cuts off instead of rounding)."""
    return str(formats.number_format(Decimal(f"{value:.{places}f}"), places, force_grouping=group))


def money(amount: float | Decimal, currency: str) -> str:
    """An amount as it is written: 9,800 DKK; in Danish 9.800 kr. Hundredths are said where there are any."""
    whole = Decimal(f"{amount:.2f}") == int(amount)
    danish = language() == "da" and currency == "DKK"
    return f"{decimal(amount, 0 if whole else 2, group=True)} {'kr.' if danish else currency}".strip()


def signed_percent(change: float) -> str:
    """A relative change with its sign, with decimals only below one per cent: 0.25 is +25 %, 0.003 is +0.3 %; one
    without a bound is ∞."""
    if isinf(change):
        return "∞" if change > 0 else "−∞"
    percent = 100 * change
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{decimal(abs(percent), places(percent))} %"


def whole_percent(share: float) -> str:
    """A share without decimals: 0.6988 is 70 %."""
    return f"{decimal(100 * share, 0)} %"

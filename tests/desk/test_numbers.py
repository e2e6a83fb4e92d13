"""Numbers are rounded, and written as the reader's language does."""

from __future__ import annotations

import pytest
from django.utils import translation

from udsyn.desk.tools.numbers import decimal, whole_percent


@pytest.mark.parametrize(("share", "said"), [(58 / 83, "70 %"), (18 / 83, "22 %"), (0.994, "99 %"), (1.0, "100 %")])
def test_shares_are_rounded_not_cut_off(share: float, said: str) -> None:
    assert whole_percent(share) == said


def test_the_decimal_mark_is_the_readers() -> None:
    with translation.override("da"):
        assert decimal(27.96, 1) == "28,0"

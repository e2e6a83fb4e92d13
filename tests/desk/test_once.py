"""What several parts of a page ask alike is asked once while it is made, and anew for the next."""

from __future__ import annotations

import pytest

from udsyn.desk.kernel.once import once, reading


@pytest.mark.parametrize(("only", "times"), [(True, 1), (False, 2)])
def test_a_question_is_asked_once_for_a_page_that_only_reads(only, times):
    asked = []

    @once
    def double(number):
        asked.append(number)
        return 2 * number

    for _page in range(2):
        with reading(only=only):
            assert [double(2), double(2), double(3)] == [4, 4, 6]
    assert asked.count(2) == 2 * times
    assert [double(2), double(2)] == [4, 4]
    assert asked.count(2) == 2 * times + 2

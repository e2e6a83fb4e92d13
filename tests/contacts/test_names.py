"""Names in either order, with a comma, in capitals, in ASCII: who may be one person, and who may not."""

from __future__ import annotations

import pytest

from udsyn.contacts.names import keys, may_be_one


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Wei Wang", "Wang Wei"),
        ("Kim, Min-Jun", "Min Jun Kim"),
        ("Kim Min-Jun", "Min-Jun Kim"),
        ("Kim Minjun", "Min-Jun Kim"),
        ("KIM Min-Jun", "M. Kim"),
        ("Min-Jun KIM", "Kim, M."),
        ("Szűcs Péter", "Péter Szűcs"),
        ("SZŰCS Péter", "P. Szucs"),
        ("Nguyen Anh", "Anh Nguyen"),
        ("Søren Ågård", "Soeren Aagaard"),
        ("Søren Ågård", "Soren Agard"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("Łukasz Wiśniewski", "Wisniewski, Lukasz"),
        ("J. Lind", "Jens Lind"),
        ("van der Berg, Anna", "Anna van der Berg"),
    ],
)
def test_names_that_can_be_one_persons_share_a_key(name, other):
    assert set(keys(name)) & set(keys(other))
    assert may_be_one(name, other)
    assert may_be_one(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Jens Lind", "Jan Lind"), ("KIM Min", "MIN Kim"), ("Kim, Min", "Min, Kim"), ("Anna Holm", "Anna Lund"),
     ("Wei Wang", "Wei Zhang"), ("Madonna", "Madonna Lind"), ("", "A B")],
)  # fmt: skip
def test_names_that_cannot(name, other):
    assert not may_be_one(name, other)

"""Two names that differ only in the case of their letters are one name, in Danish letters and all others."""

from __future__ import annotations

import pytest

from udsyn.desk.rooms.parties.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Havblik Værn", "HAVBLIK VÆRN"),
        ("ØRSTED ÅBENT", "ørsted åbent"),
        ("Universität Ärzte", "universität ärzte"),
        ("Ανατολή", "ΑΝΑΤΟΛΉ"),
        ("Plain", "PLAIN"),
    ],
)
def test_case_is_no_difference_in_any_alphabet(stored, asked):
    made = Organisation.objects.create(name=stored)
    assert Organisation.objects.filter(name__iexact=asked).get() == made
    assert made not in Organisation.objects.exclude(name__iexact=asked)


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", "é"])
def test_signs_stand_for_themselves(sign):
    made = Organisation.objects.create(name=f"a{sign}b")
    other = Organisation.objects.create(name="aXb")
    assert list(Organisation.objects.filter(name__iexact=f"A{sign.upper()}B")) == [made]
    assert not Organisation.objects.filter(name__iexact=f"A{sign}", pk=other.pk).exists()

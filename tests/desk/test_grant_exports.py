"""What an operator prints of grants: every format from the demonstration, and pairs for evidence."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from udsyn.desk.rooms.grants.models import Grant
from udsyn.desk.rooms.grants.publishing import write
from udsyn.record.awards import sheet, threesixty

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 27, 12, 0, tzinfo=dt.UTC)
FUNDER = {
    "funder": "Agency (invented)",
    "ident": "DK-CVR-00000000",
    "prefix": "udsyn",
    "doi": "10.5555",
    "ror": "05a28rw58",
}
FUNDER |= {"email": "grants@example.org", "address": "https://example.org/grants/"}


@pytest.mark.parametrize("form", ["csv", "360giving", "commongrants", "cerif", "crossref"])
def test_every_grant_that_was_taken_up_is_in_each_format(form):
    text = write(form, AT, **FUNDER).decode()
    for grant in Grant.objects.exclude(state="awarded"):
        assert grant.number in text
        assert grant.title in text


def test_what_was_paid_and_who_takes_part_is_told():
    award = next(one for one in sheet.read(write("csv", AT)) if one.title.startswith("Catalysts"))
    assert [one.amount for one in award.paid] == [75_000, 45_000]
    assert [one.at.country for one in award.partners] == ["KR"]
    assert threesixty.read(write("360giving", AT, **FUNDER))[0].number.startswith("INP-")


def test_only_grants_whose_terms_say_so_are_development_aid():
    assert b"<iati-activity " not in write("iati", AT, **FUNDER)
    terms = Grant.objects.order_by("pk").first().terms
    text = terms.pack_text.replace("values:", 'values:\n  development: true\n  dac_sector: "43082"', 1)
    text = text if "values:" in terms.pack_text else f'{text}\nvalues: {{development: true, dac_sector: "43082"}}\n'
    type(terms).objects.filter(pk=terms.pk).update(pack_text=text)
    found = write("iati", AT, **FUNDER)
    assert found.count(b"<iati-activity ") == Grant.objects.exclude(state="awarded").count()
    assert b'code="43082"' in found


def test_a_format_that_names_the_funder_asks_for_it():
    with pytest.raises(ValueError, match="names the funder"):
        write("360giving", AT)
    assert json.loads(write("commongrants", AT, **FUNDER))["items"]

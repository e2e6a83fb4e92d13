"""No page draws a link to a row that its reader may not open."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.desk.cast import ASSESSORS, BACKEND

from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.rooms.parties.models import User

pytestmark = pytest.mark.django_db
ROW = re.compile(r'href="(/en/desk/[a-z-]+/\d+/)["?]')
READERS = {
    "client": "client@demo.example",
    "institution": "institution@demo.example",
    "reviewer": ASSESSORS["reviewer"],
}


@pytest.mark.parametrize(
    "reader", ["client", *(pytest.param(name, marks=pytest.mark.prove) for name in READERS if name != "client")]
)
def test_every_link_to_a_row_opens(reader):
    client = Client()
    client.force_login(User.objects.get(email=READERS[reader]), backend=BACKEND)
    waiting = [resource.list_url for resource in RESOURCES.values()] + ["/en/", "/en/inbox/"]
    asked, refused = set(), []
    for address in waiting:  # rows that lists lead to; and what their pages link to
        answer = client.get(address)
        if address.count("/") > 4 and answer.status_code != 200:
            refused.append(address)
        found = ROW.findall(answer.content.decode()) if answer.status_code == 200 else []
        new = [one for one in dict.fromkeys(found) if one not in asked]
        asked.update(new)
        waiting += new[:12]
    assert len(asked) > 5
    assert refused == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_address_of_a_row_is_that_of_its_page(language):
    with translation.override(language):
        for resource in RESOURCES.values():
            assert resource.url(resource.model(pk=7)) == reverse("detail", args=[resource.slug, 7])

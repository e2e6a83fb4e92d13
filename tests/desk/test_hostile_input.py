"""No input whatsoever gives a 500: every form, every parameter and every number of an address, as every role."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from tests.desk import hostile
from tests.desk.addresses import examples
from tests.desk.cast import ROLES

pytestmark = pytest.mark.django_db(transaction=False)


class TakenBack(Exception):
    """Nothing that a hostile request did stays for the next."""


def status(client, target, fields):
    try:
        with transaction.atomic():
            found = hostile.send(client, target, fields)
            raise TakenBack
    except TakenBack:
        return found


def attack(client, offered, examples):
    failures = {}

    @seed(15)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data):
        target = data.draw(st.sampled_from(offered))
        fields = data.draw(hostile.sent(target))
        if status(client, target, fields) >= 500:
            failures.setdefault((target.method, target.url), fields)

    ask()
    return failures


@pytest.mark.parametrize("role", ["visitor", "officer", "client"])
def test_hostile_fields_are_refused(role, client_as):
    client = client_as(role, raise_request_exception=False)
    assert attack(client, hostile.targets(client), 60) == {}

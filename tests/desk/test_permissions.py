"""One rule, two answers: what an actor may do with a row, and the set of rows with which they may, are the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk.cast import ROLES

from udsyn.desk.kernel.models import Comment, Entry, File, Import, Message, Proposal, Token
from udsyn.desk.kernel.permissions import NOBODY, Actor
from udsyn.desk.kernel.permissions import ROLES as ROLE_NAMES
from udsyn.desk.kernel.resources import RESOURCES

pytestmark = pytest.mark.django_db


def ruled_models():
    return [r.model for r in RESOURCES.values()] + [Comment, File, Import, Message, Proposal, Token, Entry]


def check(actor: Actor) -> None:
    for model in ruled_models():
        rows = list(model.objects.order_by("-pk")[:25])
        for action in model.rules:
            seen = set(model.objects.visible_to(actor, action).values_list("pk", flat=True))
            wrong = [row for row in rows if actor.can(action, row) != (row.pk in seen)]
            assert not wrong, f"{model.__name__}.{action} for {actor.grants}: {wrong[:3]}"


@pytest.mark.parametrize("role", ROLES)
def test_predicate_and_set_agree(role, actor_as):
    check(actor_as(role))


scopes = st.sampled_from(["", "centre:seoul", "centre:munich", "country:KR", "country:DE", "country:ZZ"])
grants = st.frozensets(st.tuples(st.sampled_from(list(ROLE_NAMES)), scopes), max_size=3)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grants=grants,
    person=st.one_of(st.none(), st.integers(1, 90)),
    organisation=st.one_of(st.none(), st.integers(1, 40)),
)
def test_they_agree_for_any_grants(grants, person, organisation, user_of):
    organisations = frozenset() if organisation is None else frozenset({organisation})
    check(Actor(user_of("client"), "somebody", person, organisations, grants))


def test_nobody_sees_only_what_is_public():
    public = {"country", "membership", "centre"}
    for kind, resource in RESOURCES.items():
        seen = resource.model.objects.visible_to(NOBODY).exists()
        assert seen == (kind in public), kind


def test_nobody_may_change_anything():
    for resource in RESOURCES.values():
        for action in ("change", "create", "private"):
            assert not resource.model.objects.visible_to(NOBODY, action).exists()


def test_auditors_read_all_and_change_nothing(actor_as):
    actor = actor_as("auditor")
    for resource in RESOURCES.values():
        assert resource.model.objects.visible_to(actor).count() == resource.model.objects.count(), resource.kind
        assert not resource.model.objects.visible_to(actor, "change").exclude(pk=actor.person).exists(), resource.kind


def test_a_confidential_agreement_stays_with_ministry_and_country(actor_as):
    model = RESOURCES["agreement"].model
    sees = {role: model.objects.visible_to(actor_as(role)).filter(confidential=True).exists() for role in ROLES}
    assert {role for role, yes in sees.items() if yes} == {
        "officer",
        "officer2",
        "attache",
        "assistant",
        "auditor",
        "administrator",
    }


def test_an_ended_grant_holds_no_more(user_of):
    from datetime import date

    from udsyn.desk.kernel.permissions import actor_of

    user = user_of("officer")
    user.grants.update(ends=date(2020, 1, 1))
    assert actor_of(user_of("officer"), date(2020, 1, 1)).roles == {"officer"}
    assert actor_of(user_of("officer"), date(2020, 1, 2)).roles == set()

"""One rule, two answers: what an actor may do with a row, and the set of rows with which they may, are the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk.cast import ROLES

from udsyn.desk.kernel.models import Comment, Entry, File, Import, Message, Proposal, Token
from udsyn.desk.kernel.permissions import (
    ABROAD,
    NOBODY,
    SCOPES,
    STAFF,
    Actor,
    Among,
    Anyone,
    Is,
    Mine,
    Nobody,
    Not,
    Serves,
    SignedIn,
    Tells,
    Through,
)
from udsyn.desk.kernel.permissions import ROLES as ROLE_NAMES
from udsyn.desk.kernel.resources import RESOURCES

pytestmark = pytest.mark.django_db


def ruled_models():
    return [r.model for r in RESOURCES.values()] + [Comment, File, Import, Message, Proposal, Token, Entry]


@pytest.fixture
def held():
    """Model → its newest rows, read once for all actors of a test."""
    return {model: list(model.objects.order_by("-pk")[:25]) for model in ruled_models()}


def check(actor: Actor, held) -> None:
    for model, rows in held.items():
        for action in model.rules:
            seen = set(model.objects.visible_to(actor, action).values_list("pk", flat=True))
            wrong = [row for row in rows if actor.can(action, row) != (row.pk in seen)]
            assert not wrong, f"{model.__name__}.{action} for {actor.mandates}: {wrong[:3]}"


@pytest.mark.parametrize("role", ROLES)
def test_predicate_and_set_agree(role, actor_as, held):
    check(actor_as(role), held)


scopes = st.sampled_from(
    ["", "centre:seoul", "centre:munich", "country:KR", "country:DE", "country:ZZ"]
    + [f"{kind}:{name}" for kind in SCOPES[2:] for name in (1, 2, 3, "x")]
)
mandates = st.frozensets(st.tuples(st.sampled_from(list(ROLE_NAMES)), scopes), max_size=3)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mandates=mandates,
    person=st.one_of(st.none(), st.integers(1, 90)),
    organisation=st.one_of(st.none(), st.integers(1, 40)),
)
def test_they_agree_for_any_mandates(mandates, person, organisation, user_of, held):
    organisations = frozenset() if organisation is None else frozenset({organisation})
    check(Actor(user_of("client"), "somebody", person, organisations, mandates), held)


COMPETES = Among("competitors", "organisation", model="service.request")
UNKNOWN = Is("organisation_id", (1, 2, 3))
TOLD = Tells("person", model="service.candidate", link="request", so=(("state", "vetted"),))
MADE = {
    "conflict of interest": STAFF.but_not(COMPETES),
    "own organisation among many": COMPETES,
    "told of by another row": TOLD,
    "barred by another row": STAFF.but_not(TOLD),
    "blind in a phase": SignedIn().but_not(Is("state", ("received", "accepted"))),
    "blind to one's own": Anyone().but_not(Mine("person_id")),
    "nothing of a column that may be unknown": Not(UNKNOWN),
    "twice denied": Not(Not(UNKNOWN)),
    "all but nobody": Not(Nobody()),
    "none but anybody": Not(Anyone()),
    "through a link that may be missing": Not(Through("organisation", Is("kind_of", ("company",)))),
    "an organisation's own": Serves(ABROAD, "organisation", "organisation_id"),
    "either, but for a phase": (COMPETES | Serves(ABROAD, "centre", "centre__slug")).but_not(Is("state", ("closed",))),
    **{f"scope {kind}": Serves(ABROAD, kind, "pk") for kind in SCOPES[2:]},
}


@pytest.fixture
def contested():
    """Requests, six of them with competitors, and their candidates: read once for all actors of a test."""
    from udsyn.desk.rooms.parties.models import Organisation
    from udsyn.desk.rooms.service.models import Candidate, Request

    for row in Request.objects.order_by("pk")[:6]:
        row.competitors.set(Organisation.objects.order_by("pk")[:4])
    requests = list(Request.objects.order_by("pk")[:40])
    return requests, list(Candidate.objects.filter(request__in=requests).select_related("request"))


@pytest.mark.parametrize("name", MADE)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mandates=mandates,
    person=st.one_of(st.none(), st.integers(1, 30)),
    organisations=st.frozensets(st.integers(1, 12), max_size=3),
)
def test_denials_phases_and_links_to_many_answer_the_same_twice(
    name, mandates, person, organisations, user_of, contested
):
    from udsyn.desk.rooms.service.models import Candidate, Request

    (requests, candidates), rule = contested, MADE[name]
    for actor in (Actor(user_of("client"), "somebody", person, organisations, mandates), NOBODY):
        above, below = Request.objects.filter(pk__in=pks(requests)), Candidate.objects.filter(pk__in=pks(candidates))
        found = list(above.filter(rule.where(actor)).values_list("pk", flat=True))
        assert len(found) == len(set(found))
        assert set(found) == {row.pk for row in requests if rule.allows(actor, row)}
        linked = list(below.filter(rule.where(actor, "request__")).values_list("pk", flat=True))
        assert len(linked) == len(set(linked))
        assert set(linked) == {row.pk for row in candidates if rule.allows(actor, row.request)}
        if found:
            assert rule.possible(actor)
        if rule.always(actor):
            assert len(found) == len(requests)


def pks(rows):
    return [row.pk for row in rows]


def test_who_has_a_conflict_of_interest_is_denied_what_the_role_gives(user_of):
    """Written out, so that the two answers cannot agree on something wrong."""
    from udsyn.desk.rooms.parties.models import Organisation
    from udsyn.desk.rooms.service.models import Request

    row, firm = Request.objects.first(), Organisation.objects.first()
    row.competitors.set([firm])
    free = Actor(user_of("officer"), "free", mandates=frozenset({("officer", "")}))
    torn = Actor(user_of("officer"), "torn", organisations=frozenset({firm.pk}), mandates=free.mandates)
    rule = MADE["conflict of interest"]
    assert rule.allows(free, row)
    assert not rule.allows(torn, row)
    assert row in Request.objects.filter(rule.where(free))
    assert row not in Request.objects.filter(rule.where(torn))


def test_nobody_sees_only_what_is_public():
    public = {"country", "membership", "centre", "programme", "call", "terms", "calltyped", "callclause", "round"}
    public |= {"offer", "report"}
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


def test_an_ended_mandate_holds_no_more(user_of):
    from datetime import date

    from udsyn.desk.kernel.permissions import actor_of

    user = user_of("officer")
    user.mandates.update(ends=date(2020, 1, 1))
    assert actor_of(user_of("officer"), date(2020, 1, 1)).roles == {"officer"}
    assert actor_of(user_of("officer"), date(2020, 1, 2)).roles == set()

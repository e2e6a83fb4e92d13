"""Rules by hand, on rows that are no models: who gets in, who does not, and what the set's condition says."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Row

import pytest
from django.db.models import Q

from udsyn.desk.kernel.permissions import (
    ABROAD,
    ADMINISTERS,
    AUDITS,
    MINISTRY,
    NOBODY,
    NOTHING,
    READS_ALL,
    STAFF,
    Actor,
    Anyone,
    Everywhere,
    Has,
    Is,
    Mine,
    Nobody,
    Serves,
    SignedIn,
    Tells,
    Through,
    actor_of,
)


def actor(*mandates: tuple[str, str], person: int | None = None, organisations: tuple[int, ...] = ()) -> Actor:
    return Actor(Row(pk=5), "Somebody", person, frozenset(organisations), frozenset(mandates))


CLIENT, OFFICER = actor(("client", ""), person=7, organisations=(3,)), actor(("officer", ""))
SEOUL = actor(("attache", "centre:seoul"), ("advisor", "country:KR"))


def test_clients_are_no_staff_and_all_others_are():
    assert not CLIENT.staff
    assert not NOBODY.staff
    for role in ("officer", "attache", "advisor", "assistant", "auditor", "administrator"):
        assert actor((role, "")).staff
        assert actor((role, ""), ("client", "")).staff
    assert (NOBODY.signed_in, CLIENT.signed_in) == (False, True)


def test_scopes_are_those_of_the_roles_and_the_kind():
    assert SEOUL.scopes(("attache",), "centre") == {"seoul"}
    assert SEOUL.scopes(ABROAD, "country") == {"KR"}
    assert SEOUL.scopes(("attache",), "country") == set()
    assert SEOUL.roles == {"attache", "advisor"}
    assert SEOUL.role_names == "advisor, attache"


#: (rule, actor, row, allowed)
CASES = [
    (Anyone(), NOBODY, Row(), True),
    (Nobody(), OFFICER, Row(), False),
    (SignedIn(), NOBODY, Row(), False),
    (SignedIn(), CLIENT, Row(), True),
    (Has(("attache",)), SEOUL, Row(), True),
    (Everywhere(("attache",)), SEOUL, Row(), False),
    (Everywhere(("officer",)), OFFICER, Row(), True),
    (Everywhere(("auditor",)), OFFICER, Row(), False),
    (Serves(ABROAD, "centre", "centre"), SEOUL, Row(centre="seoul"), True),
    (Serves(ABROAD, "centre", "centre"), SEOUL, Row(centre="munich"), False),
    (Serves(ABROAD, "country", "centre__country"), SEOUL, Row(centre=Row(country="KR")), True),
    (Serves(ABROAD, "country", "centre__country"), SEOUL, Row(centre=None), False),
    (Serves(("officer",), "centre", "centre"), SEOUL, Row(centre="seoul"), False),
    (Is("open", (True,)), NOBODY, Row(open=True), True),
    (Is("open", (True,)), OFFICER, Row(open=False), False),
    (Mine("person"), CLIENT, Row(person=7), True),
    (Mine("person"), CLIENT, Row(person=8), False),
    (Mine("person"), NOBODY, Row(person=None), False),
    (Mine("author", "user"), CLIENT, Row(author=5), True),
    (Mine("author", "user"), NOBODY, Row(author=None), False),
    (Mine("home", "organisation"), CLIENT, Row(home=3), True),
    (Mine("home", "organisation"), CLIENT, Row(home=7), False),
    (Through("parent", Is("open", (True,))), NOBODY, Row(parent=Row(open=True)), True),
    (Through("parent", Is("open", (True,))), NOBODY, Row(parent=Row(open=False)), False),
    (Through("parent", Anyone()), NOBODY, Row(parent=None), False),
    (STAFF, CLIENT, Row(), False),
    (STAFF, SEOUL, Row(), True),
    (MINISTRY, OFFICER, Row(), True),
    (MINISTRY, actor(("officer", "country:KR")), Row(), False),
    (READS_ALL, actor(("auditor", "")), Row(), True),
    (ADMINISTERS, OFFICER, Row(), False),
    (AUDITS, actor(("administrator", "")), Row(), True),
    (STAFF | Is("open", (True,)), CLIENT, Row(open=True), True),
    (STAFF | Is("open", (True,)), CLIENT, Row(open=False), False),
    (STAFF | Is("open", (True,)), OFFICER, Row(open=False), True),
    (STAFF & Is("open", (True,)), OFFICER, Row(open=False), False),
    (STAFF & Is("open", (True,)), CLIENT, Row(open=True), False),
    (STAFF & Is("open", (True,)), OFFICER, Row(open=True), True),
]


@pytest.mark.parametrize(("rule", "who", "row", "allowed"), CASES)
def test_one_row(rule, who, row, allowed):
    assert rule.allows(who, row) is allowed
    if allowed:
        assert rule.possible(who)
    else:
        assert not rule.always(who)


@pytest.mark.parametrize(
    ("rule", "who", "condition"),
    [
        (Is("open", (True,)), NOBODY, Q(a__open__in=(True,))),
        (Serves(ABROAD, "centre", "centre"), SEOUL, Q(a__centre__in=frozenset({"seoul"}))),
        (Serves(ABROAD, "centre", "centre"), CLIENT, NOTHING),
        (Mine("person"), CLIENT, Q(a__person__in=frozenset({7}))),
        (Mine("person"), NOBODY, NOTHING),
        (Anyone(), NOBODY, Q(a__pk__isnull=False)),
        (Nobody(), OFFICER, NOTHING),
        (STAFF | Is("open", (True,)), OFFICER, Q(a__pk__isnull=False)),
        (STAFF | Is("open", (True,)), CLIENT, Q(a__open__in=(True,))),
        (STAFF & Is("open", (True,)), OFFICER, Q(a__open__in=(True,))),
        (STAFF & Is("open", (True,)), CLIENT, NOTHING),
        (STAFF & Anyone(), OFFICER, Q(a__pk__isnull=False)),
        (Nobody() | STAFF, CLIENT, NOTHING),
        (Mine("person") & Is("open", (1,)), CLIENT, Q(a__person__in=frozenset({7})) & Q(a__open__in=(1,))),
        (Mine("person") | Is("open", (1,)), CLIENT, Q(a__person__in=frozenset({7})) | Q(a__open__in=(1,))),
        (Through("up", Is("open", (1,))), NOBODY, Q(a__up__isnull=False) & Q(a__up__open__in=(1,))),
    ],
)
def test_the_set_asks_for_no_more_than_it_must(rule, who, condition):
    assert rule.where(who, "a__") == condition


def test_what_can_be_said_without_a_row():
    """The shortcuts of sets: a rule that could hold for no row, and one that holds for all."""
    open_ = Is("open", (True,))
    assert [(Nobody() | open_).possible(OFFICER), (Nobody() | Nobody()).possible(OFFICER)] == [True, False]
    assert [(Nobody() & open_).possible(OFFICER), (STAFF & open_).possible(OFFICER)] == [False, True]
    assert [(STAFF | open_).always(OFFICER), (STAFF | open_).always(CLIENT)] == [True, False]
    assert [(STAFF & Anyone()).always(OFFICER), (STAFF & open_).always(OFFICER)] == [True, False]
    assert not Through("up", Nobody()).possible(OFFICER)
    assert not Mine("home", "organisation").possible(OFFICER)


def test_a_row_without_a_rule_is_closed():
    assert not OFFICER.can("change", Row(rules={}))
    assert OFFICER.can("change", Row(rules={"change": STAFF}))
    assert not CLIENT.can("change", Row(rules={"change": STAFF}))


def user(**changes):
    def held(*rows):
        return Row(all=lambda: rows)

    mandate = Row(role="officer", scope="", holds_on=lambda day: day <= date(2026, 1, 1))
    home = Row(organisation_id=3, holds_on=lambda day: day <= date(2026, 1, 1))
    person = Row(affiliations=held(home))
    plain = {"is_authenticated": True, "is_active": True, "mandates": held(mandate), "person_id": 7, "person": person}
    return Row(**(plain | {"pk": 5} | changes))


def test_an_actor_is_what_a_user_holds_that_day():
    found = actor_of(user(), date(2026, 1, 1))
    assert (found.mandates, found.organisations, found.person) == ({("officer", "")}, {3}, 7)
    later = actor_of(user(), date(2026, 1, 2))
    assert (later.mandates, later.organisations, later.person) == (frozenset(), frozenset(), 7)
    assert actor_of(user(person_id=None, person=None), date(2026, 1, 1)).organisations == frozenset()


@pytest.mark.parametrize("nobody", [None, user(is_authenticated=False), user(is_active=False)])
def test_who_is_not_signed_in_or_shut_out_is_nobody(nobody):
    assert actor_of(nobody, date(2026, 1, 1)) is NOBODY


@pytest.mark.django_db
def test_a_row_that_tells_must_have_the_values_that_are_asked_for(user_of):
    """A conflict of interest bars while it stands, and no longer once it was lifted."""
    user = user_of("client")
    who = actor(person=user.person_id)
    for name, tells in ((user.name, True), (f"not {user.name}", False)):
        rule = Tells("person_id", model="parties.User", link="person_id", so=(("name", name),))
        assert rule.allows(who, user.person) is tells
        assert type(user.person).objects.filter(rule.where(who)).exists() is tells

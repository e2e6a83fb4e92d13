"""Signing in, second factors and keys by force: who guesses is shut out, and never who is guessed."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client
from tests.desk.cast import BACKEND

from udsyn.desk.kernel.models import Token
from udsyn.desk.rooms.parties.models import Mandate, User
from udsyn.desk.web.peers import client_address, networks

pytestmark = pytest.mark.django_db

OWNER, PASSWORD = "owner@example.org", "a long word for the owner"
HERE, THERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def counters():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def owner(db):
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(OWNER, PASSWORD, name="Owner")
    EmailAddress.objects.create(user=user, email=OWNER, verified=True, primary=True)
    Mandate.objects.create(user=user, role="officer")
    return user


def sign_in(client, password, address=HERE, email=OWNER, **more):
    return client.post("/en/account/login/", {"login": email, "password": password, **more}, REMOTE_ADDR=address)


def is_in(client):
    return client.get("/en/inbox/").status_code == 200


def guess(times, address=HERE, client=None, email=OWNER):
    for number in range(times):
        answer = sign_in(client or Client(), f"wrong {number}", address, email)
    return answer.content.decode()


# Addresses behind proxies


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.5", "203.0.113.5"),  # what the visitor claimed stands left
        ("10.0.0.1", "1.1.1.1, 203.0.113.5, 10.0.0.2", "203.0.113.5"),  # two proxies
        ("203.0.113.5", "1.1.1.1", "203.0.113.5"),  # no proxy of ours
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5, nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("::ffff:10.0.0.1", "2001:db8::5", "2001:db8::5"),
        ("", "1.1.1.1", ""),
    ],
)
def test_the_visitor_is_the_nearest_address_that_is_no_proxy(peer, forwarded, client):
    assert client_address(peer, forwarded, networks("10.0.0.0/8")) == client


def test_behind_a_proxy_each_visitor_has_their_own_count(settings, client):
    settings.PROXIES = networks("10.0.0.0/8")
    form = {"name": "A", "email": "a@example.org", "text": "Hello"}

    def asks(visitor, peer="10.0.0.1"):
        return client.post("/en/abroad/seoul/", form, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=visitor).status_code

    assert [asks("203.0.113.5") for _time in range(6)] == [302] * 5 + [422]
    assert asks("203.0.113.6") == 302
    assert asks("1.1.1.1, 203.0.113.5") == 422  # another address claimed in front changes nothing
    assert [asks(f"203.0.113.{n}", peer="192.0.2.1") for n in range(10, 16)] == [302] * 5 + [422]  # no proxy of ours


def test_counters_are_in_the_database(owner):
    from django.conf import settings
    from django.db import connection

    guess(2)
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM desk_counters")
        assert cursor.fetchone()[0] > 0


# Passwords


def test_who_guesses_is_shut_out_and_not_the_owner(owner):
    assert "Too many" in guess(6)
    guesser, elsewhere = Client(), Client()
    sign_in(guesser, PASSWORD)
    assert not is_in(guesser)
    sign_in(elsewhere, PASSWORD, THERE)
    assert is_in(elsewhere)


def test_a_browser_that_is_known_is_not_shut_out_by_its_neighbours(owner):
    browser = Client()
    sign_in(browser, PASSWORD)
    browser.post("/en/account/logout/")
    guess(30)
    sign_in(browser, PASSWORD)
    assert is_in(browser)


def test_a_known_browser_may_not_guess_either(owner):
    browser = Client()
    sign_in(browser, PASSWORD)
    browser.post("/en/account/logout/")
    assert "Too many" in guess(6, client=browser)


def test_many_accounts_are_not_tried_from_one_address(owner):
    for number in range(20):
        guess(1, email=f"nobody{number}@example.org")
    assert "Too many" in guess(1, email="another@example.org")


def test_asking_for_a_new_password_again_and_again_does_not_shut_the_owner_out(owner, mailoutbox):
    for _time in range(25):
        Client().post("/en/account/password/reset/", {"email": OWNER}, REMOTE_ADDR=HERE)
    mailoutbox.clear()
    Client().post("/en/account/password/reset/", {"email": OWNER}, REMOTE_ADDR=THERE)
    assert [mail.to for mail in mailoutbox] == [[OWNER]]


# Second factor and recovery codes


@pytest.fixture
def second_factor(owner):
    """A secret and the recovery codes of the owner."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(owner, "JBSWY3DPEHPK3PXP")
    return RecoveryCodes.activate(owner).get_unused_codes()


def send_code(client, code, address=HERE):
    return client.post("/en/account/2fa/authenticate/", {"code": code}, REMOTE_ADDR=address)


@pytest.mark.parametrize("wrong", ["000000", "00000000"])
def test_codes_by_force_shut_out_who_tries_them(wrong, second_factor):
    thief, owner = Client(), Client()
    sign_in(thief, PASSWORD)
    for _try in range(6):
        answer = send_code(thief, wrong)
    assert "Too many" in answer.content.decode()
    send_code(thief, second_factor[0])
    assert not is_in(thief)
    sign_in(owner, PASSWORD, THERE)
    send_code(owner, second_factor[0], THERE)
    assert is_in(owner)


def test_a_recovery_code_holds_once(second_factor):
    for expected in (True, False):
        client = Client()
        sign_in(client, PASSWORD)
        send_code(client, second_factor[0])
        assert is_in(client) is expected


def test_an_operator_helps_whoever_lost_the_second_factor(second_factor, client):
    from udsyn.desk.ops import accounts

    assert accounts.forget_second_factor(OWNER.upper()) == 2
    sign_in(client, PASSWORD)
    assert is_in(client)


# What an account owes


def test_the_first_password_is_changed_before_anything_else(owner, client):
    owner.must_change_password = True
    owner.save()
    sign_in(client, PASSWORD)
    for url in ("/en/inbox/", "/en/desk/people/", "/en/account/me/", "/en/account/email/", "/en/account/2fa/"):
        assert client.get(url).url.endswith("/en/account/password/change/"), url
    assert client.post("/en/desk/people/new/", {"family_name": "x"}).status_code == 302
    new = "quite another long word"
    client.post("/en/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_in(client)


def test_the_command_line_gives_a_password_for_the_start_only(db):
    from udsyn.desk.ops import accounts

    accounts.add_user("new@example.org", "New", "officer")
    assert User.objects.get(email="new@example.org").must_change_password


def test_an_administrator_needs_a_second_factor(owner, client):
    Mandate.objects.create(user=owner, role="administrator")
    sign_in(client, PASSWORD)
    assert client.get("/en/inbox/").url.endswith("/en/account/2fa/")
    assert client.get("/en/account/2fa/").status_code == 200


def test_an_administrator_with_a_second_factor_goes_on(owner, second_factor, client):
    Mandate.objects.create(user=owner, role="administrator")
    sign_in(client, PASSWORD)
    send_code(client, second_factor[0])
    assert is_in(client)


def test_other_roles_are_asked_where_the_operator_says_so(owner, client, settings):
    settings.SECOND_FACTOR = {"officer"}
    sign_in(client, PASSWORD)
    assert client.get("/en/inbox/").status_code == 302
    settings.SECOND_FACTOR = set()
    assert is_in(client)


@pytest.mark.parametrize(("remember", "days"), [(True, 14), (False, 0)])
def test_remembered_is_who_asks_for_it(remember, days, owner, client):
    sign_in(client, PASSWORD, **({"remember": "on"} if remember else {}))
    assert client.session.get_expiry_age() == (days * 86_400 or 12 * 3600)
    assert client.session.get_expire_at_browser_close() is not remember


# Keys of the API


def test_wrong_keys_are_counted_and_a_right_one_is_not_refused_for_them(user_of, client):
    def ask(secret, address=HERE):
        headers = {"authorization": f"Bearer {secret}"}
        return client.get("/api/v1/agreements", headers=headers, REMOTE_ADDR=address)

    answers = [ask(f"udsyn_{number}") for number in range(22)]
    assert [a.status_code for a in answers] == [401] * 20 + [429] * 2
    assert answers[-1].json()["status"] == 429
    assert ask("udsyn_x", THERE).status_code == 401
    browser = Client()
    browser.force_login(user_of("officer"), backend=BACKEND)
    page = browser.post("/en/account/me/", {"name": "k"}).content.decode()
    assert ask(re.search(r"udsyn_[\w-]{30,}", page)[0]).status_code == 200


def test_a_key_ends_by_itself_and_reaches_no_further_than_was_chosen(user_of, client):
    from datetime import timedelta

    from django.utils import timezone

    client.force_login(user_of("officer"), backend=BACKEND)
    client.post("/en/account/me/", {"name": "usual"})
    client.post("/en/account/me/", {"name": "narrow", "lasts": "7", "kinds": ["agreement", "meeting"]})
    client.post("/en/account/me/", {"name": "wide", "write": "on"})
    today = timezone.localdate()
    made = {t.name: (t.scopes, (t.expires - today) / timedelta(days=1)) for t in Token.objects.all()}
    assert made["usual"] == (["read"], 90)
    assert made["narrow"] == (["read:agreement", "read:meeting"], 7)
    assert made["wide"] == (["read", "write"], 90)
    assert client.post("/en/account/me/", {"name": "x", "kinds": ["nothing"]}).status_code == 200
    assert Token.objects.filter(name="x").count() == 0


def test_a_large_body_is_refused_as_a_problem(user_of, client):
    secret = Token.new_secret()
    from django.utils import timezone

    Token.objects.create(
        owner=user_of("officer"),
        name="t",
        digest=Token.digest_of(secret),
        scopes=["write"],
        expires=timezone.localdate(),
    )
    body = '{"name": "' + "x" * 6_000_000 + '"}'
    answer = client.post(
        "/api/v1/postings", body, content_type="application/json", headers={"authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"

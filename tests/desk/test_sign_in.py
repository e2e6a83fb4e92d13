"""Signing in, tried for real: a served desk, a browser with a virtual authenticator, a provider on loopback."""

from __future__ import annotations

import json
import re
import socket
import time
from pathlib import Path

import pytest
from browsing import needs_chromium
from tests.desk.cast import running, udsyn

pytestmark = needs_chromium
ANNA, BODIL, CARL, DORTE = (f"{name}@example.org" for name in ("anna", "bodil", "carl", "dorte"))
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def provider():
    """An OpenID Connect provider that lets anybody in as whom they say they are."""
    mock = pytest.importorskip("oidc_provider_mock")
    verified = mock.User(sub="anna", claims={"email": ANNA, "email_verified": True, "name": "Anna Holm"})
    claimed = mock.User(sub="mallory", claims={"email": ANNA, "email_verified": False})
    stranger = mock.User(sub="bo", claims={"email": "bo@example.org", "email_verified": True})
    with mock.run_server_in_thread(user_claims=(verified, claimed, stranger)) as server:
        yield f"http://localhost:{server.server_port}"


class Clock:
    """What time it is in the served desk: it stands still until a test moves it, so no code runs out on its way."""

    def __init__(self, file):
        self.file, self.now = file, time.time()
        self.move(0)

    def move(self, seconds):
        self.now += seconds
        new = self.file.with_suffix(".new")
        new.write_text(repr(self.now))
        new.replace(self.file)


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clock") / "now")


@pytest.fixture(scope="module")
def front_door(provider, clock, tmp_path_factory):
    """A desk without a demonstration, with accounts; yields its address and their first passwords."""
    folder = tmp_path_factory.mktemp("front-door")
    app = {
        "provider_id": "uni",
        "name": "University",
        "client_id": "desk",
        "secret": "only-for-tests",
        "settings": {"server_url": f"{provider}/.well-known/openid-configuration"},
    }
    config = folder / "oidc.json"
    config.write_text(json.dumps([app]))
    assert udsyn("migrate", "--desk", folder).returncode == 0
    passwords = {}
    for email in (ANNA, BODIL, CARL, DORTE):
        made = udsyn("add-user", email, "officer", "--name", "Anna Holm", "--desk", folder)
        passwords[email] = made.stdout.strip()
    port = free_port()
    told = {"PYTHONPATH": str(Path(__file__).parent / "clock"), "UDSYN_TEST_CLOCK": str(clock.file)}
    with running(folder, port, UDSYN_DESK_OIDC=str(config), **told):
        yield f"http://localhost:{port}", passwords


@pytest.fixture
def page(front_door, browser):
    context = browser.new_context(base_url=front_door[0])
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.on("console", lambda line: print("console:", line.text))
    yield opened
    context.close()


def press(page, button):
    """Press, and wait for the page that it leads to: what follows would else cut it short."""
    with page.expect_navigation(wait_until="load"):
        button.click()


def send_code(page, secret, clock):
    """Send the code of this half minute."""
    page.locator("#id_code").fill(code_of(secret, clock.now))
    press(page, page.locator("main form button").first)


def sign_in(page, email, password):
    page.goto("/en/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, page.get_by_role("button", name="Sign in", exact=True))


def first_visit(page, email, passwords):
    """Sign in with the first password, which the desk has changed before anything else."""
    sign_in(page, email, passwords[email])
    assert "password/change" in page.url
    page.goto("/en/inbox/")
    assert "password/change" in page.url
    own = f"a long word of {email}"
    page.get_by_label("Current Password").fill(passwords[email])
    page.locator("#id_password1").fill(own)
    page.locator("#id_password2").fill(own)
    press(page, page.get_by_role("button", name="Change Password"))
    passwords[email] = own


def go_to_my_keys(page, path, password):
    """Open a page that changes how one signs in; the desk asks for the password once more."""
    page.goto(path)
    if "reauthenticate" in page.url:
        page.get_by_label("Password").fill(password)
        press(page, page.get_by_role("button", name="Confirm"))


def signed_in(page):
    page.goto("/en/inbox/")
    return page.get_by_role("link", name="Anna Holm").count() == 1


def code_of(secret, at):
    """The six digits that an authenticator app shows (RFC 6238)."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(at // 30)))


def test_a_passkey_opens_the_desk_without_a_password(page, front_door):
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    first_visit(page, BODIL, front_door[1])
    assert signed_in(page)
    go_to_my_keys(page, "/en/account/2fa/webauthn/add/", front_door[1][BODIL])
    page.get_by_label("Name").fill("Office laptop")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"), wait_until="load")
    press(page, page.get_by_role("button", name="Sign out"))
    assert not signed_in(page)
    page.goto("/en/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile("/en/$|/en/inbox/$"))
    assert signed_in(page)


def test_a_second_factor_is_asked_for_and_only_the_right_code_opens(page, front_door, clock):
    first_visit(page, CARL, front_door[1])
    go_to_my_keys(page, "/en/account/2fa/totp/activate/", front_door[1][CARL])
    secret = page.locator("#authenticator_secret").input_value()
    send_code(page, secret, clock)
    press(page, page.get_by_role("button", name="Sign out"))
    sign_in(page, CARL, front_door[1][CARL])
    assert "2fa/authenticate" in page.url
    page.locator("#id_code").fill("000000")
    press(page, page.locator("main form button").first)
    assert "2fa/authenticate" in page.url
    clock.move(30)  # a code holds once, so the next one is needed
    send_code(page, secret, clock)
    assert signed_in(page)


def through_provider(page, sub):
    page.goto("/en/account/login/")
    press(page, page.get_by_role("link", name="University"))
    press(page, page.get_by_role("button", name=re.compile("Continue|Sign in")).first)
    page.locator("input[name=sub]").fill(sub)
    press(page, page.get_by_role("button", name=re.compile("Authorize")).first)


def test_a_verified_address_from_the_provider_opens_its_account(page, front_door):
    through_provider(page, "anna")
    assert page.url.startswith(front_door[0])
    assert signed_in(page)


@pytest.mark.parametrize("sub", ["mallory", "bo"])
def test_an_unverified_address_or_a_stranger_opens_nothing(sub, page, front_door):
    through_provider(page, sub)
    assert not signed_in(page)


def test_wrong_passwords_are_slowed_down(page, front_door):
    for _try in range(7):
        sign_in(page, DORTE, "wrong password here")
    assert "Too many" in page.locator("main").inner_text()

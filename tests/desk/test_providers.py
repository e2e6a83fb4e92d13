"""What a provider of sign-in answers leads to no address inside: no redirect, and no document that names one."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.urls import reverse

from udsyn.desk.web.providers import demand_outside

INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0.0.0.0/",
    "http://localhost:5432/",
    "http://a@127.0.0.1/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "https://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a00:1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://224.0.0.1/",
]


@pytest.fixture
def server():
    """A server on loopback that counts what it is asked; `server.leads` is where /away redirects to."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            self.send_response(302 if self.path == "/away" else 200)
            if self.path == "/away":
                self.send_header("Location", self.server.leads)
            self.end_headers()

        def log_message(self, *_):
            pass

    def start():
        made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        made.asked, made.origin = [], f"http://127.0.0.1:{made.server_port}"
        threading.Thread(target=made.serve_forever, daemon=True).start()
        servers.append(made)
        return made

    servers = []
    yield start
    for made in servers:
        made.shutdown()
        made.server_close()


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_refused_unless_it_was_set(url, settings):
    settings.SIGN_IN_FROM = ["https://login.example.org", "http://127.0.0.1:1"]
    with pytest.raises(OAuth2Error, match="inside this network"):
        demand_outside(url)
    settings.SIGN_IN_FROM = [url.rstrip("/") if url.count("/") == 3 else url.split("/latest")[0]]
    demand_outside(url)


@pytest.mark.parametrize("url", ["https://1.1.1.1/", "https://[2606:4700::1111]/", "https://nowhere.invalid/"])
def test_an_address_in_the_world_is_not(url):
    demand_outside(url)


def test_a_redirect_does_not_lead_inside(server, settings):
    provider, database = server(), server()
    settings.SIGN_IN_FROM = [provider.origin]
    provider.leads = f"{database.origin}/secret"
    with get_adapter().get_requests_session() as session:
        assert session.get(f"{provider.origin}/fine").status_code == 200
        for ask in (f"{provider.origin}/away", f"{database.origin}/secret"):  # redirected, or named by a document
            with pytest.raises(OAuth2Error, match="inside this network"):
                session.get(ask)
    assert provider.asked == ["/fine", "/away"]
    assert database.asked == []


def test_a_provider_that_is_down_is_told_and_no_traceback(client_as, settings):
    app = {"provider_id": "state", "name": "State", "client_id": "a", "secret": "b"}
    app["settings"] = {"server_url": "http://127.0.0.1:9/.well-known/openid-configuration"}
    settings.SOCIALACCOUNT_PROVIDERS = settings.SOCIALACCOUNT_PROVIDERS | {"openid_connect": {"APPS": [app]}}
    for allowed in ([], ["http://127.0.0.1:9"]):
        settings.SIGN_IN_FROM = allowed
        answer = client_as("visitor").post(reverse("openid_connect_login", args=["state"]))
        assert answer.status_code < 500

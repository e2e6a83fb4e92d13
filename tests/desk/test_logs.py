"""Each request is found in the log by its id, and the log holds nothing that an address or a form held."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys

import pytest
from django.urls import reverse

from udsyn.desk.kernel import logs


@pytest.fixture
def lines():
    """What is logged as JSON meanwhile."""
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(json.loads(self.format(record)))

    handler, root, requests = Keep(), logging.getLogger(), logging.getLogger("udsyn.desk.requests")
    handler.addFilter(logs.WithRequest())
    handler.setFormatter(logs.JsonLines())
    before = requests.level
    root.addHandler(handler)
    requests.setLevel("INFO")
    yield found
    root.removeHandler(handler)
    requests.setLevel(before)


def test_a_request_is_one_line_with_its_id_and_without_its_address(lines, client_as, user_of):
    answer = client_as("officer").get(reverse("search"), {"q": "secret words"})
    (line,) = [line for line in lines if line["logger"] == "udsyn.desk.requests"]
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["status"], line["user"]) == ("GET", 200, user_of("officer").pk)
    assert line["route"].endswith("search/")
    assert "secret" not in json.dumps(lines)


def test_the_key_of_a_link_stays_out_of_the_log(lines, client_as, db):
    client_as("visitor").get(reverse("answer", args=["a-key-that-opens-something"]))
    assert lines
    assert "a-key-that-opens" not in json.dumps(lines)


@pytest.mark.parametrize(
    ("given", "taken"), [("proxy-12345678", True), ("short", False), ("x\u00e5" * 9, False), ("a" * 65, False)]
)
def test_a_proxy_may_give_the_id_and_nothing_else(given, taken, client_as, db):
    answer = client_as("visitor").get("/health/", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is taken


def test_what_breaks_in_a_request_is_found_by_its_id(lines, client_as, monkeypatch, db):
    def broken(*_args, **_named):
        raise RuntimeError("as if")

    monkeypatch.setattr("udsyn.desk.kernel.search.find", broken)
    answer = client_as("officer", raise_request_exception=False).get(reverse("search"), {"q": "x"})
    number = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert number in answer.content.decode(), "the reader can name it"
    assert [line for line in lines if line["request"] == number and "RuntimeError: as if" in line.get("trace", "")]


def test_outside_a_request_and_as_text():
    record = logging.LogRecord("x", logging.WARNING, "file", 1, "hello %s", ("you",), None)
    logs.WithRequest().filter(record)
    assert "request" not in json.loads(logs.JsonLines().format(record))
    assert logs.TextLines().format(record) == "hello you"
    token = logs.REQUEST.set("ab")
    logs.WithRequest().filter(record)
    logs.REQUEST.reset(token)
    assert logs.TextLines().format(record) == "[ab] hello you"


def test_an_unknown_form_is_refused():
    environment = os.environ | {"UDSYN_DESK_LOG": "xml"}
    done = subprocess.run(
        [sys.executable, "-c", "import udsyn.desk.ops.settings"], env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "UDSYN_DESK_LOG=xml: write text or json." in done.stderr

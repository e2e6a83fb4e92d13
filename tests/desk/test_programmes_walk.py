"""The applicant's story in a real browser, and a crowd at the deadline while the server is killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from browsing import PHONE, WIDE, needs_chromium
from django.utils import translation
from tests.desk.cast import clean, running

pytestmark = pytest.mark.django_db
PICTURES = os.environ.get("UDSYN_PICTURES")  #: a folder: each step is kept there as a picture


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def inside(folder, script):
    """Run a script with this desk's database, and give what it prints."""
    there = {"UDSYN_DESK": str(folder), "DJANGO_SETTINGS_MODULE": "udsyn.desk.ops.settings"}
    whole = "import json, django\ndjango.setup()\n" + script
    done = subprocess.run([sys.executable, "-c", whole], env=clean() | there, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


CROWD = """
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.parties.models import User
from udsyn.desk.rooms.programmes import writing
from udsyn.desk.rooms.programmes.models import Call
user = User.objects.get(email="client@demo.example")
actor = actor_of(user, timezone.localdate())
call = Call.objects.get(title__contains="autumn")
rows = [writing.apply(call, actor, f"Application {n}").pk for n in range(20)]
session = SessionStore()
session.update({"_auth_user_id": str(user.pk), "_auth_user_hash": user.get_session_auth_hash(),
                "_auth_user_backend": "allauth.account.auth_backends.AuthenticationBackend"})
session.create()
from django.conf import settings
print(json.dumps({"rows": rows, "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
                  "csrf": settings.CSRF_COOKIE_NAME}))
"""
KEPT = """
from udsyn.desk.rooms.programmes.models import Application
print(json.dumps({str(pk): [[h.revision, h.answers.get("plan")] for h in Application.history.filter(id=pk)]
                  for pk in Application.objects.filter(title__startswith="Application ").values_list("pk", flat=True)}))
"""


class Writer(threading.Thread):
    """Somebody who saves again and again, and remembers what was acknowledged."""

    def __init__(self, url, crowd, rows, until):
        super().__init__()
        self.url, self.crowd, self.rows, self.until = url, crowd, rows, until
        self.acknowledged, self.took = [], []

    def run(self):
        token, revision = "t" * 32, dict.fromkeys(self.rows, 0)
        headers = {"Cookie": f"{self.crowd['cookie']}; {self.crowd['csrf']}={token}", "X-Autosave": "1"}
        while not self.until.is_set():
            for row in self.rows:
                text = f"{row}-{len(self.acknowledged)}"
                sent = {
                    "csrfmiddlewaretoken": token,
                    "base": revision[row],
                    "title": f"Application {row}",
                    "plan": text,
                }
                body = urllib.parse.urlencode(sent).encode()
                asked = urllib.request.Request(f"{self.url}/en/desk/applications/{row}/write/", body, headers)
                began = time.monotonic()
                try:
                    with urllib.request.urlopen(asked, timeout=10) as answer:
                        said = json.load(answer)
                except (OSError, ValueError):
                    return  # the server is gone
                self.took.append(time.monotonic() - began)
                revision[row] = said["revision"]
                self.acknowledged.append((row, said["revision"], text))


def test_no_acknowledged_write_of_a_crowd_is_lost_when_the_server_is_killed(folder):
    crowd, port, until = inside(folder, CROWD), free_port(), threading.Event()
    with running(folder, port) as process:
        writers = [Writer(f"http://127.0.0.1:{port}", crowd, crowd["rows"][n::8], until) for n in range(8)]
        for writer in writers:
            writer.start()
        time.sleep(4)
        os.killpg(process.pid, signal.SIGKILL)
        until.set()
        for writer in writers:
            writer.join()
    acknowledged = [one for writer in writers for one in writer.acknowledged]
    assert len(acknowledged) >= 10
    kept = {int(pk): {tuple(one) for one in versions} for pk, versions in inside(folder, KEPT).items()}
    lost = [(row, revision, text) for row, revision, text in acknowledged if (revision, text) not in kept[row]]
    assert lost == []
    took = sorted(one for writer in writers for one in writer.took)
    print(f"{len(acknowledged)} acknowledged, 0 lost, p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms")


@needs_chromium
@pytest.mark.parametrize(
    ("language", "viewport", "javascript"), [("en", WIDE, True), ("da", PHONE, False)], ids=["en-script", "da-phone"]
)
def test_an_applicant_from_the_call_to_the_receipt(folder, browser, served, tmp_path, language, viewport, javascript):
    """Twelve partners, the server killed while one writes, two documents missing, receipt, withdrawal."""
    walk = Walk(folder, browser, served.users["client"], language, viewport, javascript)
    port = free_port()
    with running(folder, port) as process:
        page = walk.enter(port)
        page.goto(f"/{language}/apply/")
        walk.look(page, "open-calls")
        page.locator("main ul a").first.click()
        page.fill("#zone", "Asia/Seoul")
        page.get_by_role("button", name=walk.t("Show")).click()
        assert "Asia/Seoul" in page.locator("main").inner_text()
        walk.look(page, "call")
        page.fill("#id_title", "A network of twelve")
        page.get_by_role("button", name=walk.t("Begin an application")).click()
        home = page.url.partition(f":{port}")[2]
        walk.look(page, "tasks")
        assert walk.t("cannot start yet") in page.locator("main").inner_text()
        for number in range(12):
            page.goto(f"/{language}/desk/partners/new/?application={home.rstrip('/').split('/')[-1]}")
            page.fill("#id_organisation_name", f"Institute {number + 1}")
            choose(page, "#id_country", "JP")
            page.fill("#id_name", f"Partner {number + 1}")
            page.fill("#id_email", f"partner{number}@example.org")
            page.locator("main form button").last.click()
            page.wait_for_load_state()
            assert not page.locator(".errors").count(), page.locator(".errors").inner_text()
        page.goto(f"{home}write/")
        page.fill("#id_plan", "Twelve institutes meet twice.")
        if javascript:
            page.get_by_text("Saved", exact=True).wait_for()
        else:
            page.get_by_role("button", name=walk.t("Save"), exact=True).click()
        walk.look(page, "written")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    port = free_port()
    with running(folder, port):
        page = walk.enter(port)
        page.goto(f"{home}write/")
        assert page.input_value("#id_plan") == "Twelve institutes meet twice."
        page.select_option("[name='applicant.country']", "DK")
        page.select_option("[name='applicant.organisation_kind']", "university")
        page.select_option("[name='applicant.level']", "professor")
        page.select_option("[name='arctic_focus']", "false")
        for field in page.locator("select[name^='partners.']").all():
            field.select_option("researcher")
        page.get_by_role("button", name=walk.t("Save"), exact=True).click()
        page.wait_for_load_state()
        pdf = tmp_path / "signed.pdf"
        pdf.write_bytes(b"%PDF-1.4 signed")
        page.goto(f"{home}papers/")
        places = page.locator("#id_place option").evaluate_all("all => all.map(one => one.value)")
        wanted = [place for place in places if place.partition(":")[0] in ("signed_budget", "expression_of_interest")]
        for place in wanted:
            page.select_option("#id_place", place)
            page.set_input_files("#id_file", str(pdf))
            page.get_by_role("button", name=walk.t("Attach"), exact=True).click()
            page.wait_for_load_state()
        walk.look(page, "documents")
        page.goto(home)
        walk.look(page, "one-missing")
        page.goto(f"{home}do/submit/")
        missing = "co-funding" if language == "en" else "medfinansiering"
        assert missing in page.locator("main").inner_text()
        page.goto(f"{home}papers/")
        page.select_option("#id_place", "cofunding:")
        page.set_input_files("#id_file", str(pdf))
        page.get_by_role("button", name=walk.t("Attach"), exact=True).click()
        page.goto(f"{home}do/submit/")
        page.get_by_role("button", name=walk.t("Hand in"), exact=True).click()
        page.wait_for_load_state()
        walk.look(page, "handed-in")
        assert page.request.get(f"{home}receipt.pdf").body().startswith(b"%PDF")
        page.goto(f"{home}do/withdraw/")
        page.get_by_role("button", name=walk.t("Withdraw"), exact=True).click()
        page.wait_for_load_state()
        walk.look(page, "withdrawn")
        walk.leave()


def choose(page, field, code):
    """A country, from a list or by its name."""
    found = page.locator(field)
    if found.evaluate("one => one.tagName") == "SELECT":
        value = found.locator("option").evaluate_all(
            "all => (all.find(one => ['Japan'].includes(one.textContent.trim())) || {}).value"
        )
        found.select_option(value)
    else:
        found.fill("Japan")


class Walk:
    def __init__(self, folder, browser, user, language, viewport, javascript):
        self.browser, self.user, self.language, self.step = browser, user, language, 0
        self.viewport, self.javascript, self.contexts = viewport, javascript, []

    def t(self, text):
        with translation.override(self.language):
            return translation.gettext(text)

    def enter(self, port):
        context = self.browser.new_context(
            viewport=self.viewport, java_script_enabled=self.javascript, base_url=f"http://127.0.0.1:{port}"
        )
        self.contexts.append(context)
        page = context.new_page()
        page.goto(f"/{self.language}/")
        page.locator(f'button[name=user][value="{self.user}"]').click()
        page.wait_for_load_state()
        return page

    def look(self, page, name):
        page.wait_for_load_state()
        page.locator("footer").wait_for()
        if PICTURES:
            self.step += 1
            page.screenshot(path=f"{PICTURES}/{self.language}-{self.step:02}-{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name

    def leave(self):
        for context in self.contexts:
            context.close()

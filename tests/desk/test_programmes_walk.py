"""The applicant's story in a real browser, and a crowd at the deadline while the server is killed."""

from __future__ import annotations

import datetime as dt
import email
import itertools
import json
import os
import re
import signal
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, needs_chromium
from django.utils import translation
from tests.desk.cast import inside, running

pytestmark = pytest.mark.django_db
PICTURES = os.environ.get("UDSYN_PICTURES")  #: a folder: each step is kept there as a picture


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def processor_time(group):
    """Seconds that the processes of a group have worked so far."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


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
    """Somebody at two or three applications who saves and remembers what was acknowledged: each once a second, as its
    page does, and after the `rush` began as fast as they can."""

    def __init__(self, url, crowd, rows, rush, until):
        super().__init__()
        self.url, self.crowd, self.rows, self.rush, self.until = url, crowd, rows, rush, until
        self.acknowledged, self.took = [], []

    def run(self):
        token, revision = "t" * 32, dict.fromkeys(self.rows, 0)
        headers = {"Cookie": f"{self.crowd['cookie']}; {self.crowd['csrf']}={token}", "X-Autosave": "1"}
        for number, row in enumerate(itertools.cycle(self.rows)):
            paced = not self.rush.wait(1 / len(self.rows))
            if self.until.is_set():
                return
            text = f"{row}-{number}"
            sent = {"csrfmiddlewaretoken": token, "base": revision[row], "title": f"Application {row}", "plan": text}
            body = urllib.parse.urlencode(sent).encode()
            asked = urllib.request.Request(f"{self.url}/en/desk/applications/{row}/write/", body, headers)
            began = time.monotonic()
            try:
                with urllib.request.urlopen(asked, timeout=10) as answer:
                    said = json.load(answer)
            except (OSError, ValueError):
                return  # the server is gone
            if paced:
                self.took.append(time.monotonic() - began)
            revision[row] = said["revision"]
            self.acknowledged.append((row, said["revision"], text))


def test_no_acknowledged_write_of_a_crowd_is_lost_when_the_server_is_killed(folder):
    crowd, port, rush, until = inside(folder, CROWD), free_port(), threading.Event(), threading.Event()
    with running(folder, port) as process:
        before = processor_time(process.pid)
        writers = [Writer(f"http://127.0.0.1:{port}", crowd, crowd["rows"][n::8], rush, until) for n in range(8)]
        for writer in writers:
            writer.start()
        time.sleep(4)
        rush.set()
        time.sleep(2)
        used = processor_time(process.pid)
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
    p95 = took[int(len(took) * 0.95)]
    each = (used - before) / len(acknowledged) * 1000
    print(f"{len(acknowledged)} acknowledged, 0 lost; saved once a second, p95 {p95 * 1000:.0f} ms")
    print(f"{each:.1f} ms of processor time each, however busy the machine is")


LAST_SECOND = dt.datetime(2027, 3, 28, 9, 59, 59, tzinfo=dt.UTC)  # noon in Copenhagen, hours after the clocks changed
AT_NOON = """
from udsyn.desk.rooms.programmes.models import Call
call = Call.objects.get(title__contains="autumn")
text = call.pack_text[: call.pack_text.index("opens:")]
call.pack_text = text + "deadline: {at: 2027-03-28T12:00:00, zone: Europe/Copenhagen}\\n"
call.full_clean()
call.save()
call.versions.update(pack_text=call.pack_text)
print(json.dumps(call.pk))
"""


HANDED_IN = """
from udsyn.desk.rooms.programmes.models import Application
found = Application.objects.filter(title="A network of twelve").values_list("submitted_at", flat=True)
print(json.dumps([moment.isoformat() for moment in found]))
"""


@needs_chromium
@pytest.mark.parametrize(
    ("language", "viewport", "javascript"),
    [
        pytest.param("en", WIDE, True, id="en-script"),
        pytest.param("da", PHONE, False, id="da-phone", marks=pytest.mark.prove),
    ],
)
def test_a_first_application_to_the_last_second(folder, browser, served, tmp_path, language, viewport, javascript):
    """A stranger in Seoul: an account by mail, twelve partners, a limit passed, the server killed while one writes, two
    documents missing, handed in at 11:59:59 on the day after the clocks changed; then an amendment, and withdrawn."""
    call, clock = inside(folder, AT_NOON), Clock(tmp_path / "now", LAST_SECOND)
    walk = Walk(folder, browser, language, viewport, javascript)
    with running(folder, free_port_of(walk), **clock.environment) as process:
        page = walk.enter()
        page.goto(f"/{language}/apply/")
        walk.click(page.locator("main ul a").first)
        assert "2027-03-28 12:00:00" in walk.text()
        if javascript:
            assert "(Asia/Seoul): 2027-03-28 19:00:00" in walk.text()
        walk.look("call")
        walk.click(page.get_by_role("link", name=walk.t("Apply for the first time")))
        walk.fill("#id_email", "first@example.org")
        walk.press("Send me the link")
        page.goto(walk.mailed_link())
        walk.click(page.locator("main form button").first)
        walk.fill("#id_given_name", "Ida")
        walk.fill("#id_family_name", "Ny")
        walk.fill("#id_title", "A network of twelve")
        walk.press("Begin an application")
        home = page.url.removeprefix(walk.address)
        assert walk.t("cannot start yet") in walk.text()
        walk.look("tasks")
        page.goto(f"{home}partners/")
        for number in range(12):
            place = f"#id_part-{number}"
            walk.fill(f"{place}-organisation_name", f"Institute {number + 1}")
            walk.choose(f"{place}-country", "Japan")
            walk.fill(f"{place}-name", f"Partner {number + 1}")
            walk.fill(f"{place}-email", f"partner{number}@example.org")
            if number == 11:
                walk.press("Save, and ask those by mail who were not asked yet")
            elif number % 3 == 2:
                walk.press("Save")
        walk.look("partners")
        page.goto(f"{home}budget/")
        walk.pick("#id_part-0-kind_of", "travel")
        walk.fill("#id_part-0-amount", "75000")
        walk.pick("#id_part-1-kind_of", "support_services")
        walk.fill("#id_part-1-amount", "30000")
        if javascript:
            page.locator("#caps strong", has_text="not fulfilled").wait_for()
        else:
            walk.press("Save")
            assert walk.t("not fulfilled") in walk.text()
        walk.look("limit-passed")
        walk.fill("#id_part-1-amount", "25000")
        walk.press("Save")
        assert walk.t("not fulfilled") not in walk.text()
        page.goto(f"{home}write/")
        walk.fill("#id_organisation_name", "University of the North")
        walk.fill("#id_plan", "Twelve institutes meet twice.")
        if javascript:
            page.get_by_text("Saved", exact=True).wait_for()
        else:
            walk.press("Save")
        walk.look("written")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
    with running(folder, free_port_of(walk), **clock.environment):
        page = walk.enter(again=True)
        page.goto(f"{home}write/")
        assert page.input_value("#id_plan") == "Twelve institutes meet twice."
        walk.pick("[name='applicant.country']", "DK")
        walk.pick("[name='applicant.organisation_kind']", "university")
        walk.pick("[name='applicant.level']", "professor")
        walk.pick("[name='arctic_focus']", "false")
        for field in page.locator("select[name^='partners.']").all():
            walk.pick(field, "researcher")
        walk.press("Save")
        pdf = tmp_path / "signed.pdf"
        pdf.write_bytes(b"%PDF-1.4 signed")
        page.goto(f"{home}papers/")
        places = page.locator("#id_place option").evaluate_all("all => all.map(one => one.value)")
        wanted = [place for place in places if place.startswith("expression_of_interest")]
        for place in wanted:
            walk.attach(place, pdf)
        page.goto(home)
        walk.look("two-missing")
        page.goto(f"{home}do/submit/")
        for missing in ("signature", "co-funding") if language == "en" else ("underskrift", "medfinansiering"):
            assert missing in walk.text()
        page.goto(f"{home}papers/")
        for place in ("signed_budget:", "cofunding:"):
            walk.attach(place, pdf)
        walk.look("documents")
        page.goto(f"{home}do/submit/")
        walk.press("Hand in")
        walk.look("handed-in")
        assert inside(folder, HANDED_IN) == ["2027-03-28T09:59:59+00:00"]
        assert page.request.get(f"{home}receipt.pdf").body().startswith(b"%PDF")
        walk.tell()
        page.goto(f"/{language}/apply/{call}/")
        page.fill("#id_title", "One second late")
        page.get_by_role("button", name=walk.t("Begin an application")).click()
        late = page.url.removeprefix(walk.address)
        clock.move(2)  # 12:00:01
        page.goto(f"{late}do/submit/")
        assert walk.t("The deadline has passed. What you wrote is kept.") in walk.text()
        page.goto(f"{late}write/")
        assert page.input_value("#id_title") == "One second late"
        officer = walk.enter(user=served.users["officer"])
        officer.goto(f"{home}do/reopen/")
        officer.fill("#id_reason", "The second year is missing.")
        officer.locator("main form button").first.click()
        officer.wait_for_load_state()
        walk.page = page
        page.goto(f"{home}write/")
        page.fill("#id_plan", "Twelve institutes meet twice, in both years.")
        walk.press("Save")
        page.goto(f"{home}do/submit/")
        walk.press("Hand in")
        walk.look("amended")
        page.goto(f"{home}do/withdraw/")
        walk.press("Withdraw")
        walk.look("withdrawn")
    walk.leave()


class Clock:
    """The served desk's clock: it stands still until a test moves it."""

    def __init__(self, file, moment):
        self.file, self.now = file, moment.timestamp()
        self.move(0)
        where = str(Path(__file__).parent / "clock")
        self.environment = {"PYTHONPATH": where, "UDSYN_TEST_CLOCK": str(file), "UDSYN_TEST_NOW": "1"}

    def move(self, seconds):
        self.now += seconds
        self.file.write_text(repr(self.now))


def free_port_of(walk):
    walk.port = free_port()
    return walk.port


class Walk:
    """Somebody at a page, who counts what they do: keys pressed, and clicks with what is chosen."""

    def __init__(self, folder, browser, language, viewport, javascript):
        self.folder, self.browser, self.language = folder, browser, language
        self.viewport, self.javascript, self.contexts = viewport, javascript, []
        self.step = self.port = self.keys = self.clicks = 0
        self.page, self.cookies = None, []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def t(self, text):
        with translation.override(self.language):
            return translation.gettext(text)

    def enter(self, again=False, user=None):
        """Open a browser: as a stranger, with the session of before, or as somebody of the demonstration."""
        held = self.contexts[-1].cookies() if again else []
        context = self.browser.new_context(
            viewport=self.viewport,
            java_script_enabled=self.javascript,
            base_url=self.address,
            timezone_id="Asia/Seoul",
        )
        context.add_cookies(held)
        self.contexts.append(context)
        self.page = context.new_page()
        if user:
            self.page.goto(f"/{self.language}/")
            self.page.locator(f'button[name=user][value="{user}"]').click()
            self.page.wait_for_load_state()
        return self.page

    def text(self):
        return self.page.locator("main").inner_text()

    def fill(self, field, text):
        self.keys += len(text) + 1  # and one to get there
        self.page.fill(field, text)

    def click(self, place):
        self.clicks += 1
        place.click()
        self.page.wait_for_load_state()

    def press(self, words):
        self.click(self.page.get_by_role("button", name=self.t(words), exact=True).first)
        assert not self.page.locator(".errors").count(), self.page.locator(".errors").inner_text()

    def pick(self, field, value):
        self.clicks += 2
        (self.page.locator(field) if isinstance(field, str) else field).select_option(value)

    def choose(self, field, label):
        value = self.page.locator(f"{field} option").evaluate_all(
            "(all, label) => (all.find(one => one.textContent.trim() === label) || {}).value", label
        )
        self.pick(field, value)

    def attach(self, place, file):
        self.pick("#id_place", place)
        self.clicks += 2
        self.page.set_input_files("#id_file", str(file))
        self.press("Attach")

    def mailed_link(self):
        newest = max((self.folder / "mail").iterdir(), key=lambda file: file.stat().st_mtime_ns)
        text = email.message_from_bytes(newest.read_bytes()).get_payload(decode=True).decode()
        return re.search(r"https?://\S+", text).group(0)

    def look(self, name):
        self.page.wait_for_load_state()
        self.page.locator("footer").wait_for()
        if PICTURES:
            self.step += 1
            self.page.screenshot(path=f"{PICTURES}/{self.language}-{self.step:02}-{name}.png", full_page=True)
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name

    def tell(self):
        """Minutes by the keystroke-level model: 0.28 s a key, 1.3 s a click with its way there; reading not counted."""
        minutes = (0.28 * self.keys + 1.3 * self.clicks) / 60
        print(f"a first application, {self.language}: {self.keys} keys, {self.clicks} clicks, {minutes:.1f} minutes")

    def leave(self):
        for context in self.contexts:
            context.close()

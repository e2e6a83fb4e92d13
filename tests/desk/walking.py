"""People at browsers before a desk of their own, and the mails that left it."""

from __future__ import annotations

import email
import email.policy
import os
import subprocess
import sys
from functools import cached_property

from django.utils import translation
from tests.desk.cast import clean

PICTURES = os.environ.get("UDSYN_PICTURES")  #: a folder: each step is kept there as a picture
#: what `udsyn desk send` and `work` do, each time that it is told to: a desk starts in seconds, and a walk asks often
POSTMAN = """
import sys
from udsyn.desk.ops import office
office.start(sys.argv[1])
from udsyn.desk.ops import work
chores = {"send": office.send_approved, "work": lambda: work.worker().run()}
for line in sys.stdin:
    print(chores[line.strip()]() or 0, flush=True)
"""


class Walk:
    """A desk of one's own, people at browsers, and the mails that left."""

    def __init__(self, folder, url, users, browser, language, viewport, javascript):
        self.folder, self.url, self.users, self.browser = folder, url, users, browser
        self.language, self.viewport, self.javascript = language, viewport, javascript
        self.read, self.contexts, self.step = {}, [], 0

    @cached_property
    def postman(self):
        command = [sys.executable, "-c", POSTMAN, str(self.folder)]
        return subprocess.Popen(command, env=clean(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self):
        for context in self.contexts:
            context.close()
        if "postman" in vars(self):
            self.postman.communicate()

    def t(self, text):
        with translation.override(self.language):
            return translation.gettext(text)

    def enter(self, role=None, *, theme="light"):
        context = self.browser.new_context(
            viewport=self.viewport, color_scheme=theme, java_script_enabled=self.javascript, base_url=self.url
        )
        self.contexts.append(context)
        page = context.new_page()
        if role:
            page.goto(f"/{self.language}/")
            with page.expect_navigation():
                page.locator(f'button[name=user][value="{self.users[role]}"]').click()
        return page

    def look(self, page, name):
        """What a visitor sees must fit; with UDSYN_PICTURES it is kept to be looked at."""
        page.wait_for_load_state()
        page.locator("footer").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name
        if PICTURES:
            self.step += 1
            dress = f"{self.language}-{self.viewport['width']}"
            page.screenshot(path=f"{PICTURES}/{dress}-{self.step:02}-{name}.png", full_page=True)

    def have_done(self, chore):
        """Send what is approved, or work down the queue."""
        self.postman.stdin.write(f"{chore}\n")
        self.postman.stdin.flush()
        assert self.postman.stdout.readline().strip().isdigit()

    def mails(self):
        """Send what is approved, and give the mails that have left since the last look: recipient → text."""
        self.have_done("send")
        found = {}
        for file in sorted((self.folder / "mail").glob("*.log")):
            content = file.read_bytes()
            new, self.read[file] = content[self.read.get(file, 0) :], len(content)
            for text in new.split(b"\n" + b"-" * 79 + b"\n"):
                if text.strip():
                    mail = email.message_from_bytes(text, policy=email.policy.default)
                    body = mail.get_body(("plain",))
                    found[mail["To"]] = body.get_content()
        return found

    def link(self, text, kind="answer"):
        word = next(w for w in text.split() if f"/{kind}/" in w)
        return word.partition(":8000")[2]

    def take(self, page, label):
        """Take a transition: its button on the page, then its button on the page that asks."""
        for role in ("link", "button"):
            with page.expect_navigation():
                page.get_by_role(role, name=self.t(label), exact=True).click()
        assert not page.locator(".errors").count(), page.locator("main").inner_text()

    def approve_all(self, page):
        """The attaché reads and approves what waits in the outbox."""
        for _n in range(6):
            page.goto(f"/{self.language}/desk/outbox/?state=drafted&sort=-created")
            first = page.locator("tbody a").first
            if not first.count():
                return
            with page.expect_navigation():
                first.click()
            self.take(page, "Approve and send")

"""People at browsers before a desk of their own, and the mails that left it."""

from __future__ import annotations

import email
import email.policy
import os
import subprocess
import sys
from pathlib import Path

from django.utils import translation

UDSYN = str(Path(sys.executable).with_name("udsyn"))
PICTURES = os.environ.get("UDSYN_PICTURES")  #: a folder: each step is kept there as a picture


class Walk:
    """A desk of one's own, people at browsers, and the mails that left."""

    def __init__(self, folder, url, users, browser, language, viewport, javascript):
        self.folder, self.url, self.users, self.browser = folder, url, users, browser
        self.language, self.viewport, self.javascript = language, viewport, javascript
        self.read, self.contexts, self.step = set(), [], 0

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
            page.locator(f'button[name=user][value="{self.users[role]}"]').click()
            page.wait_for_load_state()
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

    def mails(self):
        """`udsyn desk send`, and the mails that have left since the last look: recipient → text."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("UDSYN_DESK", "DATABASE_URL", "DJANGO"))}
        command = [UDSYN, "desk", "send", "--desk", str(self.folder)]
        done = subprocess.run(command, env=clean, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        found = {}
        for file in sorted((self.folder / "mail").glob("*.log")):
            if file in self.read:
                continue
            self.read.add(file)
            for text in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
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
        page.get_by_role("link", name=self.t(label), exact=True).click()
        page.get_by_role("button", name=self.t(label), exact=True).click()
        page.wait_for_load_state()
        assert not page.locator(".errors").count(), page.locator("main").inner_text()

    def approve_all(self, page):
        """The attaché reads and approves what waits in the outbox."""
        for _n in range(6):
            page.goto(f"/{self.language}/desk/outbox/?state=drafted&sort=-created")
            first = page.locator("tbody a").first
            if not first.count():
                return
            first.click()
            self.take(page, "Approve and send")

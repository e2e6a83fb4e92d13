"""Who works at the desk in the load test (locust runs this file): visitors, officers, attachés, clients and programs.

Each looks at a page, thinks 2 to 6 seconds (4 on average, as people who read do), and goes on.
"""

from __future__ import annotations

import os
import re
from itertools import count

from locust import HttpUser, between, events, task

OFFICER, ATTACHE, CLIENT = (os.environ[f"DESK_{name}"] for name in ("OFFICER", "ATTACHE", "CLIENT"))
KEY = os.environ["DESK_KEY"]
COUNTRY = os.environ["DESK_COUNTRY"]
NUMBER = count()
LATENCIES = os.environ["DESK_TIMES"]


class Person(HttpUser):
    abstract = True
    wait_time = between(2, 6)
    user = ""

    def on_start(self):
        if self.user:
            self.post("/en/account/demo/", "sign in", user=self.user)

    def look(self, path, name=None):
        self.client.get(path, name=name or path)

    def post(self, path, name, **fields):
        """Send a form; it counts as failed unless it was taken."""
        page = self.client.get("/en/abroad/", name="/en/abroad/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        with self.client.post(
            path, {**fields, "csrfmiddlewaretoken": token}, name=name, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 302:
                answer.failure(f"{answer.status_code} instead of 302")


class Visitor(Person):
    weight = 3

    @task(3)
    def front(self):
        self.look("/en/")

    @task(2)
    def centres(self):
        self.look("/da/abroad/?country=KR", "/da/abroad/")

    @task(2)
    def centre(self):
        self.look("/da/abroad/seoul/")


class Officer(Person):
    weight = 3
    user = OFFICER

    @task(3)
    def front(self):
        self.look("/en/")

    @task(3)
    def inbox(self):
        self.look("/en/inbox/")

    @task(3)
    def partner(self):
        self.look(f"/en/desk/countries/{COUNTRY}/", "partner")

    @task(2)
    def lists(self):
        self.look("/en/desk/action-points/?state=open", "list")

    @task(2)
    def people(self):
        self.look("/en/desk/people/?sort=-family_name&page=2", "list")

    @task(2)
    def search(self):
        self.look("/en/search/?q=seoul", "search")

    @task(1)
    def deadlines(self):
        self.look("/en/deadlines/")

    @task(1)
    def take_along(self):
        self.look("/en/desk/agreements/export.csv", "export")

    @task(2)
    def say(self):
        text = f"load {next(NUMBER)}"
        self.post(f"/en/desk/countries/{COUNTRY}/comment/", "comment", text=text, visibility="colleagues")

    @task(1)
    def promise(self):
        text = f"load promise {next(NUMBER)}"
        self.post("/en/desk/action-points/new/", "new action point", text=text, agreement=os.environ["DESK_AGREEMENT"])


class Attache(Person):
    weight = 3
    user = ATTACHE

    @task(2)
    def contacts(self):
        self.look("/en/desk/contacts/", "list")

    @task(2)
    def inbox(self):
        self.look("/en/inbox/")

    @task(1)
    def activity(self):
        self.look("/en/activity/")

    @task(1)
    def form(self):
        self.look("/en/desk/contacts/new/", "form")


class Client(Person):
    weight = 1
    user = CLIENT

    @task
    def front(self):
        self.look("/en/")


class Program(Person):
    weight = 1

    @task
    def read(self):
        self.client.get("/api/v1/agreements?limit=50", headers={"Authorization": f"Bearer {KEY}"}, name="API")


@events.request.add_listener
def keep(name, response_time, exception, **_more):
    with open(LATENCIES, "a") as file:
        file.write(f"{name}\t{response_time:.2f}\t{'' if exception is None else exception}\n")

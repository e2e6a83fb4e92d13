"""Invented requests with everything that came of them, drawn from a seed: for the demonstration and for proofs.

Each story walks forward in time until it ends or reaches today, and writes the same rows and the same log as the verbs.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from udsyn.desk.rooms.service.models import (
    FOLLOW_UPS,
    KEEP_YEARS,
    Candidate,
    FollowUp,
    Introduction,
    Outcome,
    Request,
    Step,
)

ZONE = ZoneInfo("Europe/Copenhagen")
#: what clients ask for: theme, their words, the need in words for outsiders
NEEDS = (
    ("energy", "We look for a partner with experience in electrolysis for our next project.",
     "low-temperature electrolysis and membranes for green hydrogen"),
    ("energy", "Who in your country tests large batteries, and would they take a visit?",
     "testing and safety of large battery storage"),
    ("digital", "Our group wants to compare methods for federated learning with a group abroad.",
     "federated learning on health data"),
    ("quantum", "We build readout electronics and want to meet laboratories that run superconducting qubits.",
     "superconducting qubits and cryogenic readout"),
    ("health", "Could you introduce us to hospitals that test wearable sensors?",
     "clinical tests of wearable sensors"),
    ("health", "We want to run a joint study on antimicrobial resistance.",
     "surveillance of antimicrobial resistance"),
    ("food", "Which institutes work on proteins from seaweed?", "proteins from seaweed and fermentation"),
    ("materials", "We need a pilot line for recycled composites.", "recycling of composite materials"),
    ("space", "We look for partners for a mission that measures sea ice.", "satellite measurement of sea ice"),
    ("society", "Our faculty plans a stay of six months on ageing societies. Whom should we write to?",
     "ageing societies and care"),
    ("other", "Which programmes can a company of twenty people use to visit laboratories?",
     "programmes for visits of small companies to laboratories"),
)  # fmt: skip
OUTCOMES = (
    ("agreement", "Agreement on cooperation"), ("application", "Joint application"), ("grant", "Joint grant"),
    ("stay", "Stay of six months"), ("publication", "Joint article"), ("pilot", "Pilot on site"),
    ("contract", "Licence"), ("investment", "Investment in the company"),
)  # fmt: skip


@dataclass
class Story:
    """The rows of one request, not stored yet; log lines say by their place in the list what they are about."""

    request: Request
    steps: list[tuple[Step, Any]] = field(default_factory=list)  #: with the row that the line is about
    candidates: list[Candidate] = field(default_factory=list)
    introductions: list[Introduction] = field(default_factory=list)
    followups: list[FollowUp] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass
class Teller:
    """Draws stories. `names` gives a name for a candidate, `institutions` where they may work."""

    draw: random.Random
    today: dt.date
    names: Any
    institutions: Sequence[tuple[str, Any]]

    def moment(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(self.draw.randrange(8, 17), self.draw.randrange(60)), ZONE)

    def story(self, received: dt.date, centre: Any, client: Any, organisation: Any, handler: Any) -> Story:
        """One request from its receipt to today. `client` has a name and an e-mail; organisation may be unknown."""
        draw = self.draw
        theme, text, need = draw.choice(NEEDS)
        row = Request(
            centre=centre, channel=draw.choice(("form", "form", "mail", "typed")), received=received,
            name=str(client), email=client.email, organisation=organisation,
            organisation_name=str(organisation or ""), text=text, language=draw.choice(("da", "da", "en")),
            client_type=organisation.kind_of if organisation else "unknown",
            keep_until=received + dt.timedelta(days=round(365.25 * KEEP_YEARS)),
        )  # fmt: skip
        told = Story(row)
        self.log(told, "received", received, detail=row.channel)
        at = self.later(received, 0, 9)
        if at is None or draw.random() < 0.05:
            return told
        fate = draw.random()
        row.handler = handler
        if fate < 0.12:
            row.state = "declined"
            self.log(told, "declined", at)
            return told
        self.log(told, "accepted", at)
        row.state, row.theme, row.need = "accepted", theme if draw.random() < 0.95 else "unknown", need
        self.contacts(told, at, 2)
        if fate < 0.25:
            return self.end(told, at, "answered")
        row.critical = row.sanctioned = row.dual_use = "no"
        clear = self.later(at, 1, 10)
        if clear is None:
            return told
        row.state = "scoped"
        self.log(told, "scoped", clear)
        self.contacts(told, clear, 2)
        self.people(told)
        ready = self.later(clear, 1, 15)
        if ready is None:
            return told
        return self.end(told, ready, "nothing") if fate < 0.32 else self.introduce(told, ready)

    def log(self, told: Story, what: str, day: dt.date, about: Any = None, **fields: Any) -> dt.date:
        step = Step(what=what, at=self.moment(day), by=told.request.handler, **fields)
        told.steps.append((step, about))
        return day

    def later(self, day: dt.date, least: int, most: int) -> dt.date | None:
        """A day some days on, or None where that is still to come."""
        then = day + dt.timedelta(days=self.draw.randrange(least, most))
        return then if then <= self.today else None

    def contacts(self, told: Story, day: dt.date, most: int) -> None:
        for _n in range(self.draw.randrange(most + 1)):
            then = self.later(day, 0, 3)
            if then:
                minutes = self.draw.choice((15, 20, 30, 45, 60, None))
                how = self.draw.choice(("mail", "phone", "meeting"))
                self.log(told, "contact", then, how=how, minutes=minutes, note="Talked about what is needed.")

    def end(self, told: Story, day: dt.date, result: str) -> Story:
        then = self.later(day, 0, 20)
        if then:
            told.request.state, told.request.result = "closed", result
            self.log(told, "closed", then, detail=result)
        return told

    def people(self, told: Story) -> None:
        """Three to five people who may fit."""
        for number in range(self.draw.randrange(3, 6)):
            institution, country = self.draw.choice(self.institutions)
            told.candidates.append(
                Candidate(
                    name=self.names(), institution=institution if self.draw.random() < 0.9 else "", country=country,
                    email=f"person.{self.draw.randrange(10**9)}@example.org", state="vetted" if number < 3 else "found",
                    why="Works on the same question and has taken guests before.",
                )
            )  # fmt: skip

    def introduce(self, told: Story, day: dt.date) -> Story:
        """From the short list to introductions, each with its own fate."""
        row, draw = told.request, self.draw
        row.state = "shortlisted"
        listed = [c for c in told.candidates if c.state == "vetted"]
        for candidate in listed:
            candidate.state = "shortlisted"
        self.log(told, "listed", day, detail=str(len(listed)))
        chosen_on = self.later(day, 1, 12)
        if chosen_on is None or draw.random() < 0.08:
            return told
        wanted = draw.sample(listed, draw.randrange(1, len(listed) + 1))
        for candidate in listed:
            candidate.state = "chosen" if candidate in wanted else "passed"
        self.log(told, "chosen", chosen_on, detail=str(len(wanted)))
        row.state = "introducing"
        first = None
        for candidate in wanted:
            made = Introduction(candidate=candidate, client_yes_at=self.moment(chosen_on))
            told.introductions.append(made)
            agreed = self.ask(told, made, chosen_on)
            first = min(filter(None, (first, agreed)), default=None)
        if first:
            row.state = "following"
            self.follow(told, first)
        return told

    def ask(self, told: Story, made: Introduction, day: dt.date) -> dt.date | None:
        """Ask the candidate; returns the day on which both had said yes."""
        asked = self.later(day, 0, 4)
        if asked is None:
            return None
        made.state = "asked"
        self.log(told, "asked", asked, made)
        answered, fate = self.later(asked, 1, 11), self.draw.random()
        if answered is None or fate < 0.03:
            return None
        if fate < 0.22:
            made.state = "silent"
            self.log(told, "silent", answered, made)
            return None
        if fate < 0.32:
            made.state = "declined"
            self.log(told, "refused", answered, made)
            return None
        made.state, made.agreed_at = "agreed", self.moment(answered)
        self.log(told, "agreed", answered, made)
        met = self.later(answered, 5, 45)
        if met and self.draw.random() < 0.75:
            made.state = "met"
            self.log(told, "met", met, made)
        return answered

    def follow(self, told: Story, first: dt.date) -> None:
        """Follow-ups, some unanswered, and outcomes, some without evidence or with the question left open."""
        draw = self.draw
        for days in FOLLOW_UPS:
            due = first + dt.timedelta(days=days)
            row = FollowUp(after=days, due=due)
            told.followups.append(row)
            if due > self.today:
                continue
            row.state = "asked"
            self.log(told, "followup_asked", due, row, detail=str(days))
            answered = self.later(due, 0, 20)
            if answered is None:
                continue
            if draw.random() < 0.35:
                row.state = "silent"
                self.log(told, "followup_silent", answered, row, detail=str(days))
                continue
            row.state, row.answered_at = "answered", self.moment(answered)
            row.answer = draw.choice(("outcome", "working", "talked", "talked", "nothing"))
            row.satisfied = draw.choice(("yes", "yes", "partly", "no", ""))
            self.log(told, "followup_answered", answered, row, detail=str(days))
            if row.answer in ("outcome", "working") and draw.random() < 0.7:
                self.outcome(told, answered)
        if draw.random() < 0.4:
            self.contacts(told, first, 2)

    def outcome(self, told: Story, day: dt.date) -> None:
        kind, title = self.draw.choice(OUTCOMES)
        state = self.draw.choice(("confirmed", "confirmed", "confirmed", "reported", "rejected"))
        row = Outcome(
            kind_of=kind, title=title, date=day, state=state,
            evidence="https://example.org/outcome" if self.draw.random() < 0.6 else "",
            amount=self.draw.choice((None, 250_000, 1_200_000, 4_000_000)),
            additionality=self.draw.choice(("would_not", "later", "smaller", "anyway", "unknown")),
        )  # fmt: skip
        told.outcomes.append(row)
        if state != "reported":
            self.log(told, "outcome", day, row, detail=kind)
        if state == "rejected":
            self.log(told, "outcome_back", day, row, detail=kind)


def keep(stories: Sequence[Story], store: Any) -> None:
    """Store stories with `store(rows)`, which is told rows of one kind at a time and gives them their ids."""
    store([told.request for told in stories])
    row: Any
    for told in stories:
        for row in (*told.candidates, *told.followups, *told.outcomes, *(step for step, _about in told.steps)):
            row.request = told.request
    store([row for told in stories for row in told.candidates])
    for told in stories:
        for made in told.introductions:
            made.candidate = made.candidate  # takes over the id that the candidate was given
    for kind in ("introductions", "followups", "outcomes"):
        store([row for told in stories for row in getattr(told, kind)])
    for told in stories:
        for step, about in told.steps:
            step.about = about.pk if about is not None else None
    Step.objects.bulk_create([step for told in stories for step, _about in told.steps], batch_size=500)


__all__ = ["NEEDS", "OUTCOMES", "Story", "Teller", "keep"]

"""Invented privacy requests, consents, breaches and a period of the house: each in more than one state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.rooms.privacy.models import Breach, Consent, KeptFor, PrivacyRequest


def live(office: Any) -> None:
    """What an officer keeps about a former guest, who has no account."""
    officer = actor_of(office.users["officer"], office.today)
    guest = Person(
        given_name="Signe",
        family_name="Østerlund",
        email="signe.oesterlund@demo.example",
        purpose="a stay that came to nothing",
        legal_basis="consent",
    )
    kernel.save(guest, officer)

    def asked(kind: str, days: int, answer: str = "") -> PrivacyRequest:
        row = PrivacyRequest(kind_of=kind, person=guest, received=office.day(days), answer=answer)
        return kernel.save(row, officer)

    asked("erasure", -33)
    asked("access", -6)
    kernel.perform(asked("correction", -60, "The title was corrected."), "carry_out", officer)
    kernel.perform(asked("objection", -90), "refuse", officer, reason="Nothing is followed about this person.")

    for purpose, how in (("to be named on the list of former guests", "form"), ("to be written to", "e-mail")):
        kernel.save(Consent(person=guest, purpose=purpose, how=how, given_on=office.day(-200)), officer)
    kernel.perform(Consent.objects.get(purpose="to be written to"), "withdraw", officer)

    noticed = timezone.now() - dt.timedelta(hours=20)
    kernel.save(
        Breach(title="A list of guests went to the wrong address", what="Names and addresses.", noticed_at=noticed),
        officer,
    )
    past = Breach(
        title="A laptop was left on a train",
        what="Its disk is encrypted.",
        noticed_at=noticed - dt.timedelta(days=50),
        people=0,
        consequences="None: nobody can read it.",
        measures="The account was closed, the machine reported.",
    )
    kernel.save(past, officer)
    kernel.perform(past, "keep", officer, reason="The disk is encrypted, and the key was not with it.")

    kernel.save(
        KeptFor(
            of_kind="application",
            only_state="declined",
            since="submitted_at",
            years=5,
            why="The house's own choice, for the demonstration.",
        ),
        officer,
    )

"""Accounts from the command line: a first one, and a lost second factor."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from udsyn.desk.kernel import ledger
from udsyn.desk.kernel.permissions import NOBODY, ROLES, actor_of
from udsyn.desk.rooms.parties.models import Mandate, User
from udsyn.errors import UsageError


def add_user(email: str, name: str, role: str, scope: str = "") -> str:
    """Make an account with one role; returns the one-time password that its owner changes at the first visit."""
    if role not in ROLES:
        raise UsageError(f"there is no role {role}: choose one of {', '.join(ROLES)}.")
    if User.objects.filter(email__iexact=email).exists():
        raise UsageError(f"{email} has an account already.")
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name, must_change_password=True)
        mandate = Mandate(user=user, role=role, scope=scope)
        try:
            mandate.full_clean()
        except ValidationError as error:
            raise UsageError(" ".join(error.messages)) from None
        mandate.save()
        # who makes the account vouches for its address
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        ledger.append(NOBODY, "create", mandate, reason="command line")
    return password


def forget_second_factor(email: str) -> int:
    """Take away an account's second factors and recovery codes; returns how many there were."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise UsageError(f"there is no account {email}.")
    with transaction.atomic():
        held = Authenticator.objects.filter(user=user)
        count = held.count()
        held.delete()
        for mandate in user.mandates.all()[:1]:
            ledger.append(NOBODY, "change", mandate, fields=["second factor"], reason="command line: forgotten")
    return count


def actor_called(email: str) -> Any:
    """The account with this address as an actor of today."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise UsageError(f"there is no account {email}.")
    return actor_of(user, timezone.localdate())

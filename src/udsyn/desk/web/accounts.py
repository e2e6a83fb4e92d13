"""How accounts come to be and what signing in asks for. An administrator makes them; strangers their own where a room
welcomes them, with no role, once they opened the link that was sent to their address."""

from __future__ import annotations

import copy
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, SignupForm
from allauth.account.signals import email_changed, password_changed, password_reset, password_set
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.socialaccount.signals import social_account_added
from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpResponse
from django.utils import timezone

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.permissions import actor_of
from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.web import limits
from udsyn.desk.web.requests import HttpRequest


class Accounts(DefaultAccountAdapter):
    """allauth's own behaviour, with sign-up only while a room welcomes strangers, and with limits that shut out who
    guesses and not who is guessed."""

    def is_open_for_signup(self, request: Any) -> bool:
        return any(room.welcomes() for room in rooms() if room.welcomes is not None)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        email = credentials.get("email", "")
        self.tries = [limits.tries(request, "password", email)]
        if not limits.known(request, email):
            self.tries.append(limits.spend(request, "passwords_of_all", limits.address_of(request)))
        if None in self.tries:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            for used in filter(None, self.tries):
                used.rollback()
        return user

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        response = super().post_login(request, user, **more)
        limits.remember(request, response, user.email)
        return response


class SignIn(LoginForm):
    """Who asks to be remembered is, for two weeks; everybody else until the browser closes, half a day at most."""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response = super().login(request, redirect_url=redirect_url)
        if self.cleaned_data["remember"]:
            request.session.set_expiry(settings.REMEMBERED)
        return response


class SignUp(SignupForm):
    """An address is all: a link opens the account, and a code that is sent there signs in again. No password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password1"]


class Limited(BaseAuthenticateForm):
    """A code of the second factor, or one of those for recovery, may be tried a few times from one place."""

    def clean_code(self) -> str:
        request, email = context.request, self.user.email
        used = [limits.tries(request, "second_factor", email)]
        if not limits.known(request, email):  # whoever gets here has the password: many places together are bounded
            used.append(limits.spend(request, "second_factor_anywhere", email))
        if None in used:
            raise Accounts(request).validation_error("too_many_login_attempts")
        code = super().clean_code()
        for one in filter(None, used):
            one.rollback()
        return str(code)


class SecondFactor(Limited, AuthenticateForm):
    pass


class SecondFactorAgain(Limited, ReauthenticateForm):
    pass


@receiver(email_changed)
def has_new_address(user: Any, to_email_address: Any, **more: Any) -> None:
    """An address counts as somebody's own once the link that was sent to it was opened."""
    if to_email_address.verified:
        prove(user, "email", to_email_address.email)


@receiver(social_account_added)
def has_signed_in_elsewhere(sociallogin: Any, **more: Any) -> None:
    """An ORCID counts as somebody's own once they signed in with it."""
    if sociallogin.account.provider == "orcid":
        prove(sociallogin.user, "orcid", sociallogin.account.uid)


@transaction.atomic
def prove(user: Any, name: str, value: str) -> None:
    """Write into the person of an account what they have shown to be theirs: a sure key of imports."""
    if user.person_id is None:
        return
    stored = commands.locked(user.person)
    person = copy.copy(stored)
    setattr(person, name, value)
    person.full_clean()
    if getattr(stored, name) != value:
        commands.write(person, actor_of(user, timezone.localdate()), "prove", stored)


@receiver([password_changed, password_reset, password_set])
def has_own_password(user: Any, **more: Any) -> None:
    """The first password is gone, by whichever of the three ways."""
    user.must_change_password = False
    user.save(update_fields=["must_change_password"])

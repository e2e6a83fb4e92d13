"""How accounts come to be: by invitation. Signing up alone opens no account and shows nothing."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


class Accounts(DefaultAccountAdapter):
    """allauth's own behaviour, with sign-up only by federated sign-in or an administrator."""

    def is_open_for_signup(self, request: Any) -> bool:
        return bool(getattr(settings, "SIGN_UP_OPEN", False))

"""Sessions that end once: what ran out does not come back when the clock is set back.

Django asks the clock alone whether a session has ended, and leaves its row. A clock that stood wrong for an hour would
open again what had ended, and keep open what began in its future.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.utils import timezone


class SessionStore(db.SessionStore):
    """Django's sessions in the database; one that was found ended, or lasts longer than any is given, is deleted."""

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        django: Any = super()  # whose stubs do not know it
        found = django._get_session_from_db()
        longest = timedelta(seconds=max(settings.SESSION_COOKIE_AGE, settings.REMEMBERED))
        if found is not None and found.expire_date <= timezone.now() + longest:
            return found
        self._session_key = None
        held = self.model.objects.filter(session_key=key)
        if held.exists():  # a cookie that somebody made up writes nothing
            held.delete()
        return None

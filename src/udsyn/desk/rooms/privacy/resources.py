"""What lists of privacy show, forms ask and exports hold."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from udsyn.desk.kernel.resources import Resource, columns
from udsyn.desk.rooms.privacy.models import Breach, Consent, KeptFor, PrivacyRequest

PRIVACY = _("Privacy")

LISTS = (
    Resource(
        PrivacyRequest,
        "privacy-requests",
        PRIVACY,
        columns(
            PrivacyRequest,
            *("kind_of", "person", "about", "state", "received", "due", "answered_on", "answer"),
            hidden=("about", "answer"),
            long=("answer",),
        ),
        form=("kind_of", "person", "about", "received", "answer"),
        filters=("state", "kind_of", "received", "due"),
        select=("person",),
    ),
    Resource(
        Consent,
        "consents",
        PRIVACY,
        columns(Consent, "purpose", "person", "state", "given_on", "how", "withdrawn_on"),
        form=("person", "purpose", "how", "given_on"),
        filters=("state", "given_on"),
        select=("person",),
        attach=False,
    ),
    Resource(
        Breach,
        "breaches",
        PRIVACY,
        columns(
            Breach,
            *("title", "state", "noticed_at", "notify_by", "people", "what", "consequences", "measures"),
            *("told", "decided_at"),
            hidden=("what", "consequences", "measures", "told", "decided_at"),
            long=("what", "consequences", "measures"),
        ),
        form=("title", "noticed_at", "what", "people", "consequences", "measures", "told"),
        filters=("state", "noticed_at"),
    ),
    Resource(
        KeptFor,
        "periods",
        PRIVACY,
        columns(KeptFor, "of_kind", "only_state", "since", "years", "months", "days", "why"),
        form=("of_kind", "only_state", "since", "years", "months", "days", "why"),
        filters=("of_kind",),
        attach=False,
    ),
)

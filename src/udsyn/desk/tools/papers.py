"""What the desk prints: a document as PDF, in the reader's language and on the paper of UDSYN_DESK_HOUSE."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from udsyn.briefs import pdf
from udsyn.briefs.document import Brief
from udsyn.desk.kernel.wording import language


def printed(brief: Brief) -> bytes:
    """The document as PDF, its frame in the language in which it is written."""
    words = {
        "page": _("page {page} of {pages}"),
        "definitions": _("Definitions"),
        "sources": _("Sources of the numbers"),
        "columns": [
            _("No."),
            _("Definition"),
            _("Counting"),
            _("Source"),
            _("Snapshot"),
            _("With country"),
            _("Scope"),
        ],
    }
    return pdf.render(brief, pdf.Dress(language(), words, settings.HOUSE))

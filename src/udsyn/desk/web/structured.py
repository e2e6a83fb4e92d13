"""What a page for everybody is about, for programs that read it: JSON-LD in the words of schema.org.

A page's view puts it into its context as `structured`. What nobody knows is left out.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.safestring import SafeString, mark_safe

from udsyn.desk.web.requests import HttpRequest

#: signs that could end the element in which it stands
SIGNS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def thing(kind: str, **said: Any) -> dict[str, Any]:
    """Something that schema.org has a word for, with what is known of it."""
    return {"@type": kind, **{name: value for name, value in said.items() if value not in (None, "", [])}}


def page(request: HttpRequest, kind: str, **said: Any) -> SafeString:
    """What the page that is asked for is about."""
    address = request.build_absolute_uri(request.path)
    data = {"@context": "https://schema.org", **thing(kind, url=address, **said)}
    return mark_safe(json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder).translate(SIGNS))  # noqa: S308

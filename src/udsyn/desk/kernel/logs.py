"""What the desk logs, as text for people or as one JSON object a line for programs; both say which request it was.

Addresses are logged by their pattern and users by their number: a path may hold the key of a mail's link.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

REQUEST: ContextVar[str] = ContextVar("request", default="")
FORMS = ("text", "json")


class WithRequest(logging.Filter):
    """Notes the id of the request in which a line was written."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = REQUEST.get()
        return True


class JsonLines(logging.Formatter):
    """time, level, logger, message, request; `more` of the line; where something broke, its trace."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": getattr(record, "request_id", ""),
            **getattr(record, "more", {}),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in said.items() if value != ""}, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """As it always was, with the request in front where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request_id", "")
        return (f"[{request}] " if request else "") + super().format(record)


def settings(form: str) -> dict[str, Any]:
    """Django's LOGGING. As JSON each request is a line; as text only what is wrong is."""
    formatter = JsonLines if form == "json" else TextLines
    module = __name__
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": f"{module}.WithRequest"}},
        "formatters": {"lines": {"()": f"{module}.{formatter.__name__}"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "filters": ["request"], "formatter": "lines"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django.request": {"level": "ERROR"},  # a refused page is an answer, not an event for the log
            "django_tasks_db": {"level": "ERROR"},  # that the worker was told to stop is no news
            "udsyn.desk.requests": {"level": "INFO" if form == "json" else "WARNING"},
        },
    }

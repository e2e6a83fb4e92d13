"""Mail in and out: a draft that waits in the outbox for a person's word, and reading a message from an .eml file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.kernel import commands
from udsyn.desk.kernel.models import Message
from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.tools.files import clean_name

LARGEST = 20 * 1024 * 1024
LONGEST_TEXT = 200_000
MOST_PARTS = 200


@transaction.atomic
def draft(message: Message, actor: Actor, about: Any = None) -> Message:
    """Put a mail into the outbox. It leaves only after a person approved it, and its writer answers for it."""
    message.responsible = actor.user
    if about is not None:
        message.about = f"{type(about).kind()}:{about.pk}"
    return commands.save(message, actor)


@dataclass(frozen=True)
class Address:
    name: str
    email: str


@dataclass(frozen=True)
class Mail:
    """A received mail: who to whom, when, what, and the files that came with it (name, bytes). Empty where not said."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent: dt.datetime | None
    text: str
    files: tuple[tuple[str, bytes], ...]
    id: str  #: the Message-ID, by which the same mail is known again
    answers: str = ""  #: the Message-ID that it answers


def read(content: bytes) -> Mail:
    """A mail from the bytes of an .eml file, in any encoding; broken parts are read as far as they go.

    Raises ValidationError where it is no mail or too large.
    """
    if len(content) > LARGEST:
        raise ValidationError(_("The mail is larger than 20 MB. Take its attachments out and store them one by one."))
    try:
        mail = message_from_bytes(content, policy=policy.default)
        parts = [part for part, _n in zip(mail.walk(), range(MOST_PARTS), strict=False)]
    except (MessageError, ValueError, RecursionError, LookupError):
        raise not_a_mail() from None
    senders = addresses(mail, "From")
    if not senders:
        raise not_a_mail()
    return Mail(
        sender=senders[0],
        to=addresses(mail, "To"),
        cc=addresses(mail, "Cc"),
        subject=header(mail, "Subject")[:500],
        sent=moment(header(mail, "Date")),
        text=text_of(parts)[:LONGEST_TEXT],
        files=tuple(files_of(parts)),
        id=header(mail, "Message-ID")[:300],
        answers=header(mail, "In-Reply-To")[:300],
    )


def not_a_mail() -> ValidationError:
    return ValidationError(_("This is not a mail. Save the mail as a file that ends with .eml and take that one."))


def header(mail: EmailMessage, name: str) -> str:
    """A header on one line, without control characters; what cannot be decoded is left out."""
    try:
        value = str(mail.get(name, ""))
    except (ValueError, LookupError, AttributeError, IndexError):  # a malformed header is as good as none
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def addresses(mail: EmailMessage, name: str) -> tuple[Address, ...]:
    found = getaddresses([header(mail, name)])
    return tuple(Address(who.strip(), email.strip().lower()) for who, email in found if "@" in email)


def moment(text: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo else timezone.make_aware(found, dt.UTC)


def text_of(parts: list[Any]) -> str:
    """The plain text, or what is readable of the HTML where there is none."""
    bodies = [p for p in parts if not p.is_multipart() and not p.get_filename() and not p.is_attachment()]
    plain = [content_of(p) for p in bodies if p.get_content_type() == "text/plain" or cut_off(p)]
    if any(text.strip() for text in plain):
        return "\n".join(plain).strip()
    return "\n".join(without_tags(content_of(p)) for p in bodies if p.get_content_type() == "text/html").strip()


def cut_off(part: Any) -> bool:
    """Says that it has parts and has none: what is there is its text."""
    return bool(part.get_content_maintype() == "multipart")


def content_of(part: Any) -> str:
    raw = part.get_payload(decode=True) or b""
    charset = part.get_content_charset() or "utf-8"
    try:
        text = raw.decode(charset)
    except (LookupError, UnicodeDecodeError):
        text = raw.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\x00", "")


def files_of(parts: list[Any]) -> list[tuple[str, bytes]]:
    """Attached files. A mail inside the mail is one file, with its own parts inside."""
    found: list[tuple[str, bytes]] = []
    for part in parts:
        name = clean_name(part.get_filename() or "")
        if name and not part.is_multipart():
            found.append((name, part.get_payload(decode=True) or b""))
    return found


class Reader(HTMLParser):
    BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})
    SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in self.SILENT))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def without_tags(html: str) -> str:
    """The words of an HTML text, lines kept apart."""
    reader = Reader()
    reader.feed(html[: 5 * LONGEST_TEXT])
    lines = (" ".join(line.split()) for line in "".join(reader.said).splitlines())
    return "\n".join(line for line in lines if line)

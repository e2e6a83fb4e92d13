"""Reading a mail from an .eml file, of whoever sent it: bounded before it is parsed, and read as far as it goes.

Parts that a person would miss are kept: attachments without a name, invitations, and what hangs in a forwarded mail,
whose sender and subject stand in the text. Charsets and broken bytes are `texts`' business.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from udsyn.desk.tools.files import clean_name
from udsyn.desk.tools.texts import decode, one_line

LARGEST = 20 * 1024 * 1024
LONGEST_TEXT = 200_000
LONGEST_HEADER = 10_000  #: characters of a header that are looked at
LONGEST_PARAMETERS = 3_000  #: characters of a header about a part; parsing them takes the square
MOST_PARTS = 200
MOST_ADDRESSES = 200
MOST_BOUNDARIES = 250  #: levels that a mail can open; each costs a frame of the parser, and a test of every line
MOST_WORK = 20_000_000  #: lines times levels: some ten seconds
BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError)
LEVEL = re.compile(rb"(?i)boundary\*?\d*\*?\s*=|message/rfc822|message/global")
PARAMETERS = re.compile(rb"(?im)^content-(?:type|disposition)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*")


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

    Raises ValidationError where it is no mail, too large, or made so that reading it would not end.
    """
    bound(content)
    try:
        mail = message_from_bytes(content)
        parts = list(islice(mail.walk(), MOST_PARTS))
    except BROKEN:
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


def bound(content: bytes) -> None:
    """Refuse what the parser would not get through: its time grows with lines × levels, and with long parameters."""
    if len(content) > LARGEST:
        raise ValidationError(_("The mail is larger than 20 MB. Take its attachments out and save them one by one."))
    lines = content.count(b"\n") + content.count(b"\r")
    levels = sum(1 for _found in islice(LEVEL.finditer(content), MOST_BOUNDARIES + 1))
    long = any(len(found[0]) > LONGEST_PARAMETERS for found in PARAMETERS.finditer(content))
    if long or levels > MOST_BOUNDARIES or lines * (levels + 10) > MOST_WORK:
        raise ValidationError(
            _("The mail is built to take too long to read. Take its attachments out and save them one by one.")
        )


# Headers --------------------------------------------------------------------------------------------------------------


def raw(mail: Message, name: str, most: int = MOST_ADDRESSES) -> str:
    """Headers of that name as they came: raw bytes are decoded, encoded words not yet."""
    found = [str(value) for key, value in mail.raw_items() if key.lower() == name.lower()]
    return decode(", ".join(found[:most])[:LONGEST_HEADER].encode("utf-8", "surrogateescape"))


def words(text: str) -> str:
    """A header's text on one line, its encoded words decoded; as it came where they cannot be."""
    try:
        pieces = decode_header(text)
    except BROKEN:
        return one_line(text)
    return one_line("".join(p if isinstance(p, str) else decoded(p, charset) for p, charset in pieces))


def decoded(piece: bytes, charset: str | None) -> str:
    return piece.decode("raw-unicode-escape", "replace") if charset is None else decode(piece, charset)


def header(mail: Message, name: str) -> str:
    """The first header of that name as a person reads it."""
    return words(raw(mail, name, most=1))


def addresses(mail: Message, name: str) -> tuple[Address, ...]:
    """Who stands in a header. “Family, Given <address>” without quotes is one person."""
    text = " ".join(raw(mail, name).split())
    try:
        pairs = getaddresses([text])
    except BROKEN:
        pairs = []
    found, before = [], []
    for who, email in pairs:
        if "@" not in email:
            before.append(who or email)
            continue
        found.append(Address(words(", ".join(filter(None, [*before, who]))), one_line(email).lower()))
        before = []
    if not found and (plain := re.search(r"[\w.+-]{1,64}@[\w.-]{1,190}", text)):
        found = [Address("", plain[0].lower())]
    return tuple(found[:MOST_ADDRESSES])


def moment(text: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(text[:200])
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return found if found.tzinfo else timezone.make_aware(found, dt.UTC)


# Parts ----------------------------------------------------------------------------------------------------------------


def text_of(parts: list[Message]) -> str:
    """What was written: of each mail in it the plain text, or what is readable of its HTML where there is none."""
    return "\n\n".join(filter(None, (mail_text(parts) for parts in mails_in(parts)))).strip()


def mails_in(parts: list[Message]) -> Iterator[list[Message]]:
    """The parts of the mail itself, then those of each mail that was forwarded in it."""
    group: list[Message] = []
    for part in parts:
        if part.get_content_type() in ("message/rfc822", "message/global"):
            yield group
            group = []
        group.append(part)
    yield group


def mail_text(parts: list[Message]) -> str:
    bodies = [part for part in parts if is_body(part)]
    plain = "\n".join(content_of(p) for p in bodies if p.get_content_type() == "text/plain" or cut_off(p)).strip()
    html = [p for p in bodies if p.get_content_type() == "text/html"]
    text = plain or "\n".join(without_tags(content_of(p)) for p in html).strip()
    return "\n".join(filter(None, (forwarded(parts), text)))


def forwarded(parts: list[Message]) -> str:
    """Who wrote a mail that was forwarded, and about what; nothing for the mail itself."""
    inner: Any = parts[0].get_payload() if parts and parts[0].get_content_maintype() == "message" else None
    if not isinstance(inner, list) or not inner:
        return ""
    who = ", ".join(" ".join(filter(None, (a.name, f"<{a.email}>"))) for a in addresses(inner[0], "From")[:1])
    return f"---- {_('Forwarded mail')}: {' · '.join(filter(None, (who, header(inner[0], 'Subject')[:300])))} ----"


def is_body(part: Message) -> bool:
    return not part.is_multipart() and not name_of(part) and part.get_content_disposition() != "attachment"


def cut_off(part: Message) -> bool:
    """Says that it has parts and has none: what is there is its text."""
    return bool(part.get_content_maintype() == "multipart")


def content_of(part: Message) -> str:
    raw_text = bytes_of(part)[: 4 * LONGEST_TEXT]
    charset = str(part.get_content_charset() or "")
    if not charset and (found := re.search(rb"<meta[^>]{0,200}charset=[\"' ]*([\w-]{1,40})", raw_text[:4000])):
        charset = found[1].decode()
    return decode(raw_text, charset).replace("\r\n", "\n").replace("\x00", "")


def bytes_of(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except BROKEN:
        return b""
    return found if isinstance(found, bytes) else b""


def name_of(part: Message) -> str:
    try:
        return clean_name(words(part.get_filename() or ""))
    except BROKEN:
        return ""


def files_of(parts: list[Message]) -> Iterator[tuple[str, bytes]]:
    """Attached files, those of forwarded mails too; one without a name is called by its kind."""
    for number, part in enumerate(parts):
        if part.is_multipart() or cut_off(part):
            continue
        name = name_of(part)
        if name or is_attached(part):
            yield name or given_name(part, number), bytes_of(part)


def is_attached(part: Message) -> bool:
    """Without a name, is it something to keep? Neither the text itself nor a picture that belongs into it."""
    if part.get_content_disposition() == "attachment":
        return True
    shown = part.get_content_type() in ("text/plain", "text/html") or part.get_content_maintype() == "message"
    return not shown and not (part.get_content_maintype() == "image" and "Content-ID" in part)


def given_name(part: Message, number: int) -> str:
    kind = part.get_content_type()
    if kind == "text/calendar":
        return f"{_('invitation')}.ics"
    return clean_name(f"{_('attachment')} {number}{mimetypes.guess_extension(kind) or ''}")


# HTML -----------------------------------------------------------------------------------------------------------------


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

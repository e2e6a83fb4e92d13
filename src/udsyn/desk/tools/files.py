"""Files that hang on a row: checked by size, name and content, stored under their hash outside the web root."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from udsyn.desk.kernel import ledger
from udsyn.desk.kernel.commands import Refused
from udsyn.desk.kernel.models import File
from udsyn.desk.kernel.permissions import Actor

OOXML = "application/vnd.openxmlformats-officedocument."
#: ending → (media type, what its bytes begin with, a member that the ZIP holds)
TYPES: dict[str, tuple[str, tuple[bytes, ...], str]] = {
    "pdf": ("application/pdf", (b"%PDF-",), ""),
    "docx": (OOXML + "wordprocessingml.document", (b"PK\x03\x04",), "word/document.xml"),
    "xlsx": (OOXML + "spreadsheetml.sheet", (b"PK\x03\x04",), "xl/workbook.xml"),
    "pptx": (OOXML + "presentationml.presentation", (b"PK\x03\x04",), "ppt/presentation.xml"),
    "odt": ("application/vnd.oasis.opendocument.text", (b"PK\x03\x04",), "content.xml"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", (b"PK\x03\x04",), "content.xml"),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",), ""),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",), ""),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",), ""),
    "txt": ("text/plain; charset=utf-8", (), ""),
    "csv": ("text/csv; charset=utf-8", (), ""),
}

MOST_MEMBERS = 10_000
#: where documents keep macros: Office's project under any capitals, LibreOffice's folders
MACRO = re.compile(r"(?i)vbaproject|vbadata|^(basic|scripts)/")
#: a project under another name is still declared by its kind, in the list of what the archive holds
MACRO_KIND = re.compile(rb"(?i)vbaproject|macroenabled")
DECLARES, DECLARED = frozenset({"[content_types].xml"}), 1 << 20


def clean_name(name: str) -> str:
    """The last part of a name without what a file system or a mail header could misread."""
    last = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/")).rsplit("/", 1)[-1]
    return re.sub(r'[<>:"|?*]', "_", last).strip(". ")[:160]


def media_type(name: str, head: bytes, upload: Any) -> str:
    """The type by ending and content, which must agree. Raises ValidationError with what is accepted."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending not in TYPES:
        raise ValidationError(_("Files of this kind are not taken. Taken are: %(list)s.") % {"list": ", ".join(TYPES)})
    found, starts, member = TYPES[ending]
    wrong = ValidationError(_("The content of %(name)s is not what its ending says.") % {"name": name})
    if starts and not head.startswith(starts):
        raise wrong
    if not starts and b"\x00" in head:
        raise wrong
    if member and not holds(upload, member):
        raise wrong
    return found


def holds(upload: Any, member: str) -> bool:
    """Is it an archive with this member, of a size that can be looked at, and without macros?"""
    upload.seek(0)
    if sum(chunk.count(b"PK\x01\x02") for chunk in iter(lambda: upload.read(1 << 20), b"")) > MOST_MEMBERS:
        return False
    try:
        with zipfile.ZipFile(upload) as archive:
            names = archive.namelist()
            said = b"".join(archive.open(n).read(DECLARED) for n in names if n.lower() in DECLARES)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return False
    return member in names and not any(map(MACRO.search, names)) and not MACRO_KIND.search(said)


def path_of(sha256: str) -> Path:
    return Path(settings.FILES) / sha256[:2] / sha256


@transaction.atomic
def attach(
    row: Any,
    actor: Actor,
    upload: Any,
    *,
    language: str = "",
    authentic: bool | None = None,
    visibility: str = "colleagues",
) -> File:
    """Store an upload below a row that the actor may change. The same name again is the next version."""
    if not actor.can("change", row):
        raise Refused()
    name = clean_name(upload.name or "")
    if not name or upload.size == 0:
        raise ValidationError(_("The file is empty."))
    if upload.size > settings.LARGEST_FILE:
        raise ValidationError(_("The file is larger than 20 MB."))
    head = upload.read(4096)
    kind = media_type(name, head, upload)
    upload.seek(0)
    sha256 = store(upload)
    kind_of_row = type(row).kind()
    last = File.objects.filter(kind=kind_of_row, object_id=row.pk, name=name, language=language).aggregate(
        last=Max("version")
    )["last"]
    file = File(
        kind=kind_of_row,
        object_id=row.pk,
        name=name,
        sha256=sha256,
        size=upload.size,
        media_type=kind,
        language=language,
        version=(last or 0) + 1,
        authentic=authentic,
        visibility=visibility,
        uploaded_by=actor.user,
    )
    file.full_clean()
    file._history_user = actor.user
    file.save()
    ledger.append(actor, "attach", row, fields=[name], after=sha256)
    return file


def store(upload: Any) -> str:
    """Write the bytes to disk under their SHA-256, flushed before the row that names them is stored."""
    folder = Path(settings.FILES)
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    beside = folder / f".{os.getpid()}.{os.urandom(6).hex()}.tmp"
    try:
        with beside.open("wb") as out:
            for chunk in upload.chunks():
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        beside.chmod(0o600)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return digest.hexdigest()

"""Where files are: a local folder or file, s3:// or any other address that fsspec understands."""

from __future__ import annotations

import os
import shutil
import tempfile
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote

from udsyn.errors import UdsynError, UsageError


@dataclass(frozen=True, order=True)
class File:
    """A file with its size in bytes."""

    path: str
    size: int


class Location:
    """A source's root. Raises UsageError where it does not exist, UdsynError where it cannot be reached."""

    def __init__(self, src: str | Path) -> None:
        self.name = str(src)
        self.remote = "://" in self.name and not self.name.startswith("file://")
        self.files = self.find()

    def find(self) -> list[File]:
        """Every file under the root, or the one file that it is; in a fixed order."""
        if self.remote:
            return sorted(self.find_remote())
        root = Path(os.path.abspath(self.name.removeprefix("file://")))
        self.root = str(root)
        if root.is_file():
            return [File(str(root), root.stat().st_size)]
        if not root.is_dir():
            raise UsageError(
                f"{root} does not exist: name a snapshot's root, its data folder, an entity folder or a file."
            )
        return sorted(File(str(path), path.stat().st_size) for path in root.rglob("*") if path.is_file())

    def find_remote(self) -> list[File]:
        import fsspec

        try:
            self.system, self.root = fsspec.core.url_to_fs(self.name, **storage_options(self.name))
            found = self.system.find(self.root, detail=True)
            files = [
                File(path, int(about.get("size") or self.system.info(path)["size"] or 0))
                for path, about in found.items()
                if about.get("type", "file") == "file"
            ]
        except ImportError as error:
            raise UdsynError(
                f"{self.name} needs another package ({error}); for s3:// it is `pip install udsyn[s3]`."
            ) from None
        except Exception as error:  # each file system has errors of its own
            raise UdsynError(f"{self.name} cannot be listed ({type(error).__name__}: {error}).") from None
        if not files:
            raise UsageError(f"{self.name} does not exist or is empty.")
        return files

    def without_files(self) -> Location:
        """The same place without its listing: light enough to be sent to every task."""
        light = copy(self)
        light.files = []
        return light

    def open(self, path: str) -> BinaryIO:
        """The file's bytes; it can seek."""
        if not self.remote:
            return open(path, "rb")
        file = self.system.open(path, "rb", block_size=8 << 20)
        if file.size is not None:
            return cast(BinaryIO, file)
        with file:  # a server that gives no ranges: nothing to seek in
            whole = tempfile.TemporaryFile()  # noqa: SIM115
            shutil.copyfileobj(file, whole, 1 << 20)
        whole.seek(0)
        return cast(BinaryIO, whole)

    def readable(self, path: str) -> str:
        """A path as it is written: addresses of web servers come with signs in code."""
        return unquote(path) if path.startswith(("http://", "https://")) else path

    def relative(self, path: str) -> str:
        """A file's path below the root, with forward slashes; empty when the root is that file."""
        return path[len(self.root) :].strip("/").replace(os.sep, "/")


def storage_options(address: str) -> dict[str, Any]:
    """OpenAlex's bucket is public: without credentials in the environment, S3 is read anonymously."""
    named = (
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    )
    return {"anon": not any(os.environ.get(name) for name in named)} if address.startswith("s3://") else {}

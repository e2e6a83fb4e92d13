"""Says which of the files that git keeps look like a secret: by their name, or by what stands in them.

`python .ci/no_secrets.py [DIR]`; exit status 1 where one does. An invented key in a test is written so that it shows:
in parts, or made while the test runs.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

NAMES = re.compile(
    r"(\.(key|pem|p12|pfx|jks|kdbx|sqlite3|env|eml)|(^|/)(id_(rsa|dsa|ecdsa|ed25519)|\.env|\.netrc|\.pgpass))$"
)
MARKS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{32}"),
    "a key of a cloud": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of a forge": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20})"),
    "a password in an address": re.compile(
        r"\b(postgresql|smtp(\+tls)?)://[^\s:/@\"'{}]+:(?!password@|secret@)[^\s@/\"'{}$<]{6,}@"
    ),
}
ALONE = re.compile(r"[A-Za-z0-9_\-+/=]{32,}")
LARGEST = 2_000_000


def entropy(text: str) -> float:
    """Bits a character (Shannon): a key has more than 4, a word or a number less."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def found(name: str, content: bytes) -> Iterator[str]:
    """What is wrong with one file."""
    if NAMES.search(name):
        yield "its name is that of a secret"
    text = content[:LARGEST].decode("utf-8", errors="replace")
    yield from (f"it holds what looks like {what}" for what, mark in MARKS.items() if mark.search(text))
    if ALONE.fullmatch(text.strip()) and entropy(text.strip()) > 4:
        yield "it holds nothing but a random key"


def main(folder: Path) -> int:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=folder, capture_output=True, text=True, check=True).stdout
    files = [name for name in listed.split("\0") if name and (folder / name).is_file()]
    said = [f"{name}: {why}" for name in files for why in found(name, (folder / name).read_bytes())]
    print("\n".join(said) or f"{len(files)} files hold no secret.")
    return bool(said)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))

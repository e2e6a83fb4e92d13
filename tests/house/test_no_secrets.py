"""`make lint` refuses a secret that git keeps."""

from __future__ import annotations

import random
import string
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).parents[2] / ".ci/no_secrets.py"
PRIVATE = "-----BEGIN " + "PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 2


def asked(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, CHECK, folder], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("desk/secret.key", "x"),
        ("notes.txt", "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=86))),  # as a key looks
        ("src/a.py", f'KEY = """{PRIVATE}"""'),
        ("docs/a.md", "DATABASE_URL=postgresql" + "://desk:hunter2hunter2@db.example.org/desk"),
    ],
)
def test_a_secret_in_git_is_refused(tmp_path: Path, name: str, text: str) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "README.md").write_text("postgresql://user:password@host:5432/name\n")
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    assert asked(tmp_path).returncode == 0
    (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
    (tmp_path / name).write_text(text)
    assert asked(tmp_path).returncode == 0, "git does not keep it yet"
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    done = asked(tmp_path)
    assert done.returncode == 1
    assert name in done.stdout


def test_this_project_keeps_no_secret() -> None:
    done = asked(CHECK.parents[1])
    assert done.returncode == 0, done.stdout

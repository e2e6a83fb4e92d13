"""The desk's settings for mypy's plugin, which reads them to know the models: no folder is touched, no key is made."""

import os
import tempfile

os.environ.setdefault("UDSYN_DESK", tempfile.gettempdir())
os.environ.setdefault("UDSYN_DESK_SECRET_KEY", "for types only")

from udsyn.desk.ops.settings import *  # noqa: F403

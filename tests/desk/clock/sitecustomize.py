"""The clock of a served desk, set by a test: `time.time()` is what stands in a file, and where the test asks for it
Django's `now()` too. Python imports this by itself."""

import datetime as dt
import os
import time
from pathlib import Path

CLOCK = Path(os.environ["UDSYN_TEST_CLOCK"])

time.time = lambda: float(CLOCK.read_text())

if os.environ.get("UDSYN_TEST_NOW"):
    from django.utils import timezone

    timezone.now = lambda: dt.datetime.fromtimestamp(time.time(), dt.UTC)

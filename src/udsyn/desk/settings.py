"""The settings under the name that DJANGO_SETTINGS_MODULE had before they moved to `udsyn.desk.ops`."""

from udsyn.desk.ops.settings import *  # noqa: F403

"""`python -m udsyn.desk COMMAND`: Django's own management commands (migrate, createsuperuser, shell, check ...)."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udsyn.desk.ops.settings")
    execute_from_command_line([sys.argv[0], *sys.argv[1:]])

"""The desk as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from udsyn.desk.ops.privacy import write_privately

write_privately()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udsyn.desk.ops.settings")
application = get_wsgi_application()

"""The desk as a WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from udsyn.desk.ops.privacy import write_privately

write_privately()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udsyn.desk.ops.settings")
application = get_wsgi_application()
gc.freeze()  # what is loaded now stays: looking through it again and again is a tenth of the time of pages
gc.set_threshold(5_000, 10, 100)  # often and little: else every fortieth page waits 60 to 240 ms, instead of 2 or 9

"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koogallery.settings")
os.environ.setdefault("PORTAL_PROCESS", "web")

application = get_wsgi_application()

from koogallery.starting import complain, write_privately  # noqa: E402  # once apps are there
from koogallery.tracing import start_tracing  # noqa: E402

write_privately()
complain()
start_tracing()

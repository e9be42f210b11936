"""The portal with the bare views beside it."""

from importlib import import_module

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
import_module("tests.bench.bare_api")

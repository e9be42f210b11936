"""What a web process and a worker do as they start."""

import logging
import os
from typing import Any

from celery.signals import worker_init, worker_ready
from django.conf import settings
from django.db import connection

from koogallery.database_role import complaint
from koogallery.metrics import serve_metrics

logger = logging.getLogger(__name__)

#: What they write, mail, exports, documents, is read by their account alone.
PRIVATE = 0o077


@worker_init.connect
def write_privately(**_: Any) -> None:
    os.umask(PRIVATE)


@worker_init.connect
def complain(**_: Any) -> None:
    """Of a database role that could take the guards off."""
    if not settings.DEBUG and (found := complaint()):
        logger.error(found)
    connection.close()


@worker_ready.connect
def tell_what_is_counted(**_: Any) -> None:
    serve_metrics()

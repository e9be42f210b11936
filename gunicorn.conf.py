"""How web processes are started: `gunicorn` in this directory needs no options but `--bind`.

What is given on its command line overrules this (docs/operations.md).
"""

import os
from typing import Any

from gunicorn.systemd import sd_notify

from koogallery.kit.log_lines import configuration

wsgi_app = "koogallery.wsgi"
worker_class = "koogallery.front.BufferingWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_connections = 2000
control_socket_disable = True
logconfig_dict = configuration(
    os.environ.get("LOG_FORMAT", "text"), os.environ.get("LOG_LEVEL", "INFO")
)

_systemd = os.environ.pop("NOTIFY_SOCKET", None)


def post_worker_init(worker: Any) -> None:
    """Tells systemd once the portal is loaded, not when gunicorn has only begun."""
    if _systemd:
        os.environ["NOTIFY_SOCKET"] = _systemd
        sd_notify("READY=1", worker.log, unset_environment=True)

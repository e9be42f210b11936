"""`migrate` while the portal serves: who wants a lock behind one that is waited for, waits, too.

So no statement waits long: its migration is rolled back, lets everybody by, and is tried again.
"""

import time
from typing import Any

from django.core.management.commands import migrate
from django.db import connection
from django.db.utils import OperationalError

from koogallery.outages import LOCKED, sqlstate_of

#: Below what a call may wait for a lock (WEB_LOCK_TIMEOUT), so that none fails for it.
LOCK_SECONDS = 2
PAUSE_SECONDS = 3
ATTEMPTS = 200


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS}s"])
        try:
            self._try(*args, **options)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")

    def _try(self, *args: Any, **options: Any) -> None:
        for left in reversed(range(ATTEMPTS)):
            try:
                super().handle(*args, **options)
            except OperationalError as fault:
                if sqlstate_of(fault) != LOCKED or not left:
                    raise
                self.stdout.write("somebody holds a lock; tried again")
                time.sleep(PAUSE_SECONDS)
            else:
                return

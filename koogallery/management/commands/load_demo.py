import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from koogallery.demo.loading import load
from koogallery.kit.errors import DomainError


class Command(BaseCommand):
    """Safe to repeat: a loaded demo stays as it is, an interrupted load goes on."""

    help = "Load the demo marketplace and close its months; a Celery worker must be running."

    def handle(self, **_: Any) -> None:
        started = time.monotonic()
        try:
            loaded = load(settings.DATA_DIR / "demo-feeds", self.stderr.write)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        if loaded:
            self.stdout.write(f"The demo is loaded, in {time.monotonic() - started:.0f} s.")
        else:
            self.stdout.write("The demo is loaded already.")

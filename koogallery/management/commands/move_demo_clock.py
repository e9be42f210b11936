from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from koogallery.demo.moving import go_on
from koogallery.kit.errors import DomainError
from koogallery.settlement_time import ZONE

MORNING = time(9)


class Command(BaseCommand):
    """Forward only. Refused where the clock is the real one, as it is in every other portal."""

    help = "Move the demo's clock past the month's end: a Celery worker closes the month."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", type=date.fromisoformat, metavar="YYYY-MM-DD", help="another day to come"
        )

    def handle(self, *, to: date | None, **_: Any) -> None:
        instant = datetime.combine(to, MORNING, ZONE) if to else None
        try:
            shown = go_on(instant, settings.DATA_DIR / "demo-feeds", self.stderr.write)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"It is {shown.astimezone(ZONE):%d %B %Y, %H:%M} in this demo.")

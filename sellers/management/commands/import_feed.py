from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from koogallery.kit.errors import DomainError
from sellers.feeds.focus import FOCUS
from sellers.feeds.importing import Feed, Tally, import_feed
from sellers.feeds.tables import TABLES

FEEDS: dict[str, Feed] = {**TABLES, "focus": FOCUS}


class Command(BaseCommand):
    """Importing a file twice changes nothing. Exit 0 only if no row was rejected."""

    help = "Import sellers, products, orders or usage from CSV, or FOCUS 1.0 cost and usage data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=FEEDS)
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, kind: str, file: Path, **_: Any) -> None:
        try:
            with file.open("rb") as opened:
                tally = self._import(FEEDS[kind], file, opened)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror}") from None
        except DomainError as refusal:
            raise CommandError(f"{file}: {refusal}") from None
        self._report(tally)

    def _import(self, feed: Feed, path: Path, file: BinaryIO) -> Tally:
        size = path.stat().st_size or None
        with tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=None) as bar:

            def advance(read: int) -> None:
                bar.update(read - bar.n)

            return import_feed(feed, path, file, advance)

    def _report(self, tally: Tally) -> None:
        self.stdout.write(
            f"accepted {tally.accepted}, already known {tally.known}, rejected {tally.rejected}"
        )
        if not tally.rejected:
            return
        if not tally.rejected_file.beside_feed:
            self.stderr.write("The folder of the feed cannot be written to.")
        listed = tally.rejected_file.path
        raise CommandError(f"The rejected rows and their reasons are in {listed}")

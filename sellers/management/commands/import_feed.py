from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from koogallery.kit.errors import DomainError
from sellers.feeds.focus import FocusFeed
from sellers.feeds.focus_identity import Occurrences
from sellers.feeds.focus_mapping import FocusMapping, read_mapping
from sellers.feeds.importing import Feed, Tally, import_feed
from sellers.feeds.rounding import AMOUNTS, RoundingFeed
from sellers.feeds.tables import TABLES

FOCUS = "focus"
FEEDS: dict[str, Feed] = {**TABLES, FOCUS: FocusFeed()}


class Command(BaseCommand):
    """Importing a file twice changes nothing. Exit 0 only if no row was rejected."""

    help = "Import sellers, products, orders or usage from CSV, or FOCUS cost and usage data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=FEEDS)
        parser.add_argument(
            "files",
            type=Path,
            nargs="+",
            metavar="FILE",
            help="plain or gzip; several are the parts of one delivery",
        )
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE",
            help="with focus, the seller, product and ratio of each publisher, as CSV or JSON",
        )

        parser.add_argument(
            "--round-half-up",
            action="store_true",
            help="round amounts finer than their currency, and say how many; not with focus",
        )

    def handle(
        self,
        *,
        kind: str,
        files: list[Path],
        mapping: Path | None,
        round_half_up: bool,
        **_: Any,
    ) -> None:
        if mapping and kind != FOCUS:
            raise CommandError("--mapping goes with focus.")
        if round_half_up and kind not in AMOUNTS:
            raise CommandError(f"--round-half-up goes with {', '.join(AMOUNTS)}.")
        terms, occurrences = _mapping(mapping), Occurrences()
        rejected = []
        for path in files:
            feed = FEEDS[kind] if kind != FOCUS else FocusFeed(terms, occurrences)
            if round_half_up:
                feed = RoundingFeed(kind)
            tally = self._import(feed, path)
            self._report(tally)
            if tally.rejected:
                rejected.append(str(tally.rejected_file.path))
        for scope in terms.unmet():
            self.stderr.write(f"The mapping names {scope}; no row is of it.")
        if rejected:
            raise CommandError(f"The rejected rows and their reasons are in {', '.join(rejected)}")

    def _import(self, feed: Feed, path: Path) -> Tally:
        try:
            with path.open("rb") as file:
                return self._with_progress(feed, path, file)
        except OSError as error:
            raise CommandError(f"{error.filename or path}: {error.strerror}") from None
        except DomainError as refusal:
            raise CommandError(f"{path}: {refusal}") from None

    def _with_progress(self, feed: Feed, path: Path, file: BinaryIO) -> Tally:
        size = path.stat().st_size or None
        with tqdm(total=size, unit="B", unit_scale=True, desc=path.name, disable=None) as bar:

            def advance(read: int) -> None:
                bar.update(read - bar.n)

            return import_feed(feed, path, file, advance)

    def _report(self, tally: Tally) -> None:
        self.stdout.write(
            f"accepted {tally.accepted}, already known {tally.known}, rejected {tally.rejected}"
        )
        for line in tally.report:
            self.stdout.write(line)
        if tally.rejected and not tally.rejected_file.beside_feed:
            self.stderr.write("The folder of the feed cannot be written to.")


def _mapping(path: Path | None) -> FocusMapping:
    if path is None:
        return FocusMapping()
    try:
        return read_mapping(path)
    except OSError as error:
        raise CommandError(f"{error.filename or path}: {error.strerror}") from None
    except DomainError as refusal:
        raise CommandError(f"{path}: {refusal}") from None

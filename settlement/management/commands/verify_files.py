from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from koogallery.kept_files import FileLost, open_kept
from koogallery.models import Attachment
from settlement.models import BankStatement, BillDocument


class Command(BaseCommand):
    """Each kept file is read and compared with the digest in its row, as after a restore."""

    help = "Compare documents and kept files with their rows; exit 1 and name what is lost."

    def handle(self, **_: Any) -> None:
        rows = lost = 0
        for name, digest in _kept():
            rows += 1
            if not _is_whole(digest):
                lost += 1
                self.stdout.write(f"lost or altered: {name}")
        if lost:
            raise CommandError(f"{lost} of {rows} files are lost or not what they were.")
        self.stdout.write(f"All {rows} files are what they were.")


def _kept() -> Iterator[tuple[str, str]]:
    for document in Attachment.objects.order_by("pk").iterator():
        yield f"{document.number} {document.name}", document.digest
    for file in BillDocument.objects.select_related("bill").order_by("pk").iterator():
        yield f"{file.bill.number}.{file.form} {file.language}".strip(), file.digest
    files = BankStatement.objects.order_by("file_digest", "pk").distinct("file_digest")
    yield from files.values_list("number", "file_digest").iterator()


def _is_whole(digest: str) -> bool:
    with suppress(FileLost):
        open_kept(digest).close()
        return True
    return False

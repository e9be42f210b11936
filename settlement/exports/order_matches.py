"""A seller's own list of orders beside the orders on record, as a file that a worker writes."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.exports.kinds import ExportKind, Selection, refuse_unread
from koogallery.exports.uploads import UPLOADS
from koogallery.kit.errors import InvalidInput
from koogallery.kit.spreadsheets import Table, read_table
from koogallery.models import User
from koogallery.models.exports import sellers_seen_by
from sellers.models import Seller
from settlement.portal.forms import ReadingForm
from settlement.readings.order_matching import Match, matches

NAME = "order-match"


class Upload(NamedTuple):
    """A list that a seller's member sent, kept until it is matched."""

    seller: str
    file: str


def keep_upload(seller: Seller, name: str, content: bytes) -> str:
    """Its signed name, which says whose orders it is of."""
    ending = "xlsx" if name.lower().endswith(".xlsx") else "csv"
    kept = storages["exports"].save(f"{UPLOADS}/{uuid4().hex}.{ending}", ContentFile(content))
    return signing.dumps(Upload(seller.number, kept), salt=NAME, compress=True)


def opened(token: str, user: User) -> tuple[Seller, Table]:
    """The list, for whoever sees the orders that it is held against."""
    try:
        upload = Upload(*signing.loads(token, salt=NAME))
    except (signing.BadSignature, TypeError):
        raise _gone() from None
    if not user.sees_every_seller and upload.seller not in sellers_seen_by(user):
        raise _gone()
    try:
        with storages["exports"].open(upload.file) as file:
            content = file.read()
    except FileNotFoundError:
        raise _gone() from None
    return Seller.objects.get(number=upload.seller), read_table(upload.file, content)


def _gone() -> InvalidInput:
    detail = _("Your list is no longer here; upload it once more.")
    return InvalidInput(detail, code="upload_gone", field="file")


def _in_console(user: User, query: QueryDict) -> Selection:
    seller, table = opened(query.get("upload", ""), user)
    form = ReadingForm(query, heading=table[0])
    refuse_unread(form, "query")
    reading = form.reading()

    def rows() -> Iterator[Match]:
        return matches(seller, table, reading, timezone.now())

    return Selection(rows, lambda: None)


def _by_client(_user: User, _asked: QueryDict) -> Selection:
    detail = _("A list to be matched is uploaded in the console.")
    raise InvalidInput(detail, code="unknown_list", field="list")


ORDER_MATCHES = ExportKind(
    name=NAME,
    label=gettext_lazy("Your list beside our orders"),
    columns=Match._fields,
    amounts=frozenset({"listed_amount", "amount", "difference"}),
    in_console=_in_console,
    by_client=_by_client,
)

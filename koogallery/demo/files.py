"""What members of the demo's sellers have exported before anybody looks."""

from koogallery.exports.jobs import request_export, write_export
from koogallery.models import User

#: Who exports which list, in which format, narrowed to what.
EXPORTED = (
    ("nok", "bills", "xlsx", ""),
    ("nok", "transactions", "csv", "billed=no"),
    ("zofia", "orders", "xlsx", ""),
)


def export_lists() -> None:
    for username, kind, form, query in EXPORTED:
        member = User.objects.get(username=username)
        write_export(request_export(kind, form, query, actor=member).number)

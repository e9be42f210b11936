"""What a bank sent: statements of an account, or its answer to an order to pay."""

from collections.abc import Sequence

from koogallery.kit.language import gettext as _

from . import camt, hardened_xml, mt940_statements, pain002
from .checking import require_sum
from .statements import Statement, StatusReport
from .texts import refused

#: Bytes of the largest file that is read.
MOST_BYTES = 20 * 1024 * 1024


def read(data: bytes, *, most_bytes: int = MOST_BYTES) -> Sequence[Statement] | StatusReport:
    """All of it, or a refusal (R8.2) that says what is wrong with it, and where."""
    if len(data) > most_bytes:
        detail = _("The file is larger than %(megabytes)s MB.")
        detail %= {"megabytes": most_bytes // 1024 // 1024}
        raise refused("too_large", detail)
    if not data.strip():
        raise refused("empty", _("The file is empty."))
    if mt940_statements.looks_like_one(data):
        return _checked(mt940_statements.statements_of(data))
    message = _message(hardened_xml.parse(data))
    if message.tag == pain002.MESSAGE:
        return pain002.report_of(message)
    return _checked(camt.statements_of(message))


def _message(root: hardened_xml.Element) -> hardened_xml.Element:
    """The message itself, also where it lies in an envelope; one file is one message."""
    found = [each for tag in (*camt.MESSAGES, pain002.MESSAGE) for each in root.iter(tag)]
    if len(found) == 1:
        return found[0]
    if found:
        raise refused("several_messages", _("The file holds more than one message."))
    inside = next(iter(root), root)
    detail = _(
        "The file is no statement (camt.052, camt.053, camt.054, MT940) and no status report "
        "(pain.002): it begins with %(tag)s."
    ) % {"tag": f"{root.tag}/{inside.tag}"}
    raise refused("unknown_message", detail)


def _checked(statements: Sequence[Statement]) -> Sequence[Statement]:
    for statement in statements:
        require_sum(statement)
    return statements

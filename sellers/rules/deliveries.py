"""What is told to a seller's server, what its answer means, and when it is told again (R9.4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from koogallery.kit.language import gettext as _
from koogallery.kit.language import marked, paragraph

SUCCEEDED, REFUSED_SIGNATURE, NO_SUCH_INSTANCE, PROCESSING = (
    "000000",
    "000001",
    "000003",
    "000004",
)
FIRST_LINE: Final = "000001"

_LINE = re.compile(r"(?P<order>.+)-(?P<line>[0-9]{6})")

#: The first wait after a failure; each further one is twice as long, up to the longest.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
#: How often an instance that is being created is asked for.
FIRST_POLL, LONGEST_POLL = timedelta(seconds=10), timedelta(minutes=5)
#: Beyond this many doublings every wait is the longest.
MOST_DOUBLINGS: Final = 20


class Verdict(StrEnum):
    """What an answer means for its message."""

    SUCCEEDED = "succeeded"
    PROCESSING = "processing"
    AGAIN = "again"  # may well succeed later
    REFUSED = "refused"  # the same message would be refused again
    ANEW = "anew"  # the instance asked for is not there: create it


@dataclass(frozen=True, slots=True)
class Code:
    """A documented result code: its meaning, and what the owner of the server can do."""

    meaning: str
    advice: str
    verdict: Verdict


#: The result codes of the access guide; any other is sent again like an internal error.
CODES: Mapping[str, Code] = {
    SUCCEEDED: Code(marked("Success"), "", Verdict.SUCCEEDED),
    REFUSED_SIGNATURE: Code(
        marked("Authentication failed"),
        marked(
            "The server found the signature wrong: compare the access key it uses with the one "
            "shown on the product's page, and its clock with ours."
        ),
        Verdict.AGAIN,
    ),
    "000002": Code(
        marked("Invalid parameter"),
        marked("The server does not understand a field of the request."),
        Verdict.REFUSED,
    ),
    NO_SUCH_INSTANCE: Code(
        marked("The instance does not exist"),
        marked("The server knows no instance of this number."),
        Verdict.REFUSED,
    ),
    PROCESSING: Code(
        marked("Being processed"),
        marked("The instance is asked for until it is ready; nothing needs to be done."),
        Verdict.PROCESSING,
    ),
    "000005": Code(marked("Internal error"), marked("Look into the server's log."), Verdict.AGAIN),
    "000100": Code(
        marked("No resource available"),
        marked("The server has no resource left to create the instance from."),
        Verdict.AGAIN,
    ),
    "000101": Code(
        marked("Mobile number missing or in use"),
        marked("The customer's mobile number is missing or taken there."),
        Verdict.REFUSED,
    ),
    "000102": Code(
        marked("E-mail address missing or in use"),
        marked("The customer's e-mail address is missing or taken there."),
        Verdict.REFUSED,
    ),
    "000103": Code(
        marked("Bought already"),
        marked("The server sold this product to the customer before."),
        Verdict.REFUSED,
    ),
    "000104": Code(
        marked("Internal service error"), marked("Look into the server's log."), Verdict.AGAIN
    ),
    "000105": Code(
        marked("Benefits subscribed already"),
        marked("The account has these benefits already."),
        Verdict.REFUSED,
    ),
    "000106": Code(
        marked("Sold out"), marked("The server has nothing left to sell."), Verdict.AGAIN
    ),
    "000107": Code(
        marked("E-mail domain in use"),
        marked("The domain belongs to another customer there."),
        Verdict.REFUSED,
    ),
}


def verdict_on(activity: str, code: str) -> Verdict:
    """What a signed answer means: an instance that is gone needs no release any more."""
    if code == NO_SUCH_INSTANCE and activity == "releaseInstance":
        return Verdict.SUCCEEDED
    if code == NO_SUCH_INSTANCE and activity == "queryInstance":
        return Verdict.ANEW
    if code == PROCESSING and activity not in {"newInstance", "queryInstance"}:
        return Verdict.AGAIN
    known = CODES.get(code)
    return known.verdict if known else Verdict.AGAIN


def wait_before_retry(failures: int) -> timedelta:
    """After so many failures in a row, the first of them counted as 1."""
    return _doubled(FIRST_WAIT, failures - 1, LONGEST_WAIT)


def wait_before_poll(polls: int) -> timedelta:
    """After so many answers that the instance is still being created."""
    return _doubled(FIRST_POLL, polls - 1, LONGEST_POLL)


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    doublings = min(max(times, 0), MOST_DOUBLINGS)
    return min(first * (1 << doublings), longest)


def told(explanation: str, code: str = "") -> str:
    """What a documented answer means, in the reader's language; anything else as it was noted."""
    begun = (each for each in CODES.values() if explanation.startswith(f"{each.meaning}. "))
    known = CODES.get(code) or next(begun, None)
    if known is None:
        return explanation
    meaning = _("%(sentence)s.") % {"sentence": _(known.meaning)}
    if known == CODES[SUCCEEDED]:
        return explanation.replace(f"{known.meaning}.", meaning, 1)
    words = [meaning, _(known.advice)]
    if server := explanation.partition(" The server says: ")[2]:
        words.append(_("The server says: %(text)s") % {"text": server})
    return paragraph(words)


def order_ids(number: str) -> dict[str, str]:
    """An order line's number as `orderId` and `orderLineId`; one without a line is its first."""
    found = _LINE.fullmatch(number)
    if found:
        return {"orderId": found["order"], "orderLineId": number}
    return {"orderId": number, "orderLineId": f"{number}-{FIRST_LINE}"}


def compact_time(at: datetime) -> str:
    """`yyyyMMddHHmmss` in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What decides whether an order's service is asked for at the seller's server."""

    order_type: str
    billing_mode: str
    is_paid: bool
    is_effective: bool
    has_term: bool
    is_cancelled: bool = False


def needs_instance(order: Deliverable) -> bool:
    """A purchase once it is paid; a trial and pay-per-use, for which nothing is paid, at once.

    What the trading system told as enabled has been enabled by other means (R1.2).
    """
    wanted = not order.is_effective and not order.is_cancelled
    if not wanted or order.order_type not in {"purchase", "trial"}:
        return False
    free_of_charge = order.order_type == "trial" or order.billing_mode == "pay_per_use"
    return order.is_paid or free_of_charge


def extends_instance(order: Deliverable) -> bool:
    """A renewal once it is paid and the end of its term is known; it may be in effect already."""
    return order.order_type == "renewal" and order.is_paid and order.has_term

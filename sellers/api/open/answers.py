"""The documented result codes, and the HTTP status of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

SUCCESS = "MKT.0000"
INTERNAL = "MKT.0999"
INVALID_VALUE = "MKT.0100"
INVALID_PARAMETER = "MKT.0101"
BAD_SIGNATURE = "MKT.0102"
ILLEGAL_OPERATION = "MKT.0150"
NO_AUTHORITY = "MKT.0151"
ILLEGAL_TOKEN = "MKT.0154"  # noqa: S105  # a result code
MISSING_PARAMETER = "MKT.0199"
TOO_FREQUENT = "MKT.0250"
NO_SUCH_INSTANCE = "MKT.9001"
INVALID_RECORDS = "MKT.9002"
TOO_MANY_RECORDS = "MKT.9003"
TOO_OLD = "MKT.9004"
NO_SUCH_PACKAGE = "MKT.9005"

#: Code -> its documented message and our HTTP status: what a caller sent wrongly is never a 500.
CODES: Mapping[str, tuple[str, HTTPStatus]] = {
    SUCCESS: ("Success.", HTTPStatus.OK),
    INTERNAL: ("System internal error.", HTTPStatus.SERVICE_UNAVAILABLE),
    INVALID_VALUE: ("Failure of input parameter", HTTPStatus.BAD_REQUEST),
    INVALID_PARAMETER: ("Invalid parameter", HTTPStatus.BAD_REQUEST),
    BAD_SIGNATURE: ("Invalid body sign", HTTPStatus.BAD_REQUEST),
    ILLEGAL_OPERATION: ("Illegal operation", HTTPStatus.UNAUTHORIZED),
    NO_AUTHORITY: ("No authority", HTTPStatus.UNAUTHORIZED),
    ILLEGAL_TOKEN: ("Illegal token", HTTPStatus.UNAUTHORIZED),
    MISSING_PARAMETER: ("Request parameter error", HTTPStatus.BAD_REQUEST),
    TOO_FREQUENT: ("Access frequency overlimit", HTTPStatus.NOT_ACCEPTABLE),
    NO_SUCH_INSTANCE: ("Instance ID not found.", HTTPStatus.BAD_REQUEST),
    INVALID_RECORDS: ("Invalid usage entities.", HTTPStatus.BAD_REQUEST),
    TOO_MANY_RECORDS: ("Usage records extends size limit.", HTTPStatus.BAD_REQUEST),
    TOO_OLD: ("Record beginTime extends Limit.", HTTPStatus.BAD_REQUEST),
    NO_SUCH_PACKAGE: ("Package instance ID not found.", HTTPStatus.BAD_REQUEST),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a call is answered: a code, and in words what is meant."""

    code: str
    detail: str = ""
    more: Mapping[str, Any] | None = None

    @property
    def message(self) -> str:
        told = CODES[self.code][0]
        return f"{told.rstrip('.')}: {self.detail}" if self.detail else told

    @property
    def status(self) -> HTTPStatus:
        return CODES[self.code][1]


class Refused(Exception):
    """A call that is answered without being done."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail)
        self.result = Result(code, detail)

"""The base of the open API's calls, and the upload of usage (R9.5)."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException

from koogallery.api.parsers import read_json
from koogallery.kit.errors import DomainError
from koogallery.unstorable import UnstorableText, require_storable
from sellers.api.open.answers import (
    BAD_SIGNATURE,
    ILLEGAL_TOKEN,
    INTERNAL,
    INVALID_PARAMETER,
    INVALID_RECORDS,
    INVALID_VALUE,
    MISSING_PARAMETER,
    SUCCESS,
    TOO_FREQUENT,
    TOO_MANY_RECORDS,
    Refused,
    Result,
)
from sellers.api.open.callers import (
    count_refusal,
    require_few_refusals,
    seller_by_usage_signature,
    throttle,
)
from sellers.rules.open_usage import MOST_RECORDS
from sellers.services.orders.open_usage import Upload, record_upload

logger = logging.getLogger(__name__)

#: Refusals of who is not known to be a seller's server.
UNSIGNED = frozenset({BAD_SIGNATURE, ILLEGAL_TOKEN, MISSING_PARAMETER})


@method_decorator(csrf_exempt, name="dispatch")
class OpenApiView(View):
    """Every answer is JSON with a documented code; what we did wrong is logged and says nothing."""

    #: How the two parts of a result are called by this interface.
    code_name, message_name = "resultCode", "resultMsg"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        act = super().dispatch

        def answered() -> Any:
            require_few_refusals(request)
            require_storable(request)
            return act(request, *args, **kwargs)

        result = self._result(answered)
        if result.code in UNSIGNED:
            count_refusal(request)
        return self.answer(result)

    def _result(self, act: Callable[[], Any]) -> Result:
        try:
            done = act()
        except Refused as refusal:
            return refusal.result
        except UnstorableText as refusal:
            return Result(INVALID_PARAMETER, refusal.detail)
        except DomainError as refusal:
            return Result(INVALID_VALUE, refusal.detail)
        except Exception:
            logger.exception("A call of the open API failed.")
            return Result(INTERNAL)
        return done if isinstance(done, Result) else Result(INVALID_PARAMETER, "Wrong method.")

    def answer(self, result: Result) -> HttpResponse:
        body = {self.code_name: result.code, self.message_name: result.message}
        answer = JsonResponse({**body, **(result.more or {})}, status=result.status)
        if result.code == TOO_FREQUENT:
            answer["Retry-After"] = "1"
        return answer


@method_decorator(csrf_exempt, name="dispatch")
class NoSuchInterface(OpenApiView):
    """Whatever else is called below the interfaces' addresses: JSON as theirs, not a page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        result = Result(INVALID_PARAMETER, "There is no such interface.")
        answer = self.answer(Result(result.code, result.detail, _as_of_usage(result)))
        answer.status_code = HTTPStatus.NOT_FOUND
        return answer


def _as_of_usage(result: Result) -> dict[str, str]:
    return {"error_code": result.code, "error_msg": result.message}


class UsageData(OpenApiView):
    """POST …/isv/usage-data: good records are kept, each bad one is named, a repeat is known."""

    code_name, message_name = "error_code", "error_msg"
    #: The first edition of the interface has no metering_sn: a record is known by its span.
    has_serials = True

    def post(self, request: HttpRequest) -> Result:
        body = _body(request)
        try:
            read = read_json(body)
        except APIException as refusal:
            raise Refused(INVALID_VALUE, str(refusal.detail)) from None
        records = read.get("usage_records") if isinstance(read, dict) else None
        if not isinstance(records, list) or not records:
            raise Refused(MISSING_PARAMETER, "usage_records is a list of 1 to 1000 records.")
        if len(records) > MOST_RECORDS:
            raise Refused(
                TOO_MANY_RECORDS, f"{len(records)} records; at most {MOST_RECORDS} a call."
            )
        named = [each.get("instance_id") for each in records if isinstance(each, dict)]
        told = [name for name in named if isinstance(name, str)]
        seller = seller_by_usage_signature(request, body, told)
        throttle(seller)
        return _report(record_upload(seller, records, has_serials=self.has_serials))


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise Refused(TOO_MANY_RECORDS, "The body is larger than 1000 records can be.") from None


def _report(upload: Upload) -> Result:
    """With bad records the code is theirs; `extra_info` names each, and counts what was kept."""
    counted = {"accepted": upload.accepted, "duplicates": upload.duplicates}
    if not upload.bad:
        return Result(SUCCESS, more={"extra_info": counted})
    codes = {bad.code for bad in upload.bad}
    failed = [
        {
            "index": bad.place,
            "metering_sn": bad.metering_sn,
            "error_code": bad.code,
            "error_msg": bad.reason,
        }
        for bad in upload.bad
    ]
    code = codes.pop() if len(codes) == 1 else INVALID_RECORDS
    detail = f"{len(failed)} of {upload.records} records were not taken; see extra_info."
    return Result(code, detail, {"extra_info": {**counted, "failed": failed}})

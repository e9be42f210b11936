"""`Idempotency-Key`: a call that is sent again gets the first answer again, and acts once.

The key's row is written before the act, in a transaction of its own, and says which call the key is
for. One more transaction locks that row, acts and stores the answer: a crash leaves both or
neither. In flight means that this lock is held, so that a key is free again when its process dies.
"""

import json
import re
from collections.abc import Callable, Collection
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.kit.errors import DomainError, InvalidInput
from koogallery.models import IdempotencyKey, User

if TYPE_CHECKING:
    from koogallery.api.viewsets import ScopedViewSet

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

#: Headers that belong to an answer as much as its body.
KEPT_HEADERS = ("Content-Type", "ETag", "Location")

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
#: As the draft of the header writes it: a string of structured fields (RFC 9651).
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])+)"')


class KeyInFlight(APIException):
    status_code = HTTPStatus.CONFLICT
    default_code = "idempotency_key_in_flight"
    default_detail = gettext_lazy(
        "The first call with this key is not answered yet; send it again later."
    )
    wait = 1  # seconds


def act_once(view: "ScopedViewSet", act: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `act`, or, where the caller's key has one already, that answer again."""
    key = view.request.headers.get(HEADER)
    if key is None:
        return act()
    claimed = _claim(view.request, view.actor, key)
    with transaction.atomic():
        held = IdempotencyKey.objects.select_for_update(skip_locked=True)
        call = held.filter(pk=claimed.pk).first()
        if call is None:
            raise KeyInFlight
        if call.is_answered:
            return HttpResponse(
                call.body, status=call.status, headers={**call.headers, REPLAYED: "true"}
            )
        answer = _answer_of(view, act)
        _keep(call, answer, view)
        return answer


def _claim(request: Request, user: User, key: str) -> IdempotencyKey:
    """The row of this key, written now unless it is there; refused if it is for another call."""
    if not _KEY.fullmatch(key):
        detail = _("%(header)s is 1 to 255 visible ASCII characters.") % {"header": HEADER}
        raise DomainError(detail, code="invalid_idempotency_key")
    if quoted := _QUOTED.fullmatch(key):
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    caller = {"user": user, "seller_number": user.narrowed_to or "", "key": key}
    call = {"method": request.method, "path": request.path, "body_digest": _digest(request.data)}
    IdempotencyKey.objects.bulk_create([IdempotencyKey(**caller, **call)], ignore_conflicts=True)
    claimed = IdempotencyKey.objects.get(**caller)
    if any(getattr(claimed, name) != value for name, value in call.items()):
        detail = _("This key was used for %(method)s %(path)s or for another body.") % {
            "method": claimed.method,
            "path": claimed.path,
        }
        raise InvalidInput(detail, code="idempotency_key_reused")
    return claimed


def _digest(body: Any) -> str:
    """Of what a body says: neither its spacing nor the order of its fields make it another."""
    return sha256(json.dumps(body, sort_keys=True, default=repr).encode()).hexdigest()


def _answer_of(view: "ScopedViewSet", act: Callable[[], HttpResponse]) -> HttpResponse:
    """As outside of a transaction: a refusal takes back the act, a fault of ours is raised."""
    try:
        with transaction.atomic():
            answer = act()
            connection.check_constraints()  # those that else wait for the end of the transaction
            return answer
    except Exception as refusal:  # noqa: BLE001 -- faults are raised again
        return view.handle_exception(refusal)


def _keep(call: IdempotencyKey, answer: HttpResponse, view: "ScopedViewSet") -> None:
    """What was done is kept, not what was refused: time may heal it, and it is judged anew (R1.8).

    Fields that are shown once are kept as null: what is secret is stored nowhere.
    """
    if answer.status_code >= HTTPStatus.BAD_REQUEST or bool(
        view.refused_part and isinstance(answer, Response) and answer.data.get(view.refused_part)
    ):
        return
    call.status = answer.status_code
    call.body = _written(answer, view.shown_once)
    call.headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
    call.save(update_fields=["status", "body", "headers"])


def _written(answer: HttpResponse, shown_once: Collection[str]) -> str:
    if not isinstance(answer, Response):
        return answer.content.decode()
    answer["Content-Type"] = answer.content_type or JSONRenderer.media_type
    hidden = {name: None for name in shown_once if name in answer.data}
    data = {**answer.data, **hidden} if hidden else answer.data
    return JSONRenderer().render(data).decode()

"""Reading what a seller's server answered: signed, JSON, with a result code (R9.4)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from koogallery.kit.language import marked
from sellers.rules.deliveries import (
    CODES,
    PROCESSING,
    REFUSED_SIGNATURE,
    SUCCEEDED,
    Verdict,
    verdict_on,
)
from sellers.rules.signatures import body_sign_holds

OK: Final = 200
ID_LENGTH: Final = 64
CODE_LENGTH: Final = 20
#: What is kept of an answer, and of one that is no JSON.
LONGEST_KEPT, LONGEST_KEPT_TEXT = 4000, 300
STRUCK_OUT: Final = "•••"
#: Fields with these in their names are struck out of what is kept.
SECRET_WORDS = ("password", "passwd", "pwd", "secret", "token", "credential", "accesskey")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one answer is worth. `result_code` is empty where it could not be trusted."""

    verdict: Verdict
    result_code: str
    explanation: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def instance_id(self) -> str:
        """As told, or nothing."""
        told = self.fields.get("instanceId")
        return told if isinstance(told, str) else ""


def judge(
    activity: str, key: str, status: int, headers: Mapping[str, str], body: bytes
) -> Judgement:
    """An answer counts only if it is signed with the access key: else anyone could give it."""
    if status != OK:
        return _untrusted(marked("The server did not answer with HTTP 200."))
    answer = _object(body)
    if fault := _fault_of_signature(key, headers.get("body-sign", ""), body):
        refused = answer is not None and answer.get("resultCode") == REFUSED_SIGNATURE
        # A server with another key cannot sign this answer rightly; its advice is the better one.
        return _untrusted(CODES[REFUSED_SIGNATURE].advice if refused else fault)
    if answer is None:
        return _untrusted(marked("The answer is not a JSON object."))
    code = answer.get("resultCode")
    if not isinstance(code, str) or not 0 < len(code) <= CODE_LENGTH:
        return _untrusted(marked("The answer has no resultCode."))
    verdict = verdict_on(activity, code)
    if activity == "newInstance" and code in {SUCCEEDED, PROCESSING}:
        told = answer.get("instanceId")
        if not (
            isinstance(told, str)
            and 0 < len(told) <= ID_LENGTH
            and told.isprintable()
            and told == told.strip()
        ) and not (told in {None, ""} and code == PROCESSING):
            return _untrusted(marked("The answer has no instanceId of 1 to 64 characters."))
    return Judgement(verdict, code, _explained(code, answer.get("resultMsg")), answer)


def _fault_of_signature(key: str, signature: str, body: bytes) -> str:
    if not signature:
        return marked("The answer has no header Body-Sign.")
    if body_sign_holds(key, body, signature):
        return ""
    return marked(
        "The header Body-Sign does not fit the answer: it is the Base64 of the HMAC-SHA256 of the "
        "body under the access key."
    )


def _explained(code: str, message: object) -> str:
    known = CODES.get(code)
    told = f" The server says: {message[:150]}" if isinstance(message, str) and message else ""
    if known is None:
        return f"{code} is not a result code of the access guide.{told}"
    return f"{known.meaning}. {known.advice}".rstrip() + (told if code != SUCCEEDED else "")


def _untrusted(explanation: str) -> Judgement:
    return Judgement(Verdict.AGAIN, "", explanation)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def kept_of(body: bytes) -> str:
    """An answer as it is kept and shown: bounded, storable, its secrets struck out."""
    answer = _object(body)
    if answer is None:
        return _storable(body.decode(errors="replace"))[:LONGEST_KEPT_TEXT]
    shown = json.dumps(_without_secrets(answer), ensure_ascii=False, indent=2)
    return _storable(shown)[:LONGEST_KEPT]


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: STRUCK_OUT if _is_secret(name) and inner else _without_secrets(inner)
            for name, inner in value.items()
        }
    return [_without_secrets(inner) for inner in value] if isinstance(value, list) else value


def _is_secret(name: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    return any(word in plain for word in SECRET_WORDS)


def _storable(text: str) -> str:
    return text.replace("\0", "").encode(errors="replace").decode()

import json

import pytest

from sellers.rules.answers import judge, kept_of
from sellers.rules.deliveries import Verdict
from sellers.rules.signatures import body_sign_header

KEY = "key"


def judged(body: object, activity: str = "newInstance", sign: str | None = None) -> tuple[str, str]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"body-sign": body_sign_header(KEY, raw) if sign is None else sign}
    judgement = judge(activity, KEY, 200, headers, raw)
    return judgement.verdict, judgement.result_code


@pytest.mark.parametrize(
    ("body", "verdict", "code"),
    [
        ({"resultCode": "000000", "instanceId": "i-1"}, "succeeded", "000000"),
        ({"resultCode": "000000"}, "again", ""),
        ({"resultCode": "000000", "instanceId": 7}, "again", ""),
        ({"resultCode": "000000", "instanceId": " i"}, "again", ""),
        ({"resultCode": "000000", "instanceId": "i" * 65}, "again", ""),
        ({"resultCode": "000004"}, "processing", "000004"),
        ({"resultCode": "000002"}, "refused", "000002"),
        ({"resultCode": 0}, "again", ""),
        ({"resultCode": ""}, "again", ""),
        ([], "again", ""),
        (b"no json", "again", ""),
        (b"[" * 50_000, "again", ""),
    ],
)
def test_R9_4_an_answer_is_read_strictly(body: object, verdict: str, code: str) -> None:
    assert judged(body) == (verdict, code)


def test_R9_4_an_answer_that_is_not_signed_has_no_effect() -> None:
    success = {"resultCode": "000000", "instanceId": "i-1"}
    assert judged(success, sign="") == (Verdict.AGAIN, "")
    assert judged(success, sign='sign_type="HMAC-SHA256", signature="x"') == (Verdict.AGAIN, "")
    refused = judge("newInstance", KEY, 200, {}, b'{"resultCode": "000001"}')
    assert "compare the access key" in refused.explanation


def test_R9_4_secrets_are_not_kept() -> None:
    told = {"info": [{"appInfo": {"userName": "admin", "password": "hunter2", "pwd": ""}}]}
    kept = kept_of(json.dumps({**told, "accessToken": "abc", "text": "a\0b"}).encode())
    assert "hunter2" not in kept
    assert "abc" not in kept
    assert "admin" in kept
    assert "\0" not in kept_of(b"a\0b" * 1000)
    assert len(kept_of(b"x" * 5000)) == 300

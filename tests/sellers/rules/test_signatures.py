"""The vectors of KooGallery's access guide and of API Gateway's signing guide, byte for byte."""

import json

import pytest

from sellers.rules.signatures import (
    SdkRequest,
    body_sign_header,
    body_sign_holds,
    call_signature,
    is_timely,
    naturally_sorted,
    read_authorization,
    same_hexadecimal,
    sdk_signature,
    sdk_signature_holds,
    signed_at,
    usage_signature,
    usage_signature_holds,
)

KEY, NONCE, TIMESTAMP = "testAccessKey", "NONCE123", "1680508066618"
BODY = (
    b'{"activity":"newInstance","orderId":"CS2211181819ABCDE",'
    b'"orderLineId":"CS2211181819ABCDE-000001","businessId":"b-1","testFlag":"0"}'
)
SIGNATURE = "d9b4bcb32aaee852152658790d96d8049156e8ac896a906b1655f84f453aae34"

SECRET = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"
SDK_SIGNATURE = "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
AUTHORIZATION = (
    "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, "
    f"SignedHeaders=content-type;host;x-sdk-date, Signature={SDK_SIGNATURE}"
)
SDK_REQUEST = SdkRequest(
    "GET",
    "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
    [("marker", "13551d6b-755d-4757-b956-536f674975c0"), ("limit", "2")],
    {
        "content-type": "application/json",
        "host": "service.region.example.com",
        "x-sdk-date": "20191115T033655Z",
    },
)


def test_R9_4_the_vector_of_a_signed_call() -> None:
    assert call_signature(KEY, NONCE, TIMESTAMP, BODY) == SIGNATURE
    assert same_hexadecimal(SIGNATURE.upper(), SIGNATURE)


@pytest.mark.parametrize(
    ("key", "nonce", "timestamp", "body"),
    [
        ("testAccesskey", NONCE, TIMESTAMP, BODY),
        (KEY, "NONCE124", TIMESTAMP, BODY),
        (KEY, NONCE, "1680508066619", BODY),
        (KEY, NONCE, TIMESTAMP, BODY.replace(b"b-1", b"b-2")),
    ],
)
def test_R9_4_whatever_changes_the_signature_no_longer_holds(
    key: str, nonce: str, timestamp: str, body: bytes
) -> None:
    assert not same_hexadecimal(call_signature(key, nonce, timestamp, body), SIGNATURE)


def test_R9_4_an_answer_is_signed_over_its_body() -> None:
    header = body_sign_header(KEY, b'{"resultCode":"000000"}')
    assert header.startswith('sign_type="HMAC-SHA256", signature="')
    assert body_sign_holds(KEY, b'{"resultCode":"000000"}', header)
    for written in ('= "', ' = "', ' =  "'):
        spaced = header.replace('type="', f"type{written}").replace('ture="', f"ture{written}")
        assert body_sign_holds(KEY, b'{"resultCode":"000000"}', spaced)
    assert not body_sign_holds(KEY, b'{"resultCode":"000001"}', header)
    assert not body_sign_holds("another", b'{"resultCode":"000000"}', header)
    assert not body_sign_holds(KEY, b'{"resultCode":"000000"}', header.swapcase())
    assert not body_sign_holds(KEY, b"", "")


def test_R9_5_a_body_is_sorted_by_name_at_every_depth_and_keeps_its_figures() -> None:
    body = '{"usage_records": [{"usage_value": 99.10, "begin_time": "1", "é": "ü"}], "a": 1e2}'
    expected = '{"a":1e2,"usage_records":[{"begin_time":"1","usage_value":99.10,"é":"ü"}]}'
    assert naturally_sorted(body) == expected


def test_R9_5_usage_is_signed_over_the_sorted_body_or_the_body_as_sent() -> None:
    sent = json.dumps({"usage_records": [{"b": 1, "a": 2}]}).encode()
    sorted_ = usage_signature(KEY, "1", "n", '{"usage_records":[{"a":2,"b":1}]}')
    for signature in (sorted_, usage_signature(KEY, "1", "n", sent.decode())):
        assert usage_signature_holds(KEY, "1", "n", sent, signature)
        assert not usage_signature_holds(KEY, "2", "n", sent, signature)
        assert not usage_signature_holds(KEY, "1", "m", sent, signature)
        assert not usage_signature_holds(KEY, "1", "n", sent.replace(b"2", b"3"), signature)
    assert not usage_signature_holds(KEY, "1", "n", b"no json", sorted_)
    assert not usage_signature_holds(KEY, "1", "n", b"\xff", sorted_)
    assert not usage_signature_holds(KEY, "1", "n", b"[" * 100_000, sorted_)


@pytest.mark.parametrize(
    ("timestamp", "seconds"),
    [
        ("1680508066618", 1680508066.618),
        ("1680508066", 1680508066.0),
        ("", None),
        ("-5", None),
        ("1e9", None),
        ("１６８０", None),
    ],
)
def test_R9_4_a_timestamp_is_in_seconds_or_milliseconds(
    timestamp: str, seconds: float | None
) -> None:
    assert signed_at(timestamp) == seconds


@pytest.mark.parametrize(
    ("now", "timely"), [(1000, True), (1060, True), (1061, False), (940, True), (939, False)]
)
def test_R9_4_a_signature_is_good_for_a_minute_around_its_timestamp(
    now: float, timely: bool
) -> None:
    assert is_timely("1000", now, tolerance=60) is timely
    assert is_timely("soon", now, tolerance=60) is False


def test_R9_5_the_vector_of_api_gateway() -> None:
    credential = read_authorization(AUTHORIZATION)
    assert credential
    assert credential.access == "QTWAOYTTINDUT2QVKYUC"
    assert sdk_signature(SECRET, SDK_REQUEST, credential.signed_headers) == SDK_SIGNATURE
    assert sdk_signature_holds(SECRET, SDK_REQUEST, credential)
    assert not sdk_signature_holds(f"{SECRET}x", SDK_REQUEST, credential)


def test_R9_5_a_request_whose_date_is_not_signed_is_refused() -> None:
    signature = sdk_signature(SECRET, SDK_REQUEST, ["host"])
    credential = read_authorization(
        f"SDK-HMAC-SHA256 Access=A, SignedHeaders=host, Signature={signature}"
    )
    assert credential
    assert not sdk_signature_holds(SECRET, SDK_REQUEST, credential)


@pytest.mark.parametrize("header", ["", "Bearer x", "SDK-HMAC-SHA256 Access=A", AUTHORIZATION[1:]])
def test_R9_5_another_authorization_is_none(header: str) -> None:
    assert read_authorization(header) is None

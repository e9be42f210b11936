"""Calls of the open API as a seller's server makes them; signed here once more, by hand."""

import hmac
import json
import time
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

from django.test import Client

BASE = "/api/mkp-openapi-public/global/v1"

_nonces = count(1)


class Answer:
    def __init__(self, response: Any) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.body: dict[str, Any] = json.loads(response.content)

    @property
    def code(self) -> str:
        return str(self.body.get("resultCode") or self.body["error_code"])


def upload(
    key: str,
    records: Any,
    *,
    ts: str = "",
    nonce: str = "",
    signature: str = "",
    sent: bytes | None = None,
    path: str = f"{BASE}/isv/usage-data",
    **headers: str,
) -> Answer:
    """`sent` is what goes over the wire instead of what was signed."""
    body = {"usage_records": records}
    ts = ts or str(round(time.time() * 1000))
    nonce = nonce or f"nonce-{next(_nonces)}"
    in_order = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    signed = f"ts={ts}&nonce={nonce}&body={in_order}"
    digest = hmac.digest(key.encode(), signed.encode(), sha256)
    given = {"signature": signature or b64encode(digest).decode(), "ts": ts, "nonce": nonce}
    response = Client().generic(
        "POST",
        path,
        sent if sent is not None else json.dumps(body).encode(),
        "application/json",
        headers={name: value for name, value in {**given, **headers}.items() if value != "-"},
    )
    return Answer(response)


def query(access: str, secret: str, *, dated: str = "", **parameters: str) -> Answer:
    """GET /order/query, signed as API Gateway's clients sign."""
    dated = dated or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    path = f"{BASE}/order/query"
    canonical_query = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(parameters.items())
    )
    canonical = "\n".join(
        [
            "GET",
            f"{path}/",
            canonical_query,
            f"host:testserver\nx-sdk-date:{dated}\n",
            "host;x-sdk-date",
            sha256(b"").hexdigest(),
        ]
    )
    told = f"SDK-HMAC-SHA256\n{dated}\n{sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), told.encode(), sha256).hexdigest()
    authorization = (
        f"SDK-HMAC-SHA256 Access={access}, SignedHeaders=host;x-sdk-date, Signature={signature}"
    )
    response = Client().get(
        f"{path}?{urlencode(parameters)}",
        headers={"authorization": authorization, "x-sdk-date": dated, "host": "testserver"},
    )
    return Answer(response)

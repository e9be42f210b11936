"""A webhook call with a made-up event, as its receiver sees it: headers, signature, body."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone

from koogallery.events.payloads import bytes_of, example_event
from koogallery.events.signing import headers_of
from koogallery.kinds import Kind
from koogallery.models import WebhookEndpoint

#: What a made-up event is numbered on the page; a test that is sent has its own number.
EXAMPLE = "WD00000000"
#: Where a program under development listens.
LAPTOP = "http://localhost:8000"
HIDDEN = "v1,…"


@dataclass(frozen=True, slots=True)
class Simulated:
    """`body` to the byte as it is signed, `laid_out` to be read; `curl` where it is signed."""

    headers: Mapping[str, str]
    body: str
    laid_out: str
    to: str
    curl: str


def simulated(endpoint: WebhookEndpoint, kind: Kind, to: str, *, is_owner: bool) -> Simulated:
    """As of now: a receiver that follows the scheme takes it for five minutes."""
    now, to = timezone.now(), to or LAPTOP + urlsplit(endpoint.url).path
    event = example_event(kind.name, EXAMPLE, endpoint.seller_number, now)
    body = bytes_of(event)
    headers = headers_of(endpoint, f"{EXAMPLE}-{endpoint}", body, now)
    if not is_owner:
        headers["webhook-signature"] = HIDDEN
    return Simulated(
        headers=headers,
        body=body.decode(),
        laid_out=json.dumps(event, ensure_ascii=False, indent=2),
        to=to,
        curl=_curl(to, headers, body.decode()) if is_owner else "",
    )


def _curl(to: str, headers: Mapping[str, str], body: str) -> str:
    """For a shell, in which nothing of it is anything but text."""
    told = (f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items())
    parts = [f"curl -X POST {shlex.quote(to)}", *told, f"--data-binary {shlex.quote(body)}"]
    return " \\\n  ".join(parts)

"""Clients of the REST interface, as tests speak to it: real tokens, real JSON."""

import json
from typing import Any

from django.test import Client

from koogallery.models import AccessToken, User

BASE = "/api/v1"


class Caller:
    """Somebody with a token, or nobody without one. Paths are those below the API's base."""

    def __init__(self, token: str | None) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.client = Client(headers=headers)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> "Answer":
        address = path if path.startswith("http") else BASE + path
        return Answer(self.client.get(address, query, headers=_named(headers)))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> "Answer":
        """Headers are named as arguments: `if_match`, `idempotency_key`."""
        raw = body if isinstance(body, (bytes, str)) else json.dumps(body, default=str)
        given = _named(headers)
        if body is None:
            return Answer(self.client.generic(method, BASE + path, headers=given))
        sent = self.client.generic(method, BASE + path, raw, "application/json", headers=given)
        return Answer(sent)

    def post(self, path: str, body: Any = None, **headers: str) -> "Answer":
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> "Answer":
        return self.send("PATCH", path, body, **headers)

    def every(self, path: str) -> list[dict[str, Any]]:
        """All rows of a list, page by page."""
        rows: list[dict[str, Any]] = []
        page = self.get(path)
        while True:
            rows += page.body["results"]
            if page.body["next"] is None:
                return rows
            page = self.get(page.body["next"])


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


class Answer:
    """Status, media type and body of an answer; a problem names its errors.

    A file is read to its end, which closes it; what it holds is `content`.
    """

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = response.status_code
        self.media_type = response.headers.get("Content-Type", "")
        self.content: bytes = response.getvalue() if response.streaming else response.content
        is_json = "json" in self.media_type and self.content and not response.streaming
        self.body: Any = json.loads(self.content) if is_json else None

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Where, what, and which rule, of every error named."""
        assert self.media_type == "application/problem+json", self.body
        return [
            (error["pointer"] or error.get("parameter", ""), error["code"], error.get("rule", ""))
            for error in self.body["errors"]
        ]

    def __repr__(self) -> str:
        return f"{self.status} {self.body}"


def operator_caller(user: User) -> Caller:
    _, token = AccessToken.objects.create(user=user, name="test")
    return Caller(token)


def seller_caller(user: User, seller_number: str, *, may_write: bool = False) -> Caller:
    _, token = AccessToken.objects.create(
        user=user, name="test", seller_number=seller_number, may_write=may_write
    )
    return Caller(token)

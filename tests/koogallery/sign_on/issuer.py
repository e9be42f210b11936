"""A provider of OpenID Connect in this process: discovery, keys, and a token endpoint with PKCE."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

CLIENT, SECRET = "portal", "a secret of the portal, and of the provider"
BEGIN, FINISH, OUT = (f"/accounts/sso/oidc/{what}/" for what in ("begin", "finish", "sign-out"))


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """Signs in whoever is told by `claims`; `key` signs, and only `published` is known."""

    def __init__(self, url: str) -> None:
        self.url = self.says = url
        self.key = self.published = new_key()
        self.asked: dict[str, str] = {}
        self.claims: dict[str, Any] = {}
        self.left_out: set[str] = set()
        self.kind = "JWT"

    def signed(self, **claims: Any) -> str:
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": "s-1"} | claims
        kept = {name: value for name, value in told.items() if name not in self.left_out}
        return jwt.encode(kept, self.key, "RS256", headers={"kid": "1", "typ": self.kind})

    def jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key()))
        return {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.says,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks/{id(self)}",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, form: dict[str, list[str]]) -> dict[str, Any] | None:
        """To the client that asked, for its own code."""
        [verifier] = form["code_verifier"]
        digest = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
        challenged = self.asked.get("code_challenge") == digest.decode()
        if (form["client_id"], form["client_secret"]) != ([CLIENT], [SECRET]) or not challenged:
            return None
        answer = {
            "access_token": "a",
            "token_type": "Bearer",
            "id_token": self.signed(**self.claims),
        }
        return {name: value for name, value in answer.items() if name not in self.left_out}

    def begin(self, client: Client, then: str = "/account/") -> None:
        there = urlsplit(client.get(BEGIN, {"next": then})["Location"])
        self.asked = {name: values[0] for name, values in parse_qs(there.query).items()}

    def finish(self, client: Client, **claims: Any) -> Any:
        self.claims = {"auth_time": int(time.time()), "nonce": self.asked["nonce"], **claims}
        return client.get(FINISH, {"code": "c", "state": self.asked["state"]})

    def sign_in(self, client: Client, **claims: Any) -> Any:
        self.begin(client)
        return self.finish(client, **claims)


@contextmanager
def running() -> Iterator[Issuer]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.tell(issuer.jwks() if self.path.startswith("/jwks") else issuer.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.tell(issuer.token(parse_qs(body)))

        def tell(self, what: Any) -> None:
            self.send_response(200 if what else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what or {"error": "invalid_grant"}).encode())

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join()

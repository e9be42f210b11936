"""What the environment of a deployment makes of the settings."""

import runpy
from typing import Any

import pytest
from django.conf import settings as current
from django.test import Client

from koogallery.settings import BASE_DIR

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"
#: What a deployment says; nothing of it counts unless a case says so.
SAID = ("EMAIL_URL", "DEFAULT_FROM_EMAIL", "TLS", "BEHIND_PROXY")


def settings_of(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, Any]:
    """The settings file, run anew with this environment."""
    for name in SAID:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(BASE_DIR / "koogallery" / "settings.py"))


def test_mail_goes_into_files_unless_a_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings_of(monkeypatch)
    assert chosen["EMAIL_BACKEND"] == FILES
    assert chosen["EMAIL_FILE_PATH"] == chosen["DATA_DIR"] / "mail"


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password", "tls", "ssl", "timeout"),
    [
        ("submission://u:p%40ss@mx.example:587", "mx.example", 587, "u", "p@ss", True, False, 30),
        ("smtp://mx.example:465?ssl=true", "mx.example", 465, None, None, False, True, 30),
        ("smtp://mx.example:25?timeout=10", "mx.example", 25, None, None, False, False, 10),
    ],
)
def test_the_mail_server_is_named_by_one_address(
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    host: str,
    port: int,
    user: str | None,
    password: str | None,
    tls: bool,
    ssl: bool,
    timeout: int,
) -> None:
    chosen = settings_of(monkeypatch, EMAIL_URL=url, DEFAULT_FROM_EMAIL="bills@portal.example")
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL", "TIMEOUT")
    assert [chosen[f"EMAIL_{name}"] for name in names] == [
        host,
        port,
        user,
        password,
        tls,
        ssl,
        timeout,
    ]
    assert (chosen["EMAIL_BACKEND"], chosen["DEFAULT_FROM_EMAIL"]) == (SMTP, "bills@portal.example")


@pytest.mark.parametrize(
    ("environment", "believed"),
    [
        ({}, False),
        ({"TLS": "true"}, False),
        ({"BEHIND_PROXY": "true"}, False),
        ({"TLS": "true", "BEHIND_PROXY": "true"}, True),
    ],
)
def test_a_header_says_https_only_where_a_proxy_ends_tls(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], believed: bool
) -> None:
    chosen = settings_of(monkeypatch, **environment)
    assert (chosen["SECURE_PROXY_SSL_HEADER"] is not None) is believed


@pytest.mark.django_db
@pytest.mark.parametrize(("proxy", "status"), [("false", 301), ("true", 200)])
def test_behind_a_proxy_https_is_not_redirected_to_https(
    monkeypatch: pytest.MonkeyPatch, settings: Any, proxy: str, status: int
) -> None:
    chosen = settings_of(monkeypatch, TLS="true", BEHIND_PROXY=proxy)
    assert not current.SECURE_SSL_REDIRECT
    for name in ("SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER"):
        setattr(settings, name, chosen[name])
    answer = Client(headers={"x-forwarded-proto": "https"}).get("/health/")
    assert answer.status_code == status
    assert Client().get("/health/").status_code == 301

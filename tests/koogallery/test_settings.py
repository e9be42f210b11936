"""What the environment of a deployment makes of the settings."""

import os
import runpy
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as current
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from koogallery.settings import BASE_DIR

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"
#: What a deployment says; nothing of it counts unless a case says so.
SAID = ("EMAIL_URL", "DEFAULT_FROM_EMAIL", "TLS", "BEHIND_PROXY", "DEBUG", "ALLOWED_HOSTS")


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


@pytest.mark.parametrize(
    ("environment", "promised"),
    [
        ({}, (0, False, False)),
        ({"TLS": "true"}, (31_536_000, False, False)),
        ({"TLS": "true", "HSTS_INCLUDE_SUBDOMAINS": "true"}, (31_536_000, True, False)),
        (
            {"TLS": "true", "HSTS_INCLUDE_SUBDOMAINS": "true", "HSTS_PRELOAD": "true"},
            (31_536_000, True, True),
        ),
    ],
)
def test_other_hosts_are_promised_to_be_safe_only_where_a_deployment_says_so(
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    promised: tuple[int, bool, bool],
) -> None:
    for name in ("HSTS_INCLUDE_SUBDOMAINS", "HSTS_PRELOAD"):
        monkeypatch.delenv(name, raising=False)
    chosen = settings_of(monkeypatch, **environment)
    names = ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")
    assert tuple(chosen[f"SECURE_HSTS_{name}"] for name in names) == promised


@pytest.mark.django_db
@pytest.mark.parametrize(("proxy", "status"), [("false", 301), ("true", 200)])
def test_behind_a_proxy_https_is_not_redirected_to_https(
    monkeypatch: pytest.MonkeyPatch, settings: Any, proxy: str, status: int
) -> None:
    chosen = settings_of(monkeypatch, TLS="true", BEHIND_PROXY=proxy)
    assert not current.SECURE_SSL_REDIRECT
    for name in ("SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER"):
        setattr(settings, name, chosen[name])
    answer = Client(headers={"x-forwarded-proto": "https"}).get("/accounts/login/")
    assert answer.status_code == status
    assert Client().get("/accounts/login/").status_code == 301


def test_a_probe_is_answered_by_any_name_and_without_tls(settings: Any) -> None:
    """An orchestrator asks the address of the process itself, by plain http."""
    settings.SECURE_SSL_REDIRECT = True
    answer = Client(headers={"host": "10.1.2.3:8000"}).get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok")


STRONG, OTHER = "k" * 32, "m" * 32
PUBLIC = "development-only-key-that-no-server-may-use-in-production"


@pytest.mark.parametrize(
    ("environment", "fault"),
    [
        ({"SECRET_KEY": "", "KEY_MASTER": OTHER}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": STRONG, "KEY_MASTER": ""}, "KEY_MASTER is missing"),
        ({"SECRET_KEY": "k" * 31, "KEY_MASTER": OTHER}, "SECRET_KEY has 31 bytes"),
        ({"SECRET_KEY": STRONG, "KEY_MASTER": "m" * 31}, "KEY_MASTER has 31 bytes"),
        ({"SECRET_KEY": STRONG, "KEY_MASTER": STRONG}, "each has to be a secret of its own"),
        ({"SECRET_KEY": PUBLIC, "KEY_MASTER": OTHER}, "SECRET_KEY is the development key"),
        ({"SECRET_KEY": STRONG, "KEY_MASTER": PUBLIC}, "KEY_MASTER is the development key"),
        (
            {"SECRET_KEY": STRONG, "KEY_MASTER": OTHER, "SECRET_KEY_FALLBACKS": f"{PUBLIC}"},
            "SECRET_KEY_FALLBACKS is the development key",
        ),
        (
            {"SECRET_KEY": STRONG, "KEY_MASTER": OTHER, "SECRET_KEY_FALLBACKS": OTHER},
            "each has to be a secret of its own",
        ),
        ({"DEBUG": "true", "ALLOWED_HOSTS": "portal.example"}, "SECRET_KEY is the development key"),
    ],
)
def test_nothing_starts_without_secrets_of_its_own(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], fault: str
) -> None:
    for name in ("SECRET_KEY", "KEY_MASTER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ImproperlyConfigured, match=fault):
        settings_of(monkeypatch, **environment)


def test_neither_does_it_when_they_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "KEY_MASTER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_of(monkeypatch, TLS="true")
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "SECRET_KEY is missing",
        "KEY_MASTER is missing",
    ]
    assert settings_of(monkeypatch, DEBUG="true")["KEY_MASTER"] != STRONG


def test_the_former_ones_are_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings_of(
        monkeypatch,
        SECRET_KEY=STRONG,
        KEY_MASTER=OTHER,
        SECRET_KEY_FALLBACKS="a" * 32,
        KEY_MASTER_FALLBACKS=f"{'b' * 32},short",
    )
    assert chosen["SECRET_KEY_FALLBACKS"] == ["a" * 32]
    assert chosen["KEY_MASTER_FALLBACKS"] == ["b" * 32, "short"]


def test_weak_secrets_are_an_error_of_the_checks(settings: Any) -> None:
    assert [each for each in run_checks() if each.id == "koogallery.E001"] == []
    settings.SECRET_KEY = PUBLIC
    found = [each for each in run_checks() if each.id == "koogallery.E001"]
    assert [(each.level, each.msg) for each in found] == [
        (40, "SECRET_KEY is the development key, which is public.")
    ]


@pytest.mark.parametrize("entrance", ["koogallery.wsgi", "koogallery.celery"])
def test_no_part_of_the_portal_starts_without_them(entrance: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    use = f"import {entrance} as part; part.app.conf.task_routes" if "celery" in entrance else ""
    done = subprocess.run(
        [sys.executable, "-c", use or f"import {entrance}"],
        env=environment,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "SECRET_KEY is missing" in done.stderr


def test_with_tls_cookies_are_of_this_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings_of(monkeypatch, TLS="true")
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "COOKIES")
    assert all(chosen[name].startswith("__Host-") for name in names)
    assert (chosen["SESSION_COOKIE_SECURE"], chosen["CSRF_COOKIE_SECURE"]) == (True, True)

import pytest
from django.test import Client


def directives(policy: str) -> dict[str, set[str]]:
    """Content-Security-Policy: each directive with its sources."""
    return {name: set(sources) for name, *sources in map(str.split, policy.split(";"))}


@pytest.mark.django_db
def test_the_admin_alone_may_evaluate_and_style_inline(client: Client) -> None:
    admin = directives(client.get("/admin/login/")["Content-Security-Policy"])
    assert admin["script-src"] == {"'self'", "'unsafe-eval'"}
    assert admin["style-src"] == {"'self'", "'unsafe-inline'"}
    assert (admin["default-src"], admin["frame-ancestors"]) == ({"'self'"}, {"'none'"})

    portal = directives(client.get("/accounts/login/")["Content-Security-Policy"])
    assert (portal["script-src"], portal["style-src"]) == ({"'self'"}, {"'self'"})

"""Errors of `manage.py check` and `migrate`: weak secrets, and key masters that are lost."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.utils import OperationalError

from koogallery.duties import OperatorRole
from koogallery.keys import key_masters, missing_master, newest_keys
from koogallery.kit.secret_settings import faults_of_secrets
from koogallery.models import DerivedKey
from koogallery.second_factor import PURPOSE, masters_of_factors


@register(Tags.security)
def secrets_are_secret(**_: Any) -> list[CheckMessage]:
    """As the settings file asks when it is read; again, for settings that were put together."""
    faults = faults_of_secrets(
        [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS],
        [settings.KEY_MASTER, *settings.KEY_MASTER_FALLBACKS],
        development=settings.DEBUG,
    )
    return [Error(fault, id="koogallery.E001") for fault in faults]


@register(Tags.security)
def single_sign_on_is_whole(**_: Any) -> list[CheckMessage]:
    """One provider, all that is known of it, and roles that there are."""
    openid = [settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET]
    saml = [settings.SAML_ENTITY_ID, settings.SAML_SIGN_IN_URL, settings.SAML_CERTIFICATE]
    roles = {role for given in settings.SSO_ROLES.values() for role in given}
    faults = [
        (
            any(openid) and not all(openid),
            "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together.",
        ),
        (
            any(saml) and not all(saml),
            "SAML_ENTITY_ID, SAML_SIGN_IN_URL and SAML_CERTIFICATE go together.",
        ),
        (any(openid) and any(saml), "Single sign-on is by OpenID Connect or by SAML, not by both."),
        (not roles <= set(OperatorRole.values), "SSO_ROLES names a role that there is not."),
    ]
    return [Error(told, id="koogallery.E003") for is_so, told in faults if is_so]


@register(Tags.database)
def key_masters_are_there(
    *, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Of every secret that sellers have in their hands, and of everybody's second factor."""
    if not databases or not _is_migrated():
        return []
    of_sellers = newest_keys().exclude(purpose=PURPOSE)
    used = {key.master for key in of_sellers} | masters_of_factors().keys()
    lost = used - key_masters().keys()
    return [Error(missing_master(name), id="koogallery.E002") for name in sorted(lost)]


def _is_migrated() -> bool:
    connection = connections[DerivedKey.objects.db]
    try:
        return DerivedKey._meta.db_table in connection.introspection.table_names()
    except OperationalError:
        return False

"""The second wall: the portal works as a role that owns nothing, migrations run as the owner.

`migrate` makes the role that DATABASE_ROLE names, and grants it what the portal needs. A process
that works as the owner, or as a superuser, could take every guard off: it says so as it starts.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections

GRANTS = Path(__file__).resolve().parent / "sql" / "grant_portal_role.sql"
_POWERS = """
SELECT current_user, rolsuper, EXISTS (
    SELECT FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'public' AND relkind = 'r' AND pg_has_role(current_user, relowner, 'USAGE'))
FROM pg_roles WHERE rolname = current_user
"""


def grant_portal_role(using: str, **_: Any) -> None:
    """After every migrate, for the tables it made."""
    if settings.DATABASE_ROLE:
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('portal.role', %s, false)", [settings.DATABASE_ROLE])
            cursor.execute(GRANTS.read_text())


def complaint() -> str:
    """What is wrong with the role of this process; empty where nothing is, or nobody can tell."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_POWERS)
            role, is_superuser, owns = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        return ""
    if not (is_superuser or owns):
        return ""
    power = "is a superuser" if is_superuser else "owns the tables"
    return (
        f"The portal works as the database role {role}, which {power} and could take every guard "
        "off: name another one in DATABASE_URL, and in DATABASE_ROLE for migrate (operations.md)."
    )

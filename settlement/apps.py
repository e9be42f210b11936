from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

FIRE_ALWAYS = Path(__file__).resolve().parent / "sql" / "fire_always.sql"


class SettlementConfig(AppConfig):
    name = "settlement"
    verbose_name = _("Settlement")

    def ready(self) -> None:
        post_migrate.connect(guards_fire_always, sender=self)
        post_migrate.connect(changes_are_logged, sender=self)


def guards_fire_always(using: str, **_: Any) -> None:
    """Whatever a migration added: no guard of facts or money is passed over (R7.1)."""
    with connections[using].cursor() as cursor:
        cursor.execute(FIRE_ALWAYS.read_text())


def changes_are_logged(using: str, **_: Any) -> None:
    """Of every table and column there is now, so that all of it is sealed (R7.3)."""
    if "settlement_seal" in connections[using].introspection.table_names():
        import_string("settlement.services.sealing.triggers.install_triggers")()

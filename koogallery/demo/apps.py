from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class DemoConfig(AppConfig):
    """Only in the demo's settings, whose database then has the demo's clock."""

    name = "koogallery.demo"
    label = "demo"

    def ready(self) -> None:
        post_migrate.connect(install_clock, sender=apps.get_app_config("koogallery"))


def install_clock(**_: Any) -> None:
    """Into an empty database, or that of a demo: elsewhere time is not to be moved."""
    from koogallery.demo import clock, marks  # noqa: PLC0415  # models are there by now

    if marks.is_demos_own():
        clock.install()

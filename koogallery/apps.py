from django.apps import AppConfig
from django.utils import translation

from koogallery.kit import language


class KoogalleryConfig(AppConfig):
    name = "koogallery"
    verbose_name = "Foundation"

    def ready(self) -> None:
        """What rules say is said in the language of the request (ADR 0015)."""
        language.bind(translation.gettext, translation.ngettext)

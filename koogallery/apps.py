from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils import translation
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from koogallery import database_role, vocabulary
from koogallery.dates import written_instant_text
from koogallery.kit import language


class KoogalleryConfig(AppConfig):
    name = "koogallery"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        """What rules say is said in the language of the request (ADR 0015).

        Every app makes known what it tells people (ADR 0012), which rows hold documents, what its
        constraints refuse, which of its lists can be exported (ADR 0014), and what waits for
        operators. Who signs in is on record (ADR 0018).
        """
        post_migrate.connect(database_role.grant_portal_role, sender=self)
        language.bind(translation.gettext, translation.ngettext, written_instant_text)
        vocabulary.name_models()
        autodiscover_modules(
            "checks",
            "constraints",
            "kinds",
            "events.kinds",
            "documents",
            "signing_in",
            "approvals",
            "starting",
            "logs",
            "queues",
        )
        autodiscover_modules("exports")  # of whatever kinds of all apps

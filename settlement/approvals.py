"""What may take a second person in settlement, known once its services are (R4.4).

The limits stand in the database as the settings say, from each migrate on.
"""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate

from settlement.services import deposits, exits
from settlement.services.authorisations import keep_limits
from settlement.services.banking import attributing, reversing
from settlement.services.bills import adjustments, approval, disputes, invoices
from settlement.services.payouts import outcomes
from settlement.services.recoveries import receivables

__all__ = [
    "adjustments",
    "approval",
    "attributing",
    "deposits",
    "disputes",
    "exits",
    "invoices",
    "outcomes",
    "receivables",
    "reversing",
]


def _keep(**_: Any) -> None:
    keep_limits()


post_migrate.connect(_keep, sender=apps.get_app_config("settlement"), weak=False)

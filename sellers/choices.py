"""The vocabulary of what is sold."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    FINANCE = "finance", _("Finance")
    OPERATIONS = "operations", _("Operations")
    VIEWER = "viewer", _("Viewer")


class DeliveryMethod(TextChoices):
    SAAS = "saas", _("SaaS")
    LICENSE = "license", _("License")
    IMAGE = "image", _("Image")
    PROFESSIONAL_SERVICE = "professional_service", _("Professional service")
    HARDWARE = "hardware", _("Hardware")
    CONSULTING = "consulting", _("Consulting service")
    CONTENT_SERVICE = "content_service", _("Content service")
    CLOUD_HOST = "cloud_host", _("Cloud host")


class OrderType(TextChoices):
    PURCHASE = "purchase", _("Purchase")
    RENEWAL = "renewal", _("Renewal")
    CHANGE = "change", _("Change of specification")
    TRIAL = "trial", _("Trial")


class BillingMode(TextChoices):
    YEARLY_MONTHLY = "yearly_monthly", _("Yearly/monthly")
    ONE_TIME = "one_time", _("One-time")
    PAY_PER_USE = "pay_per_use", _("Pay-per-use")


class Supervision(TextChoices):
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    WAITING_FOR_SERVICE = (
        "waiting_for_service",
        _("Waiting for the seller to provide the service"),
    )
    WAITING_FOR_ACCEPTANCE = (
        "waiting_for_acceptance",
        _("Waiting for the customer's acceptance"),
    )
    COMPLETED = "completed", _("Completed")

"""The vocabulary of what is sold."""

from django.db.models import TextChoices


class Role(TextChoices):
    OWNER = "owner", "Owner"
    FINANCE = "finance", "Finance"
    OPERATIONS = "operations", "Operations"
    VIEWER = "viewer", "Viewer"


class DeliveryMethod(TextChoices):
    SAAS = "saas", "SaaS"
    LICENSE = "license", "License"
    IMAGE = "image", "Image"
    PROFESSIONAL_SERVICE = "professional_service", "Professional service"
    HARDWARE = "hardware", "Hardware"
    CONSULTING = "consulting", "Consulting service"
    CONTENT_SERVICE = "content_service", "Content service"
    CLOUD_HOST = "cloud_host", "Cloud host"


class OrderType(TextChoices):
    PURCHASE = "purchase", "Purchase"
    RENEWAL = "renewal", "Renewal"
    CHANGE = "change", "Change of specification"
    TRIAL = "trial", "Trial"


class BillingMode(TextChoices):
    YEARLY_MONTHLY = "yearly_monthly", "Yearly/monthly"
    ONE_TIME = "one_time", "One-time"
    PAY_PER_USE = "pay_per_use", "Pay-per-use"


class Supervision(TextChoices):
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    WAITING_FOR_SERVICE = (
        "waiting_for_service",
        "Waiting for the seller to provide the service",
    )
    WAITING_FOR_ACCEPTANCE = (
        "waiting_for_acceptance",
        "Waiting for the customer's acceptance",
    )
    COMPLETED = "completed", "Completed"

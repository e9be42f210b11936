from django.conf import settings
from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.models import ApprovalRequest
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from settlement.choices import MoneyAct


class ApprovalLimit(models.Model):
    """How much one person moves alone in a currency (R4.4); kept from the settings on migrate.

    `amount` for one seller within `hours`, `of_a_person` over all sellers; both are too much
    already. The rows are what services and the database go by.
    """

    currency = models.CharField(max_length=3, primary_key=True)
    amount = fields.amount()
    of_a_person = fields.amount()
    hours = models.PositiveIntegerField()

    class Meta:
        constraints = [
            fields.holds(
                "an_approval_limit_is_of_a_size",
                Q(amount__gte=0) & Q(of_a_person__gt=0) & Q(hours__gt=0),
            )
        ]

    def __str__(self) -> str:
        return self.currency


class AuthorisationQuerySet(ScopedQuerySet["Authorisation"]):
    pass


class Authorisation(models.Model):
    """Who answers for money that was moved by a person's will, and how much it was. Insert-only.

    `subject` names the row that it allows; the database takes no such row without it. `second` is
    the other person: by an approved `request`, by the approval of the preview that a bill comes
    from, or by the second approval of a refund. What has none counts towards the limits of R4.4;
    those of its day are written beside it by the database.
    """

    act = models.CharField(max_length=20, choices=MoneyAct.choices)
    subject = models.CharField(max_length=200)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False)
    currency = fields.currency()
    amount = fields.amount()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    request = models.OneToOneField(
        ApprovalRequest, models.PROTECT, null=True, related_name="authorisation"
    )
    at = models.DateTimeField(db_default=models.functions.Now())
    limit_of_seller = fields.amount(db_default=0)
    limit_of_person = fields.amount(db_default=0)
    within_hours = models.PositiveIntegerField(db_default=0)

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["seller", "at"], condition=Q(second=None), name="moved_alone_of_seller"
            ),
            models.Index(
                fields=["person", "at"], condition=Q(second=None), name="moved_alone_by_person"
            ),
        ]
        constraints = [
            fields.known(MoneyAct, "an_authorisation_is_of_a_known_act", "act"),
            fields.holds("an_authorisation_is_of_a_size", Q(amount__gte=0)),
            fields.holds("the_second_person_is_another", ~Q(person=F("second"))),
            fields.holds(
                "a_request_brings_a_second_person", Q(request=None) | Q(second__isnull=False)
            ),
            fields.once("money_is_authorised_once", "seller", "subject"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"

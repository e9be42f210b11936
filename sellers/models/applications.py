from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.models import User
from koogallery.scoping import ScopedQuerySet
from sellers.choices import ApplicationState
from sellers.models.reviews import Reviewed, review_constraints
from sellers.models.sellers import Seller


class SellerApplicationQuerySet(ScopedQuerySet["SellerApplication"]):
    """A person's own; once there is a seller, of its members as well."""

    seller_path: ClassVar[str] = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.sees_every_seller:
            return self
        of_mine = Q(seller__in=Seller.objects.visible_to(user))
        narrowed = user.narrowed_to is not None
        return self.filter(of_mine if narrowed else of_mine | Q(applicant=user))


class SellerApplication(Reviewed):
    """A company asks to sell (R9.1). The approval makes the seller, and `applicant` its owner."""

    STATES = ApplicationState
    WAITING: ClassVar[str] = ApplicationState.PENDING_REVIEW
    ACCEPTED: ClassVar[str] = ApplicationState.APPROVED
    CONTENT: ClassVar[tuple[str, ...]] = (
        "company_name",
        "country",
        "registration_number",
        "settlement_currency",
        "website",
        "business",
        "contact_name",
        "contact_email",
        "contact_phone",
    )

    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="seller_applications"
    )
    seller = models.OneToOneField(Seller, models.PROTECT, null=True, related_name="application")
    state = fields.state(ApplicationState.DRAFT, max_length=20)
    company_name = fields.NameField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    registration_number = fields.NameField(max_length=60, blank=True)
    settlement_currency = fields.currency(blank=True)
    website = fields.NameField(max_length=200, blank=True)
    business = fields.FreeTextField(blank=True)
    contact_name = fields.NameField(max_length=200, blank=True)
    contact_email = fields.NameField(max_length=254, blank=True)
    contact_phone = fields.NameField(max_length=40, blank=True)

    objects = SellerApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "submitted_at"], name="application_queue")]
        constraints = [
            *review_constraints(
                "seller_application",
                ApplicationState,
                ApplicationState.PENDING_REVIEW,
                ApplicationState.APPROVED,
            ),
            fields.holds(
                "an_approved_application_has_its_seller",
                Q(state=ApplicationState.APPROVED, seller__isnull=False)
                | (~Q(state=ApplicationState.APPROVED) & Q(seller__isnull=True)),
            ),
            fields.once(
                "a_person_has_one_open_application",
                "applicant",
                where=Q(state__in=[ApplicationState.DRAFT, ApplicationState.PENDING_REVIEW]),
            ),
        ]

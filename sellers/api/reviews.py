"""What applications and certifications have in common over REST: the fields and the acts."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from koogallery.api.fields import InstantField, NumberField, OptionalTextField, TextField
from koogallery.api.viewsets import ReadViewSet, by_name
from koogallery.models import User
from sellers.services.authority import may_read_every_account, treasured_sellers


class ReviewFields(serializers.Serializer[Any]):
    """Who did what with it when."""

    submitted_at = InstantField(allow_null=True)
    decided_at = InstantField(allow_null=True)
    reason = OptionalTextField(help_text="Of a rejection.")
    revises = NumberField(
        source="revises.number", allow_null=True, help_text="The rejected one it goes on from."
    )
    created_at = InstantField()
    modified_at = InstantField()


class AccountNumberField(TextField):
    """Whole for who may read account numbers, its end alone for everybody else."""

    def get_attribute(self, instance: Any) -> Any:
        allowed = self.context.get("accounts_of", frozenset())
        if allowed is None or instance.seller_id in allowed:
            return instance.account_number
        return instance.masked_account_number if instance.account_number else ""


class ReadsAccounts(ReadViewSet):
    """Knows of which sellers its caller reads whole account numbers."""

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "accounts_of": _accounts_of(self.request.user)}


def _accounts_of(user: Any) -> frozenset[int] | None:
    """None: everybody's."""
    if not isinstance(user, User):
        return frozenset()
    return None if may_read_every_account(user) else treasured_sellers(user)


class ReviewViewSet(ReadsAccounts):
    """Written, sent in and decided; `change` is the body of an edit."""

    change: ClassVar[type[BaseSerializer[Any]]]
    ordering_fields = by_name("submitted_at", "decided_at", "modified_at", arrived="created_at")

    def edit(self, number: str) -> Response:
        changes = self.read_body(self.change)
        edited = self.acts["partial_update"](number, changes, actor=self.actor)
        return self.answer_row(edited.number)

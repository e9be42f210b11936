"""What applications and certifications have in common over REST: the fields and the acts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from koogallery.api.asked import NoInput, ReasonInput
from koogallery.api.fields import InstantField, NumberField, OptionalTextField, TextField
from koogallery.api.viewsets import ScopedViewSet
from koogallery.models import User
from sellers.models.reviews import Reviewed
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


class ReadsAccounts(ScopedViewSet):
    """Knows of which sellers its caller reads whole account numbers."""

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "accounts_of": _accounts_of(self.request.user)}


def _accounts_of(user: Any) -> frozenset[int] | None:
    """None: everybody's."""
    if not isinstance(user, User):
        return frozenset()
    return None if may_read_every_account(user) else treasured_sellers(user)


@dataclass(frozen=True, slots=True)
class Acts:
    """The services behind the acts of one kind of review."""

    edit: Callable[..., Reviewed]
    submit: Callable[..., Reviewed]
    withdraw: Callable[..., Reviewed]
    discard: Callable[..., Reviewed]
    revise: Callable[..., Reviewed]
    approve: Callable[..., Reviewed]
    reject: Callable[..., Reviewed]


class ReviewViewSet(ListModelMixin, RetrieveModelMixin, ReadsAccounts):
    """Written, sent in and decided; `change` is the body of an edit."""

    services: ClassVar[Acts]
    change: ClassVar[type[BaseSerializer[Any]]]
    ordering_fields = {
        name: name for name in ("submitted_at", "decided_at", "created_at", "modified_at")
    }
    open_to_sellers = frozenset(
        {"create", "partial_update", "submit", "withdraw", "discard", "revise"}
    )

    def edit(self, number: str) -> Response:
        changes = self.read_body(self.change)
        return self.answer_row(self.services.edit(number, changes, actor=self.actor).number)

    @extend_schema(request=NoInput)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Send the draft in; 422 names everything that is missing or wrong."""
        return self._act(self.services.submit, number)

    @extend_schema(request=NoInput)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Take back what waits; it is a draft again."""
        return self._act(self.services.withdraw, number)

    @extend_schema(request=NoInput)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Give a draft up."""
        return self._act(self.services.discard, number)

    @extend_schema(request=NoInput)
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """A new draft with the content and the documents of the rejected one."""
        return self._act(self.services.revise, number)

    @extend_schema(request=NoInput)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """By an operator, never by who sent it in."""
        return self._act(self.services.approve, number)

    @extend_schema(request=ReasonInput)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """With the reason, which the seller reads."""
        body = self.read_body(ReasonInput)
        return self.answer_row(self.services.reject(number, **body, actor=self.actor).number)

    def _act(self, act: Callable[..., Reviewed], number: str) -> Response:
        self.read_body(NoInput)
        return self.answer_row(act(number, actor=self.actor).number)

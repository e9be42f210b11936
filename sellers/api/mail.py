"""Which notices of a seller the caller is mailed (R10), by the seller's number."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.fields import NumberField, TextField
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from koogallery.events.mail_choices import wanted_mail
from koogallery.kinds import KINDS
from sellers.models import Seller
from sellers.services.members.mail_choices import choose_own_mail, is_mailed


class MailInput(StrictSerializer):
    kinds = serializers.ListField(
        child=TextField(max_length=40),
        allow_null=True,
        max_length=len(KINDS),
        help_text="The kinds wanted by e-mail; null: all. All of them stand under `/events/`.",
    )


class MailFields(serializers.Serializer[Any]):
    """Of the caller alone: nobody chooses for somebody else."""

    seller = NumberField()
    username = TextField()
    is_mailed = serializers.BooleanField(help_text="Members are; operators are not.")
    kinds = serializers.ListField(child=TextField())


class MailViewSet(ScopedViewSet):
    queryset = Seller.objects.all()
    serializer_class = MailFields
    pagination_class = None
    open_to_sellers = frozenset({"choose"})
    duties = {"choose": Duty.VIEW}

    @extend_schema(responses=MailFields)
    @action(detail=True, methods=["get"])
    def mail(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Of which kinds of events the caller is told by e-mail."""
        return self.answer_row(self.get_object().number)

    @extend_schema(request=MailInput, responses=MailFields)
    @mail.mapping.patch
    def choose(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Choose what the token's holder is mailed of this seller."""
        body = self.read_body(MailInput)
        choose_own_mail(self.get_object(), **body, actor=self.actor)
        return self.answer_row(number)

    def represent(self, row: Any) -> Any:
        mailed = is_mailed(self.actor, row)
        told = {
            "seller": row.number,
            "username": self.actor.username,
            "is_mailed": mailed,
            "kinds": wanted_mail(self.actor, row.number) if mailed else [],
        }
        return MailFields(told).data

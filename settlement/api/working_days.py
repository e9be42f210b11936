from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.asked import NoInput
from koogallery.api.fields import CycleField, DayField, FlagField, TextField
from koogallery.api.problems import InvalidQuery
from koogallery.api.reading import read_day
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput
from koogallery.settlement_time import current_cycle
from settlement.models import CalendarDay
from settlement.readings import calendar
from settlement.readings.calendar import Day
from settlement.services import working_days


class WorkingDaysInput(serializers.Serializer[Any]):
    cycle = CycleField(required=False, help_text="Whose bills are issued; the running one if not.")


class DayInput(StrictSerializer):
    date = DayField()
    is_working_day = FlagField()
    name = TextField(max_length=100, required=False, allow_blank=True)


class DaySerializer(serializers.Serializer[Day]):
    date = DayField()
    is_working_day = serializers.BooleanField()
    name = TextField(help_text="Of a holiday, or the operators' for this day.")
    overruled = serializers.BooleanField(help_text="By an operator.")


class WorkingDaysSerializer(serializers.Serializer[Any]):
    """The month in which a cycle is closed, and the day of the run in it (R1.6)."""

    cycle = CycleField()
    run_day = DayField()
    calendar = TextField(help_text="Whose public holidays: a country, ISO 3166.")
    time_zone = TextField()
    results = DaySerializer(many=True)


#: It would be closed in a month after all others.
LAST = Cycle("299911")


class WorkingDayViewSet(ScopedViewSet):
    """The calendar that decides the run day, and the operators' word on single days (R1.6)."""

    queryset = CalendarDay.objects.all()
    serializer_class = WorkingDaysSerializer
    pagination_class = None
    parameters = {"list": frozenset({"cycle"})}
    duties = {"create": Duty.RUN_BILLS, "restore": Duty.RUN_BILLS}
    lookup_field = "date"
    lookup_value_regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    @extend_schema(parameters=[WorkingDaysInput], responses=WorkingDaysSerializer)
    def list(self, request: Request) -> Response:  # noqa: ARG002
        """Day by day the month in which a cycle is closed, with its run day."""
        cycle = self.read_query(WorkingDaysInput).get("cycle") or current_cycle()
        if cycle >= LAST:
            detail = _("Nothing is closed after the last month that there is.")
            raise InvalidQuery({"cycle": [ErrorDetail(detail, "out_of_range")]})
        told = {
            "cycle": cycle,
            "run_day": calendar.run_day_of(cycle),
            "calendar": settings.SETTLEMENT_CALENDAR_COUNTRY,
            "time_zone": settings.SETTLEMENT_TIME_ZONE,
            "results": calendar.days_around_run(cycle),
        }
        return Response(WorkingDaysSerializer(told).data)

    @extend_schema(request=DayInput, responses={HTTPStatus.CREATED: DaySerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Overrule the public calendar on one day; said again, the later word holds."""
        body = self.read_body(DayInput)
        day = working_days.overrule_day(
            body["date"],
            body.get("name", ""),
            is_working_day=body["is_working_day"],
            actor=self.actor,
        )
        return Response(DaySerializer(day).data, status=HTTPStatus.CREATED)

    @extend_schema(request=NoInput, responses=DaySerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **_: Any) -> Response:  # noqa: ARG002
        """Back to what the public calendar says."""
        self.read_body(NoInput)
        day = working_days.restore_day(self.day, actor=self.actor)
        return Response(DaySerializer(day).data)

    @property
    def day(self) -> date:
        try:
            return read_day(self.row_number)
        except InvalidInput:
            raise Http404 from None

    def get_object(self) -> Any:
        self.kwargs["date"] = self.day.isoformat()
        return super().get_object()

    def represent(self, row: Any) -> Any:
        return DaySerializer(calendar.day_of(row.date)).data

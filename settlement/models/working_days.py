from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext as _

from koogallery import fields
from koogallery.models import User
from koogallery.scoping import ScopedQuerySet


class CalendarDayQuerySet(ScopedQuerySet["CalendarDay"]):
    """Of no seller, and no secret: whoever signed in sees when bills are issued."""

    seller_path = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if isinstance(user, User) and user.is_active else self.none()


class CalendarDay(models.Model):
    """A day on which the calendar of public holidays is overruled by an operator (R1.6)."""

    date = models.DateField(unique=True)
    is_working_day = models.BooleanField()
    name = fields.NameField(max_length=100, blank=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return (
            _("%(day)s, working day") % {"day": self.date}
            if self.is_working_day
            else _("%(day)s, no working day") % {"day": self.date}
        )

from django.db import models


class CalendarDay(models.Model):
    """A day on which the calendar of public holidays is overruled by an operator (R1.6)."""

    date = models.DateField(unique=True)
    is_working_day = models.BooleanField()
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {'working day' if self.is_working_day else 'holiday'}"

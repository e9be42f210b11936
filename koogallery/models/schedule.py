from django.db import models


class ScheduledTask(models.Model):
    """When beat last sent a task of the schedule, and when a worker last did it.

    Both by the database's clock: beat goes on from here after a restart, and operators see from it
    whether there is a beat, and a worker.
    """

    task = models.CharField(max_length=200, unique=True)
    sent_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.task

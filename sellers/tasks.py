"""Celery tasks: numbers in, one service call, a stated retry policy. All are safe to repeat."""

import time

from celery import shared_task

from sellers.services.companies import bank_accounts
from sellers.services.delivery import calls
from sellers.services.members import invitation_mail

#: A worker is given back after so many seconds; the schedule asks again.
LONGEST_TURN = 20


@shared_task
def deliver_due_messages() -> None:
    """Send what sellers' servers must be told; what fails waits for its own time (R9.4).

    Nothing is retried here: when a message is due again stands on its row, so that neither a
    broker's restart nor a dead worker loses it.
    """
    calls.deliver_due(time.monotonic() + LONGEST_TURN)


@shared_task
def send_invitations() -> None:
    """When one is due again stands on its row."""
    invitation_mail.send_invitations()


@shared_task
def tell_of_accounts_in_use() -> None:
    """A notice's key names the account, so that a repeat tells nobody twice (R9.1)."""
    bank_accounts.tell_of_accounts_in_use()

"""When things run by themselves. Instants are in the settlement time zone."""

from typing import Any

from celery.schedules import crontab

PROOF_OF_EVERYTHING = "prove all books and every seal (R7.2, R7.3)"

#: Seconds that a task of the clock may wait for a worker; by then it is sent anew, or pointless.
PATIENCE = 3600

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "close last month on the run day (R1.6)": {
        "task": "settlement.tasks.close_on_run_day",
        "schedule": crontab(hour="2", minute="0"),
    },
    "take up bill runs whose workers died (R1.7)": {
        "task": "settlement.tasks.resume_bill_runs",
        "schedule": 5.0,
    },
    "remind of receivables that are due (R10)": {
        "task": "settlement.tasks.remind_of_receivables",
        "schedule": crontab(hour="8", minute="0"),
    },
    "recover refunds that nothing has recovered yet (R5)": {
        "task": "settlement.tasks.recover_unsettled_refunds",
        "schedule": crontab(hour="4", minute="0"),
    },
    "prove the books (R7.2)": {
        "task": "settlement.tasks.check_invariants",
        "schedule": crontab(minute="*/15"),
    },
    "seal what has changed (R7.3)": {
        "task": "settlement.tasks.seal_changes",
        "schedule": crontab(minute="5-59/10"),
    },
    PROOF_OF_EVERYTHING: {
        "task": "settlement.tasks.prove_books",
        "schedule": crontab(hour="1", minute="0"),  # PROVE_ALL_ON says on which days
    },
    "sign the root of the seals of the day (R7.3)": {
        "task": "settlement.tasks.sign_seals",
        "schedule": crontab(hour="0", minute="30"),
    },
    "send notices that are still waiting (R10)": {
        "task": "koogallery.tasks.send_waiting_notices",
        "schedule": 60.0,
    },
    "tell sellers of invoices that are overdue (R8.1)": {
        "task": "settlement.tasks.tell_of_overdue_invoices",
        "schedule": crontab(hour="9", minute="0"),
    },
    "plan payouts of bills that have none yet (R8.2)": {
        "task": "settlement.tasks.plan_missing_payouts",
        "schedule": crontab(minute="*/10"),
    },
    "take up exports whose workers died": {
        "task": "koogallery.tasks.take_up_exports",
        "schedule": 15.0,
    },
    "delete exports that have expired": {
        "task": "koogallery.tasks.expire_exports",
        "schedule": crontab(minute="10"),
    },
    "tell webhook endpoints what is due (R10)": {
        "task": "koogallery.tasks.deliver_webhooks",
        "schedule": 5.0,
    },
    "forget old entries of the webhook log": {
        "task": "koogallery.tasks.forget_webhook_log",
        "schedule": crontab(hour="3", minute="40"),
    },
    "forget traces of people that are no longer needed": {
        "task": "koogallery.tasks.forget_traces",
        "schedule": crontab(hour="3", minute="50"),
    },
    "tell sellers' servers what is due (R9.4)": {
        "task": "sellers.tasks.deliver_due_messages",
        "schedule": 5.0,
    },
    "send what people are mailed of their accounts": {
        "task": "koogallery.tasks.send_account_mail",
        "schedule": 10.0,
    },
    "send invitations to join a seller": {
        "task": "sellers.tasks.send_invitations",
        "schedule": 10.0,
    },
    "tell of bank accounts whose cool-down has ended (R9.1)": {
        "task": "sellers.tasks.tell_of_accounts_in_use",
        "schedule": crontab(minute="*/5"),
    },
    "forget answers that nobody asks for again": {
        "task": "koogallery.tasks.forget_idempotency_keys",
        "schedule": crontab(minute="30"),
    },
}

# What no worker has taken when the next one is sent is dropped: nothing piles up in the broker.
for _entry in BEAT_SCHEDULE.values():
    _every = _entry["schedule"]
    _entry["options"] = {"expires": _every if isinstance(_every, float) else PATIENCE}

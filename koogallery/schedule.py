"""When things run by themselves. Instants are in the settlement time zone."""

from celery.schedules import crontab

BEAT_SCHEDULE = {
    "close last month on the run day (R1.6)": {
        "task": "settlement.tasks.close_on_run_day",
        "schedule": crontab(hour="2", minute="0"),
    },
    "take up bill runs whose workers died (R1.7)": {
        "task": "settlement.tasks.resume_bill_runs",
        "schedule": 5.0,
    },
    "prove the books (R7.2)": {
        "task": "settlement.tasks.check_invariants",
        "schedule": crontab(minute="*/15"),
    },
    "send notices that are still waiting (R10)": {
        "task": "koogallery.tasks.send_waiting_notices",
        "schedule": 60.0,
    },
    "tell sellers of invoices that are overdue (R8.1)": {
        "task": "settlement.tasks.tell_of_overdue_invoices",
        "schedule": crontab(hour="9", minute="0"),
    },
    "forget answers that nobody asks for again": {
        "task": "koogallery.tasks.forget_idempotency_keys",
        "schedule": crontab(minute="30"),
    },
}

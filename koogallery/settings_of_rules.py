"""Settlement rules that are settings (rules.md), and for how long what is kept."""

from decimal import Decimal

from environs import Env

from koogallery.kit.money import amounts_by_currency

env = Env()

SETTLEMENT_TIME_ZONE = env.str("SETTLEMENT_TIME_ZONE", "Asia/Shanghai")  # R1.1
SETTLEMENT_CALENDAR_COUNTRY = env.str("SETTLEMENT_CALENDAR_COUNTRY", "CN")  # R1.6
REFUND_RECOVERY_BASIS = env.str("REFUND_RECOVERY_BASIS", "refund_amount")  # R5.1
RECOVERY_WINDOW_CYCLES = env.int("RECOVERY_WINDOW_CYCLES", 2)  # R5.3
#: By currency; the others as settlement/rules/approvals.py has them (R4.4).
SECOND_APPROVAL_FROM = amounts_by_currency(env.str("SECOND_APPROVAL_FROM", "{}"))
#: Within how many hours claims, and what one person moves alone, add up to it (R4.4).
SECOND_APPROVAL_HOURS = env.int("SECOND_APPROVAL_HOURS", 24)
#: Working days that the oldest row of a queue may wait before it is red, by the queue's key.
QUEUE_LIMITS: dict[str, int] = dict(env.json("QUEUE_LIMITS", {}))
#: How many times that amount one person moves alone within them, over all sellers (R4.4).
SECOND_APPROVAL_PERSON_MULTIPLE = env.decimal("SECOND_APPROVAL_PERSON_MULTIPLE", Decimal(10))
#: How long an account neither asks nor approves after somebody else changed its password or rights.
APPROVAL_AFTER_CHANGE_HOURS = env.int("APPROVAL_AFTER_CHANGE_HOURS", 24)
IMAGE_HANDLING_FEE = env.decimal("IMAGE_HANDLING_FEE", Decimal(0))  # R4.2
RECEIVABLE_DUE_DAYS = env.int("RECEIVABLE_DUE_DAYS", 30)  # R5.3
#: Where sellers pay receivables and deposits to, as they are told it; empty: "your agreement".
PAYMENT_ACCOUNT = env.str("PAYMENT_ACCOUNT", "")
#: Our own accounts, by currency: {"USD": {"holder": …, "number": …, "swift_code": …}} (R8.2).
PAYING_ACCOUNTS: dict[str, dict[str, str]] = dict(env.json("PAYING_ACCOUNTS", {}))
#: Bytes of a bank's file (R8.2).
BANK_FILE_MAX_BYTES = env.int("BANK_FILE_MAX_BYTES", 20 * 1024 * 1024)
#: Banking days from the verified invoices to the payout (R8.2).
PAYOUT_BANKING_DAYS = env.int("PAYOUT_BANKING_DAYS", 5)
#: Days of the month on which payouts are made; none: every banking day (R8.2).
PAYOUT_DAYS_OF_MONTH: list[int] = env.list("PAYOUT_DAYS_OF_MONTH", [], subcast=int)
#: Between the approval of another bank account and the first money that goes there (R9.1).
BANK_ACCOUNT_COOL_DOWN_DAYS = env.int("BANK_ACCOUNT_COOL_DOWN_DAYS", 7)
#: To whom sellers' invoices are made out, as they are told it (R8.1).
INVOICE_BILL_TO = env.str("INVOICE_BILL_TO", "Sparkoo Technologies Singapore Pte. Ltd.")
INVOICE_BILL_TO_COUNTRY = env.str("INVOICE_BILL_TO_COUNTRY", "SG")
INVOICE_BILL_TO_ADDRESS = env.str("INVOICE_BILL_TO_ADDRESS", "")
INVOICE_BILL_TO_TAX_NUMBER = env.str("INVOICE_BILL_TO_TAX_NUMBER", "")
#: Lines that one batch of the bill run may hold before it commits: about a second of work.
BILL_RUN_BATCH_LINES = env.int("BILL_RUN_BATCH_LINES", 50_000)
BILL_RUN_BATCH_SELLERS = env.int("BILL_RUN_BATCH_SELLERS", 500)
#: What it may hold where a run has more than one such batch for each of its workers.
BILL_RUN_MOST_LINES = env.int("BILL_RUN_MOST_LINES", 500_000)
BILL_RUN_MOST_SELLERS = env.int("BILL_RUN_MOST_SELLERS", 10_000)
#: From so many on, the lines of a batch are a partition of their own.
BILL_RUN_PARTITION_LINES = env.int("BILL_RUN_PARTITION_LINES", 100_000)
#: How often a seller's close is tried before it is parked, if what went wrong may pass; the first
#: pause, each one after it twice as long.
BILL_RUN_ATTEMPTS = env.int("BILL_RUN_ATTEMPTS", 5)
BILL_RUN_RETRY_SECONDS = env.int("BILL_RUN_RETRY_SECONDS", 5)
#: Which key signs the roots of seals: one more, and the next root is signed by a new one (R7.3).
SEAL_KEY_VERSION = env.int("SEAL_KEY_VERSION", 1)
#: To whom each root is mailed as it is signed.
SEAL_ROOT_MAIL: list[str] = env.list("SEAL_ROOT_MAIL", [])
#: Seals that may be checked from one address in a minute.
VERIFY_CALLS_OF_ADDRESS = env.int("VERIFY_CALLS_OF_ADDRESS", 60)
BILL_RUN_WORKERS = env.int("BILL_RUN_WORKERS", 2)
#: A seller whose run total exceeds this multiple of the mean of its last bills stops for a look.
PREVIEW_LOOK_MULTIPLE = env.decimal("PREVIEW_LOOK_MULTIPLE", Decimal(3))
#: And one whose total is below this share of it.
PREVIEW_LOOK_FALL = env.decimal("PREVIEW_LOOK_FALL", Decimal("0.25"))
#: And one that gets no bill, if its last one is at most this many months ago.
PREVIEW_LOOK_GAP_MONTHS = env.int("PREVIEW_LOOK_GAP_MONTHS", 1)
PREVIEW_TRAILING_BILLS = env.int("PREVIEW_TRAILING_BILLS", 6)
#: By currency, a first bill that does so; the others as settlement/rules/approvals.py has them.
PREVIEW_LOOK_FIRST_BILL_ABOVE = amounts_by_currency(env.str("PREVIEW_LOOK_FIRST_BILL_ABOVE", "{}"))
#: How long before a receivable is due its seller is reminded.
RECEIVABLE_REMINDER_DAYS = env.int("RECEIVABLE_REMINDER_DAYS", 7)
#: How long after it was opened a receivable is due at the latest, however often it is postponed.
RECEIVABLE_LONGEST_DAYS = env.int("RECEIVABLE_LONGEST_DAYS", 180)
#: How often a message is sent to a seller's server before it is given up (R9.4).
DELIVERY_ATTEMPTS = env.int("DELIVERY_ATTEMPTS", 10)
#: How long an instance may be in creation before its message is given up.
DELIVERY_PROCESSING_HOURS = env.int("DELIVERY_PROCESSING_HOURS", 24)
#: How long calls signed with the access key before the current one are still accepted.
OLD_ACCESS_KEY_HOURS = env.int("OLD_ACCESS_KEY_HOURS", 24)
#: How far the clock of a caller of the open API may differ, for usage and for the order query.
USAGE_CLOCK_SECONDS = env.int("USAGE_CLOCK_SECONDS", 60)
ORDER_QUERY_CLOCK_SECONDS = env.int("ORDER_QUERY_CLOCK_SECONDS", 900)
#: Calls of the open API from one address in a minute that were not signed as they should.
OPEN_API_REFUSALS = env.int("OPEN_API_REFUSALS", 60)
#: How long a call sent again gets its first answer.
IDEMPOTENCY_KEY_HOURS = env.int("IDEMPOTENCY_KEY_HOURS", 48)
#: How long an exported list can be fetched, and how many of them one user may have in the making.
EXPORT_DAYS = env.int("EXPORT_DAYS", 7)
EXPORTS_AT_ONCE = env.int("EXPORTS_AT_ONCE", 3)

#: Seconds that a seller's webhook endpoint has to answer in.
WEBHOOK_TIMEOUT = env.float("WEBHOOK_TIMEOUT", 10)
#: How long the log of what endpoints were told is kept.
WEBHOOK_LOG_DAYS = env.int("WEBHOOK_LOG_DAYS", 90)

#: How long it is kept where a token was last used, and where sent mail went.
TRACES_DAYS = env.int("TRACES_DAYS", 90)

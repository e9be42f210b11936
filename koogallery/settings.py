"""One settings file: environment variables differ between machines, code does not."""

from decimal import Decimal
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from environs import Env

from koogallery.kit.database_limits import Limits, connection_options
from koogallery.kit.log_lines import configuration
from koogallery.kit.money import amounts_by_currency
from koogallery.kit.secret_settings import DEVELOPMENT, faults_of_secrets
from koogallery.schedule import BEAT_SCHEDULE

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT["SECRET_KEY"] if DEBUG else "")
#: Former ones: what they signed is still accepted.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
#: What secrets shared with sellers' servers are derived from (koogallery/keys.py).
KEY_MASTER = env.str("KEY_MASTER", DEVELOPMENT["KEY_MASTER"] if DEBUG else "")
#: Former ones, newest first: secrets that were derived from them stay until they are issued anew.
KEY_MASTER_FALLBACKS: list[str] = env.list("KEY_MASTER_FALLBACKS", [])
#: Whether sellers' servers may stand at private or local addresses, and answer plain http.
OUTGOING_PRIVATE_TARGETS = env.bool("OUTGOING_PRIVATE_TARGETS", False)
THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", THIS_MACHINE)
if faults := list(
    faults_of_secrets(
        [SECRET_KEY, *SECRET_KEY_FALLBACKS],
        [KEY_MASTER, *KEY_MASTER_FALLBACKS],
        development=DEBUG and set(ALLOWED_HOSTS) <= set(THIS_MACHINE),
    )
):
    raise ImproperlyConfigured("\n".join(faults))
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# --- settlement rules that are settings (rules.md) --------------------------------------------
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

# --- applications -----------------------------------------------------------------------------
INSTALLED_APPS = [
    "koogallery",
    "sellers",
    "settlement",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "koogallery.admin_app.OperatorSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "koogallery.probes.answer_probes",
    "koogallery.watching.answer_metrics",
    "koogallery.metrics.count_requests",
    "koogallery.origin.origin_of_request",
    "koogallery.tracing.trace_requests",
    "koogallery.logs.log_requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "koogallery.private_answers.keep_private",
    "csp.middleware.CSPMiddleware",
    "koogallery.admin_csp.admin_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "koogallery.unstorable.refuse_unstorable",
    "koogallery.languages.speak",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "koogallery.idle_sessions.end_idle_sessions",
    "koogallery.kept_forms.keep_forms",
    "koogallery.second_factor.require_second_factor",
    "koogallery.fresh_sign_in.ask_again",
    "axes.middleware.AxesMiddleware",
    "koogallery.sign_in_limits.answer_too_many",
    "koogallery.portal.costly.limit_costly_pages",
]
ROOT_URLCONF = "koogallery.urls"
WSGI_APPLICATION = "koogallery.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "koogallery.portal.context.console",
            ],
        },
    },
]

# --- database, broker -------------------------------------------------------------------------
#: Which kind of process this is: web, worker or command. A web process says so itself (wsgi.py), as
#: manage.py does; what else there is, works for Celery.
PORTAL_PROCESS = env.str("PORTAL_PROCESS", "worker")
#: Whether a pooler stands between, which gives each transaction another connection.
DATABASE_POOLED = env.bool("DATABASE_POOLED", False)
#: How long, in seconds, a process waits for a lock, lets a statement run, and may leave its own
#: transaction idle: then the database gives it up, and whoever waits for it goes on.
DATABASE_LIMITS = {
    "web": Limits(
        lock=env.int("WEB_LOCK_TIMEOUT", 5),
        statement=env.int("WEB_STATEMENT_TIMEOUT", 30),
        idle=env.int("IDLE_IN_TRANSACTION_TIMEOUT", 60),
    ),
    "worker": Limits(
        lock=env.int("WORKER_LOCK_TIMEOUT", 10),
        statement=env.int("WORKER_STATEMENT_TIMEOUT", 1800),
        idle=env.int("IDLE_IN_TRANSACTION_TIMEOUT", 60),
    ),
    # A migration, an import, a proof of all books: as long as it takes, but never without moving.
    "command": Limits(lock=0, statement=0, idle=600),
}
#: As which role the portal's processes work: `migrate`, as the owner, makes it and grants to it.
DATABASE_ROLE = env.str("DATABASE_ROLE", "")
DATABASE = env.dj_db_url("DATABASE_URL", "postgres:///koogallery")
DATABASES = {
    "default": {
        **DATABASE,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        "OPTIONS": connection_options(
            DATABASE_LIMITS[PORTAL_PROCESS], DATABASE.get("OPTIONS", {}), is_pooled=DATABASE_POOLED
        ),
    }
}
#: Threads of a web process that answer at once; half of them may wait for one another's locks.
WEB_THREADS = env.int("WEB_THREADS", 8)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "koogallery",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", REDIS_URL.replace("unix://", "redis+socket://"))
#: A broker that hangs costs a call seconds: what it could not queue is found by the schedule.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0}
CELERY_RESULT_BACKEND = None  # the bill run's own rows are the record
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = SETTLEMENT_TIME_ZONE
#: Who calls sellers' servers waits for them; nobody else should. Workers of their own do it.
CELERY_TASK_ROUTES = {
    "koogallery.tasks.deliver_webhook": {"queue": "outgoing"},
    "sellers.tasks.deliver_due_messages": {"queue": "outgoing"},
}
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULER = "koogallery.beat:RowScheduler"
#: How far the clocks of a host and of the database may differ, in seconds, before that host does
#: nothing that a clock decides.
CLOCK_TOLERANCE_SECONDS = env.int("CLOCK_TOLERANCE_SECONDS", 5)

# --- watching ---------------------------------------------------------------------------------
#: Where the processes of this host count for Prometheus; empty: they do not.
METRICS_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", "")
#: From which networks, and by which bearer token, `/metrics/` is read.
METRICS_FROM: list[str] = env.list("METRICS_FROM", [])
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
#: HOST:PORT where a worker tells what its host counts.
METRICS_LISTEN = env.str("METRICS_LISTEN", "")
#: Who collects traces, by OTLP over HTTP; empty: nobody.
TRACES_TO = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")

# --- people and clients -----------------------------------------------------------------------
AUTH_USER_MODEL = "koogallery.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "koogallery.sign_in_limits.LimitedBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
AXES_FAILURE_LIMIT = 10
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "koogallery.signing_in.name_to_count"
AXES_DISABLE_ACCESS_LOG = True  # the record of acts has it
#: Failed sign-ins within a quarter of an hour from one address, and for one name from anywhere.
SIGN_IN_FAILURES_OF_ADDRESS = env.int("SIGN_IN_FAILURES_OF_ADDRESS", 30)
SIGN_IN_FAILURES_OF_NAME = env.int("SIGN_IN_FAILURES_OF_NAME", 100)
#: Passwords that one web process compares at once; the other threads go on answering.
SIGN_INS_AT_ONCE = env.int("SIGN_INS_AT_ONCE", 2)
AXES_CLIENT_IP_CALLABLE = "koogallery.addresses.client_address_text"
ACCOUNT_ADAPTER = "koogallery.sign_in_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_RATE_LIMITS = {"reauthenticate": None}  # koogallery/sign_in_limits.py counts them
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are confirmed by koogallery/accounts.py
#: How long, after a password or a second factor was shown, an account is changed without another.
REAUTHENTICATION_MINUTES = env.int("REAUTHENTICATION_MINUTES", 15)
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * REAUTHENTICATION_MINUTES
MFA_ADAPTER = "koogallery.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "koogallery.portal.second_factor.CodeForm",
    "reauthenticate": "koogallery.portal.second_factor.CodeAgainForm",
    "activate_totp": "koogallery.portal.second_factor.FirstCodeForm",
}
MFA_TOTP_ISSUER = "KooGallery"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # `User.email` was confirmed, or given by an operator
#: How long a link in a mail about an account can be used.
ACCOUNT_LINK_MINUTES = env.int("ACCOUNT_LINK_MINUTES", 60)
PASSWORD_RESET_TIMEOUT = 60 * ACCOUNT_LINK_MINUTES
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
#: Where sellers write to about a bill or a payout: a mail address, or an https address in which
#: {number} and {page} are filled in; empty: they are told to ask their contact.
SUPPORT_ADDRESS = env.str("SUPPORT_ADDRESS", "")
#: Where people reach the portal: what e-mail that is no notice links to.
PORTAL_URL = env.str("PORTAL_URL", "http://127.0.0.1:8000").rstrip("/")
#: How long an invitation to join a seller's company can be answered, and how many may be open.
INVITATION_DAYS = env.int("INVITATION_DAYS", 7)
MOST_INVITATIONS = env.int("MOST_INVITATIONS", 20)
#: How long a token is valid unless its issuer says, and at most.
TOKEN_DEFAULT_DAYS = env.int("TOKEN_DEFAULT_DAYS", 365)
TOKEN_LONGEST_DAYS = env.int("TOKEN_LONGEST_DAYS", 1095)
#: How long a rotated token goes on working beside its successor.
TOKEN_GRACE_HOURS = env.int("TOKEN_GRACE_HOURS", 24)
KNOX_TOKEN_MODEL = "koogallery.AccessToken"  # noqa: S105  # a model, no secret
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "TOKEN_TTL": None,
    "TOKEN_MODEL": KNOX_TOKEN_MODEL,
}

# --- REST -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "koogallery.api.authentication.TokenAuthentication",
        "koogallery.api.authentication.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "koogallery.api.paging.CursorPages",
    "DEFAULT_THROTTLE_CLASSES": ["koogallery.api.throttling.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "token": env.str("API_RATE", "300/second"),
        "costly": env.str("COSTLY_RATE", "120/minute"),
    },
    "EXCEPTION_HANDLER": "koogallery.api.problems.answer_problem",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "KooGallery settlement",
    "DESCRIPTION": """Orders and usage in, bills, refunds, recoveries and the ledger out.

Amounts are decimal strings with their currency beside them, instants ISO 8601 in UTC, cycles
`YYYYMM` in the settlement time zone. Rows are addressed by their public number.

Lists are paged by cursor: follow `next`. `x=` is equal to, `x=a,b` one of several words, `x_from=`
and `x_to=` are bounds, both inclusive; `modified_since=` is what changed then or later. An unknown
parameter or field is refused. `fields=` leaves the other fields of a row out.

Send a POST or PATCH with an `Idempotency-Key`, and it can be sent again: it acts once. Objects have
an `ETag`; with it as `If-Match` a change is made only to what was read.

Refusals are problem documents (RFC 9457): `errors` point at what is wrong, `rule` names the rule.
""",
    "VERSION": "1.0.0",
    "CONTACT": {
        "name": "KooGallery",
        "url": "https://support.huaweicloud.com/intl/en-us/koogallery/index.html",
    },
    "LICENSE": {"name": "For KooGallery's operators, sellers and systems"},
    "OAS_VERSION": "3.1.1",
    "SERVERS": [{"url": "/", "description": "This portal"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "koogallery.api.schema.describe_parts",
        "koogallery.api.schema.show_examples",
        "koogallery.api.schema_webhooks.describe_webhooks",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ExportFormat": "koogallery.api.exports.FORMATS",
        "BankStatementFormat": "settlement.choices.StatementFormat",
        "BillingMode": "sellers.choices.BillingMode",
        "LineKind": "settlement.choices.LineKind",
        "TokenScope": "sellers.api.filters.TOKEN_SCOPES",
        "TokenState": "sellers.api.filters.TOKEN_STATES",
        "CallerScope": "sellers.api.me.CALLERS",
        "BillState": "settlement.choices.BillState",
        "BillRunState": "settlement.choices.RunState",
        "DeliveryMessageState": "sellers.choices.MessageState",
        "DeliveryActivity": "sellers.choices.Activity",
        "BillPreviewState": "settlement.choices.PreviewState",
        "PreviewSellerState": "settlement.choices.PreviewSellerState",
        "SellerApplicationState": "sellers.choices.ApplicationState",
        "CertificationState": "sellers.choices.CertificationState",
        "ProductApplicationState": "sellers.choices.ProductApplicationState",
        "ProductApplicationKind": "sellers.choices.ApplicationKind",
        "BankAccountState": "sellers.choices.BankAccountState",
        "CertificationStanding": "sellers.choices.Standing",
        "DisputeState": "settlement.choices.DisputeState",
        "RefundState": "settlement.choices.RefundState",
        "RecoveryState": "settlement.choices.RecoveryState",
        "ReceivableState": "settlement.choices.ReceivableState",
        "WebhookEndpointState": "koogallery.models.webhooks.EndpointState",
        "WebhookDeliveryState": "koogallery.models.webhooks.DeliveryState",
        "WebhookDeliveryCause": "koogallery.models.webhooks.Cause",
        "WebhookStopReason": "koogallery.models.webhooks.StopReason",
        "RecoverySource": "settlement.choices.Source",
        "ApprovalState": "koogallery.models.approvals.ApprovalState",
    },
}

# --- language, time, files --------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "koogallery.formats"
#: A choice for each of 2,000 sellers in one table of looks, and what goes with it (R1.6).
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_100
TIME_ZONE = SETTLEMENT_TIME_ZONE
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS: list[str] = []
#: Files of exports, as all that the portal's processes write (koogallery/starting.py).
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Several hosts share it: a network directory, or a storage of their own.
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "exports"},
    },
}
WHITENOISE_USE_FINDERS = True

#: A bill of more lines is made a CSV or a workbook by a worker, not while somebody waits.
BILL_DOCUMENT_LINES = env.int("BILL_DOCUMENT_LINES", 5_000)

#: Documents of rows and files of bills; every host that serves the portal needs the same directory.
ATTACHMENTS_DIR = Path(env.str("ATTACHMENTS_DIR", str(DATA_DIR / "attachments")))
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", 5 * 1024 * 1024)

# --- mail -------------------------------------------------------------------------------------
mail = env.dj_email_url("EMAIL_URL", "file:")
EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = mail["EMAIL_FILE_PATH"] or DATA_DIR / "mail"
EMAIL_HOST, EMAIL_PORT = mail["EMAIL_HOST"], mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = mail["EMAIL_TIMEOUT"] or 30  # seconds; a silent server must not hold a worker
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "settlement@koogallery.example")

# --- security ---------------------------------------------------------------------------------
TLS = env.bool("TLS", False)
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
#: Where the proxy writes the client's address; its last entry is believed, the others are not.
CLIENT_ADDRESS_HEADER = env.str("CLIENT_ADDRESS_HEADER", "X-Forwarded-For")
#: Who may say that a request came by https. Without a proxy anybody could send this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS and BEHIND_PROXY else None
#: Whether whoever works in the admin has to sign in with a second factor.
OPERATORS_SECOND_FACTOR = env.bool("OPERATORS_SECOND_FACTOR", TLS)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS  # browsers know passkeys at localhost then
#: How old a sign-in may be for an act in the admin, a key, a token, a bank account; 0: any age.
FRESH_SIGN_IN_MINUTES = env.int("FRESH_SIGN_IN_MINUTES", 15 if TLS else 0)
#: After how long without a click a session ends: of an operator, and of anybody else.
OPERATOR_IDLE_MINUTES = env.int("OPERATOR_IDLE_MINUTES", 60)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 720)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
#: Binds every host below this name, also those that are not the portal's; for its owner to say.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
#: The two warnings of `check --deploy` about that.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- operators' admin -------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": _("KooGallery settlement"),
    "SITE_HEADER": _("KooGallery settlement"),
    "SITE_SUBHEADER": _("Operators"),
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": reverse_lazy("language")},
    "SHOW_HISTORY": False,
    "SIDEBAR": {"navigation": "koogallery.admin.navigation.navigation"},
    "DASHBOARD_CALLBACK": "koogallery.dashboard.home",
    "COLORS": {
        "primary": {  # the console's red, from light to dark
            "50": "oklch(97.1% .013 17.38)",
            "100": "oklch(93.6% .032 17.717)",
            "200": "oklch(88.5% .062 18.334)",
            "300": "oklch(80.8% .114 19.571)",
            "400": "oklch(70.4% .191 22.216)",
            "500": "oklch(57.7% .245 27.325)",
            "600": "oklch(50.5% .213 27.518)",
            "700": "oklch(44.4% .177 26.899)",
            "800": "oklch(39.6% .141 25.723)",
            "900": "oklch(35% .11 25.5)",
            "950": "oklch(25.8% .092 26.042)",
        }
    },
    "SHOW_VIEW_ON_SITE": False,
    "ACCOUNT": {"navigation": "koogallery.admin.navigation.account_links"},
}

LOGGING = configuration(env.str("LOG_FORMAT", "text"), env.str("LOG_LEVEL", "INFO"))

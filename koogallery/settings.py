"""Environment variables differ between machines, code does not.

What is set about rules, the REST interface and the admin stands in files of its own.
"""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from koogallery.kit.database_limits import Limits, connection_options
from koogallery.kit.log_lines import configuration
from koogallery.kit.secret_settings import DEVELOPMENT, faults_of_secrets
from koogallery.schedule import BEAT_SCHEDULE, PROOF_OF_EVERYTHING
from koogallery.settings_of_admin import *  # noqa: F403
from koogallery.settings_of_api import *  # noqa: F403
from koogallery.settings_of_rules import *  # noqa: F403
from koogallery.settings_of_rules import SETTLEMENT_TIME_ZONE

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
    "allauth.socialaccount",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "koogallery.probes.answer_probes",
    "koogallery.watching.answer_metrics",
    "koogallery.origin.origin_of_request",
    "koogallery.logs.watch_requests",
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
    "koogallery.signing_in.end_idle_sessions",
    "koogallery.kept_forms.keep_forms",
    "koogallery.second_factor.require_second_factor",
    "koogallery.fresh_sign_in.ask_again",
    "axes.middleware.AxesMiddleware",
    "koogallery.sign_in_limits.answer_too_many",
    "koogallery.portal.costly.limit_costly_pages",
    "koogallery.replica.read_replica",
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
                "sellers.portal.readers.reader",
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
#: A hot standby that answers what changes nothing, while it is at most so many seconds behind.
DATABASE_REPLICA_URL = env.str("DATABASE_REPLICA_URL", "")
REPLICA_MAX_LAG = env.int("REPLICA_MAX_LAG", 10)
DATABASES = {
    name: {
        **database,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
        "OPTIONS": connection_options(
            DATABASE_LIMITS[PORTAL_PROCESS], database.get("OPTIONS", {}), is_pooled=DATABASE_POOLED
        ),
    }
    for name, database in {
        "default": env.dj_db_url("DATABASE_URL", "postgres:///koogallery"),
        "replica": env.dj_db_url("DATABASE_REPLICA_URL", "") if DATABASE_REPLICA_URL else {},
    }.items()
    if database
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
#: What waits for servers of others.
CELERY_TASK_ROUTES = {
    name: {"queue": "outgoing"}
    for name in (
        "koogallery.tasks.deliver_webhook",
        "koogallery.tasks.send_account_mail",
        "koogallery.tasks.send_messages",
        "sellers.tasks.deliver_due_messages",
        "sellers.tasks.send_invitations",
    )
}
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
#: On which days of the week all books and every seal are proven, as crontab writes them.
PROVE_ALL_ON = env.str("PROVE_ALL_ON", "sun")
BEAT_SCHEDULE[PROOF_OF_EVERYTHING]["schedule"] = crontab(
    hour="1", minute="0", day_of_week=PROVE_ALL_ON
)
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
] + [{"NAME": "koogallery.passwords.NoNamesOfOurs"}]
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
#: Single sign-on of operators, by OpenID Connect: the issuer as it calls itself.
OIDC_ISSUER = env.str("OIDC_ISSUER", "")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "")
#: Or by SAML 2.0, from the metadata of its identity provider.
SAML_ENTITY_ID = env.str("SAML_ENTITY_ID", "")
SAML_SIGN_IN_URL = env.str("SAML_SIGN_IN_URL", "")
SAML_SIGN_OUT_URL = env.str("SAML_SIGN_OUT_URL", "")
SAML_CERTIFICATE = env.str("SAML_CERTIFICATE", "")
#: What the button says.
SSO_NAME = env.str("SSO_NAME", "SSO")
#: Whether an address that the provider does not call verified is its person's all the same.
SSO_TRUSTS_ADDRESSES = env.bool("SSO_TRUSTS_ADDRESSES", False)
#: By which of its methods (`amr`, `acr`, AuthnContextClassRef) somebody has shown a second factor.
SSO_SECOND_FACTORS: list[str] = env.list("SSO_SECOND_FACTORS", [])
#: Group -> roles; with it, groups alone give and take them (R4.4), and in which claim they stand.
SSO_ROLES: dict[str, list[str]] = dict(env.json("SSO_ROLES", {}))
SSO_GROUPS = env.str("SSO_GROUPS", "groups")
SOCIALACCOUNT_ADAPTER = "koogallery.portal.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form could not lead there: `form-action` below
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
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

# --- language, time, files --------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
TLS = env.bool("TLS", False)
#: What cookies are called: browsers take these from nobody but this very host, by https.
COOKIES = "__Host-" if TLS else ""
LANGUAGE_COOKIE_NAME = f"{COOKIES}language"
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
MAIL_SENDERS = env.int("MAIL_SENDERS", 4)  # at once, each over a connection of its own
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "settlement@koogallery.example")

# --- security ---------------------------------------------------------------------------------
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
#: Since a sign-in, however much it was used.
OPERATOR_SESSION_HOURS = env.int("OPERATOR_SESSION_HOURS", 12)
SESSION_HOURS = env.int("SESSION_HOURS", 720)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIES}sessionid", f"{COOKIES}csrftoken"
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
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}


LOGGING = configuration(env.str("LOG_FORMAT", "text"), env.str("LOG_LEVEL", "INFO"))

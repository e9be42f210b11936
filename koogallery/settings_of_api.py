"""The settings of the REST interface and of its description."""

from environs import Env

env = Env()

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
        "koogallery.api.schema.tell_meanings",
        "koogallery.api.schema.describe_parts",
        "koogallery.api.schema.show_examples",
        "koogallery.api.schema_webhooks.describe_webhooks",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ExportFormat": "koogallery.api.exports.FORMATS",
        "BankStatementFormat": "settlement.choices.StatementFormat",
        "BankStatementState": "settlement.choices.StatementState",
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

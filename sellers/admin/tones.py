"""The colour of each state, the same wherever it stands."""

from collections.abc import Mapping

from sellers.choices import (
    ApplicationState,
    BankAccountState,
    CertificationState,
    ProductApplicationState,
    Standing,
)

APPLICATION: Mapping[str, str] = {
    ApplicationState.PENDING_REVIEW: "warning",
    ApplicationState.APPROVED: "success",
    ApplicationState.REJECTED: "danger",
}
CERTIFICATION: Mapping[str, str] = {
    CertificationState.PENDING: "warning",
    CertificationState.CERTIFIED: "success",
    CertificationState.REJECTED: "danger",
}
PRODUCT_APPLICATION: Mapping[str, str] = {
    ProductApplicationState.PENDING_APPROVAL: "warning",
    ProductApplicationState.APPROVED: "success",
    ProductApplicationState.REJECTED: "danger",
}
BANK_ACCOUNT: Mapping[str, str] = {
    BankAccountState.REQUESTED: "warning",
    BankAccountState.CHECKED: "warning",
    BankAccountState.APPROVED: "success",
    BankAccountState.REJECTED: "danger",
    BankAccountState.STOPPED: "danger",
}
STANDING: Mapping[str, str] = {
    Standing.PENDING: "warning",
    Standing.CERTIFIED: "success",
    Standing.REJECTED: "danger",
    Standing.LOCKED: "danger",
}

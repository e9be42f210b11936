"""Every journal leads to the document that it came from (R7.1)."""

from settlement.admin.documents import DOCUMENTS
from tests.settlement.approvals.test_every_door import ANSWERED_FOR


def test_R7_1_what_services_post_names_its_document() -> None:
    """A deposit's journal names the seller, or the recovery that drew on it."""
    assert ANSWERED_FOR.keys() - DOCUMENTS.keys() == {"deposit"}

"""What the constraints of the foundation refuse, as refusals."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from koogallery.guards import Guard, guard_constraints
from koogallery.kit.errors import Conflict, Forbidden

GUARDS: Mapping[str, Guard] = {
    "another_person_approves": Guard(
        Forbidden, "R4.4", _("Who asked for an act does not approve it.")
    ),
    "a_second_person_approves": Guard(
        Forbidden, "R4.4", _("Who asked for an act does not approve it.")
    ),
    "each_approves_once": Guard(
        Conflict, "R4.4", _("A second approval is another operator's; you have given yours.")
    ),
    "a_request_is_approved_by_enough": Guard(
        Conflict, "R4.4", _("The act has not been approved by enough people.")
    ),
    "a_request_keeps_what_it_asks": Guard(
        Conflict, "R4.4", _("What was asked for stays as it was; what was decided stays decided.")
    ),
    "documents_stay_as_they_were": Guard(Conflict, "R9.1", _("A document stays as it was added.")),
    "a_view_has_a_name_of_its_own": Guard(Conflict, "", _("You have a view of this name."), "name"),
    "an_act_stays_as_it_was": Guard(Conflict, "R7.1", _("What was done is on record, and stays.")),
    "insert_only": Guard(Conflict, "R7.1", _("What is on the books is corrected by a new entry.")),
}
RECORDED_ONCE = frozenset(
    {
        "a_callers_key_names_one_call",
        "a_member_chooses_mail_once_per_seller",
        "a_notice_is_mailed_once_to_each",
        "a_notice_is_read_once",
        "a_page_has_one_default_view",
        "a_token_succeeds_one_other",
        "an_event_is_queued_once_per_endpoint",
        "koogallery_notice_key_key",
        "koogallery_platformmark_user_id_key",
        "koogallery_user_username_key",
    }
)

guard_constraints(GUARDS, RECORDED_ONCE)

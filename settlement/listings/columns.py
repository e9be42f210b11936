from django.utils.translation import gettext_lazy as _

from koogallery.portal.cells import StateTag
from settlement.tones import tone_of

STATE = StateTag(_("State"), "state", tone=tone_of, sort="+")

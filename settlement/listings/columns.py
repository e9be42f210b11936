from django.utils.translation import gettext_lazy as _

from koogallery.portal.cells import StateTag

STATE = StateTag(_("State"), "state", sort="+")

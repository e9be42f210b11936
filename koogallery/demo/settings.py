"""The settings of the demo's processes: the portal's own, and a clock that can be moved.

`./run demo` names this module; no portal that is deployed does (operations.md).
"""

from koogallery.demo import clock
from koogallery.settings import *  # noqa: F403
from koogallery.settings import DATA_DIR, DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "koogallery.demo"]
_options = DATABASES["default"]["OPTIONS"]
_options["options"] = f"{_options.get('options', '')} -c search_path={clock.SEARCH_PATH}".strip()
clock.put_in_place(DATA_DIR)

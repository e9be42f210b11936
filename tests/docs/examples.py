"""An example of every body of the API, as docs/api/README.md sends it.

koogallery/api/examples.json is written by this alone, where EXAMPLES=write is set for its test.
A test makes each of the page's calls, and another judges every example by its own description.
"""

import json
import re
import shlex
from urllib.parse import urlsplit

from koogallery.api.urls import router
from tools.application import ROOT

PAGE = ROOT / "docs" / "api" / "README.md"
BASE = "/api/v1/"


def collect() -> dict[str, object]:
    """The first body that the page sends to each address, by method and address."""
    found: dict[str, object] = {}
    for line in re.findall(r"^curl .*$", PAGE.read_text(), flags=re.MULTILINE):
        _, _, _, address, *options = shlex.split(line)
        given = dict(zip(options[::2], options[1::2], strict=True))
        if "--data-binary" in given:
            continue
        method = given.get("-X", "POST" if "-d" in given else "GET")
        if method in {"POST", "PATCH"} and (body := _body(given)) is not None:
            path = urlsplit(address.removeprefix("$API/")).path
            for template in _templates(method, path):
                found.setdefault(f"{method} {template}", body)
    return dict(sorted(found.items()))


def _body(given: dict[str, str]) -> object | None:
    try:
        body: object = json.loads(given.get("-d", "{}"))
    except ValueError:
        return None
    return body


def _templates(method: str, path: str) -> list[str]:
    urls = [url for url in router.urls if re.match(str(url.pattern), path)]
    acting = [url for url in urls if method.lower() in vars(url.callback)["actions"]]
    return [BASE + _template(str(url.pattern)) for url in acting]


def _template(pattern: str) -> str:
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern).strip("^$").replace("\\", "")

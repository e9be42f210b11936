"""What browsers call themselves, in words."""

import re

#: Others name themselves beside the one that it is: the first that is found is meant.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "HeadlessChrome": "Chrome",
    "Chrome": "Chrome",
    "Version": "Safari",
}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def browser_name(user_agent: str) -> str:
    """Chrome 153, Linux; as it stands where nothing is known of it."""
    browsers = {token: re.search(rf"\b{token}/(\d+)", user_agent) for token in _BROWSERS}
    named = [f"{_BROWSERS[token]} {found[1]}" for token, found in browsers.items() if found]
    systems = [name for token, name in _SYSTEMS.items() if token in user_agent]
    return ", ".join([*named[:1], *systems[:1]]) or user_agent

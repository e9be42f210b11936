from enum import StrEnum


class Tone(StrEnum):
    """What a status means at a glance; the stylesheet gives each its colour."""

    NEUTRAL = "neutral"
    INFO = "info"
    WARNING = "warning"
    SUCCESS = "success"
    ERROR = "error"

"""A rule as sellers read it: what it says, in words, and a worked number."""

from dataclasses import dataclass

from koogallery.languages import Text


@dataclass(frozen=True, slots=True)
class Rule:
    number: str
    title: Text
    text: Text
    example: Text = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    title: Text
    rules: tuple[Rule, ...]

import pytest

from koogallery.kit.mail_addresses import is_mail_address


@pytest.mark.parametrize(
    "text", ["anna@seller.example", "a.b+c@sub.seller.example", "o'neil_1@x-y.example"]
)
def test_a_plain_address_is_taken(text: str) -> None:
    assert is_mail_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@localhost",
        "=?utf-8?q?=0A?=@example.com",
        '"=?utf-8?b?Cg==?="@example.com',
        "anna@=?utf-8?q?=0A?=.com",
        "anna@example.com\n",
        "an\x00na@example.com",
        "anna@example.com, bert@example.com",
        "Anna <anna@example.com>",
        '"a b"@example.com',
        "a..b@example.com",
        ".a@example.com",
        "anna@exam ple.com",
        "anna(comment)@example.com",
        "anna@example..com",
        "änna@example.com",
        "a@b@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 250 + ".com",
    ],
)
def test_what_no_message_can_be_addressed_to_is_none(text: str) -> None:
    assert not is_mail_address(text)

from pytest_django import Settings

from koogallery.keys import derived_key


def test_a_key_is_the_same_whenever_it_is_derived(settings: Settings) -> None:
    settings.KEY_MASTER = "master"
    assert derived_key("webhook", "WE000001", 1) == derived_key("webhook", "WE000001", 1)
    assert derived_key("webhook", "WE000001", 1).hex() == (
        "0ee911980ffcf60e32bc164dd6452b427fd7fc611f4330c353e2b1fdde9c8ef4"
    )


def test_each_purpose_subject_version_and_master_has_its_own(settings: Settings) -> None:
    settings.KEY_MASTER = "master"
    keys = [
        derived_key("webhook", "WE000001", 1),
        derived_key("delivery", "WE000001", 1),
        derived_key("webhook", "WE000002", 1),
        derived_key("webhook", "WE000001", 2),
    ]
    settings.KEY_MASTER = "another"
    keys.append(derived_key("webhook", "WE000001", 1))
    assert len(set(keys)) == 5

import pytest

from kb_svc.search.visibility import AUDIENCES, LOCALES, bit, mask

EVERY = [(locale, audience) for locale in LOCALES for audience in AUDIENCES]


def _seen(wanted: int) -> set[tuple[str, str]]:
    return {(locale, audience) for locale, audience in EVERY if bit(locale, audience) & wanted}


def test_every_locale_and_audience_has_a_bit_of_its_own() -> None:
    bits = [bit(locale, audience) for locale, audience in EVERY]
    assert len(set(bits)) == len(EVERY)
    assert all(one.bit_count() == 1 and one < 2**15 for one in bits)


def test_customers_see_public_articles_only() -> None:
    assert {audience for _, audience in _seen(mask(None, staff=False))} == {"public"}


def test_staff_sees_everything() -> None:
    assert _seen(mask(None, staff=True)) == set(EVERY)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("zh", {"zh-CN", "zh-TW"}), ("zh-CN", {"zh-CN"}), ("zh-TW", {"zh-TW"}), ("en", {"en"})],
)
def test_zh_means_both_chinese_locales(locale: str, expected: set[str]) -> None:
    assert {place for place, _ in _seen(mask(locale, staff=False))} == expected


def test_an_unknown_audience_has_no_bit() -> None:
    with pytest.raises(KeyError):
        bit("en", "partners")

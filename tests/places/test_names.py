"""English names by pinyin."""

import pytest

from places import names


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("郑州市", "Zhengzhou"),
        ("金水区", "Jinshui District"),
        ("管城回族区", "Guancheng Hui District"),
        ("中牟县", "Zhongmu County"),
        ("花园路街道", "Huayuanlu Subdistrict"),
        ("圃田乡", "Putian Township"),
        ("体育社区居民居委会", "Tiyu Community"),
        ("西安市", "Xi'an"),
        ("郑州经济技术开发区", "Zhengzhou Economic and Technological Development Zone"),
    ],
)
def test_english(zh: str, en: str) -> None:
    assert names.english(zh) == en


def test_pinyin_for_typing() -> None:
    assert names.pinyin("二七塔") == "erqita"

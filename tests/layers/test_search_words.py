"""What somebody types, folded and read as pinyin; matching against names without a database."""

import numpy as np
import pytest

from layers.search import kernel, pinyin, plane, tokens
from layers.search.plane import Plane
from layers.search.query import LONGEST, Query, printable
from layers.search.sought import CHINESE, CODE, ENGLISH, Sought

EXACT, BEGINS, WITHIN, NONE = kernel.EXACT, kernel.BEGINS, kernel.WITHIN, kernel.NONE


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ｔ２ 航站楼（东）", "t2航站楼东"),
        ("花园路·１２３号", "花园路123号"),
        ("A-0123/4", "a01234"),
        ("\t\r\n", ""),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_names_are_folded_to_one_form(text: str, folded: str) -> None:
    assert tokens.plain(text) == folded


def test_english_names_keep_their_words_apart() -> None:
    assert tokens.plain("  Xi'an  Lüyuan--Road, 3 ", words=True) == "xian luyuan road 3"


def test_names_are_cut_at_line_feeds_wherever_spaces_stand() -> None:
    text, bounds = tokens.fold("Hua  Road \n\n ' x \nb", words=True)
    assert text.tobytes().decode("utf-16-le") == "hua roadxb"
    assert bounds.tolist() == [0, 8, 8, 9, 10]


def spelt(letters: str, wrong: int = 0) -> list[list[str]]:
    known = pinyin.readings().syllables
    return [
        ["/".join(sorted(known[number] for number in part)) for part in one.parts]
        for one in pinyin.partings(letters, wrong)
    ]


def test_letters_fall_into_syllables_in_every_likely_way() -> None:
    assert spelt("jinshuiqu") == [["jin", "shui", "qu"]]
    assert ["xian"] in spelt("xian") and ["xi", "an"] in spelt("xian")
    assert spelt("lvyuan")[0] == ["lv", "yuan"] and spelt("lyuyuan")[0] == ["lv", "yuan"]
    assert spelt("zhengzho")[0] == ["zheng", "zhong/zhou"]  # half typed
    assert spelt("qqq") == [] and spelt("") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("huayuanl", "huayuanlu"),  # half typed, no error at all
        ("huayanlu", "huayuanlu"),  # a letter is missing
        ("huayuanllu", "huayuanlu"),  # one too much
        ("huayuqnlu", "huayuanlu"),  # another in its place
        ("huayaunlu", "huayuanlu"),  # two exchanged
        ("zengzhou", "zhengzhou"),  # as southerners say it
    ],
)
def test_wrong_letters_are_forgiven(typed: str, meant: str) -> None:
    known = pinyin.readings().numbers
    wanted = spelt(meant)[0]
    ways = [*pinyin.partings(typed), *pinyin.partings(typed, 1)]
    assert any(
        len(way.parts) == len(wanted)
        and all(
            known[one.split("/")[0]] in part for one, part in zip(wanted, way.parts, strict=True)
        )
        for way in ways
    )


NAMES = [
    "花园路",
    "花园路街道",
    "金水花园",
    "华源路",
    "二七广场",
    "T2航站楼",
    "重庆路",
    "郑州东站",
    "",
]


def places(typed: str, *, near: bool = False, kind: str = CHINESE) -> dict[str, int]:
    """Return the names that match, and how."""
    rows = Plane.of(kind, ["\n".join(NAMES[:5]), "\n".join(NAMES[5:])])
    best = np.full(len(NAMES), NONE, np.uint8)
    query = Query.of(printable(typed))
    for sought in query.near() if near else query.sure():
        if sought.plane == kind:
            rows.seek(sought, best)
    return {name: int(how) for name, how in zip(NAMES, best, strict=True) if how != NONE}


def test_characters_match_whole_at_the_beginning_and_within() -> None:
    assert places("花园路") == {"花园路": EXACT, "花园路街道": BEGINS}
    assert places("花园") == {"花园路": BEGINS, "花园路街道": BEGINS, "金水花园": WITHIN}
    assert places("站") == {"T2航站楼": WITHIN, "郑州东站": WITHIN}
    assert places("ｔ２") == {"T2航站楼": BEGINS}
    assert places("长江") == {}


def test_pinyin_matches_with_and_without_spaces_and_half_typed() -> None:
    same = {"花园路": EXACT, "华源路": EXACT, "花园路街道": BEGINS}
    for typed in ("huayuanlu", "hua yuan lu", "HuaYuan Lu", "hua'yuan'lu", "花yuan路"):
        assert places(typed).keys() == same.keys() or typed.startswith("花"), typed
    assert places("huayuanlu") == same
    assert places("花yuan路") == {"花园路": EXACT, "花园路街道": BEGINS}
    assert places("zhengzhoud")["郑州东站"] == BEGINS
    assert places("chongqinglu") == {"重庆路": EXACT} == places("zhongqinglu")  # either reading


def test_first_letters_match_below_whole_syllables() -> None:
    assert places("zzdz") == {"郑州东站": EXACT + 1}
    assert places("hyl") == {"花园路": 1, "华源路": 1, "花园路街道": 2}
    assert places("t2hzl") == {"T2航站楼": EXACT + 1}  # a letter may stand for itself
    assert places("t2hangzhanlou") == {"T2航站楼": EXACT}


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("华园路", "花园路"),  # the same sound
        ("花园璐", "花园路"),
        ("花原路街道", "花园路街道"),  # a wrong character
        ("花路街道", "花园路街道"),  # a missing one
        ("花园大路街道", "花园路街道"),  # one too much
        ("zhengzoudong", "郑州东站"),  # a wrong letter
        ("hua yuan kai jie dao", "花园路街道"),  # a wrong syllable
    ],
)
def test_errors_are_forgiven(typed: str, name: str) -> None:
    assert name not in places(typed)
    assert name in places(typed, near=True)


def english(typed: str, name: str, *, near: bool = False) -> int:
    rows = Plane.of(ENGLISH, [name])
    best = np.full(1, NONE, np.uint8)
    query = Query.of(printable(typed))
    for sought in query.near() if near else query.sure():
        if sought.plane == ENGLISH:
            rows.seek(sought, best)
    return int(best[0])


def test_english_words_match_by_their_beginning() -> None:
    assert english("people's hospital", "Peoples Hospital") == EXACT
    assert english("people", "People's Hospital") == BEGINS
    assert english("hosp", "People's Hospital") == WITHIN
    assert english("ospital", "People's Hospital") == NONE
    assert english("hosptial", "People's Hospital", near=True) != NONE


def test_codes_match_by_their_beginning_and_long_ones_within() -> None:
    rows = Plane.of(CODE, ["4101050010012345\nE-017"])
    best = np.full(2, NONE, np.uint8)
    for typed, expected in (("410105", [BEGINS, NONE]), ("e0", [NONE, BEGINS])):
        best[:] = NONE
        for sought in Query.of(typed).sure():
            if sought.plane == CODE:
                rows.seek(sought, best)
        assert best.tolist() == expected
    best[:] = NONE
    for sought in Query.of("12345").sure():
        if sought.plane == CODE:
            rows.seek(sought, best)
    assert best.tolist() == [WITHIN + 1, NONE]


def test_what_is_too_long_or_no_text_is_cut() -> None:
    asked = Query.of(printable("花" * 10_000))
    assert len(asked.joined) <= LONGEST
    assert all(len(one.elements) <= 64 for one in (*asked.sure(), *asked.near()))
    spread = Query.of(printable("ab " * 5_000))
    assert all(len(one.elements) <= 64 for one in (*spread.sure(), *spread.near()))
    assert Query.of(printable("\0\x01\x7f \u202e")).terms == ()


def brute(sought: Sought, name: str) -> int:
    """Return how a name holds what is sought, looked for at every place."""
    units, size = tokens.units(tokens.plain(name)).tolist(), len(sought.elements)
    held = [
        at
        for at in range(len(units) - size + 1)
        if all(units[at + step] in one.chars for step, one in enumerate(sought.elements))
    ]
    if 0 in held:
        return (kernel.EXACT if len(units) == size else kernel.BEGINS) + sought.worse
    within = held and sought.where == kernel.ANYWHERE
    return kernel.WITHIN + sought.worse if within else NONE


@pytest.mark.parametrize("small", [0, 20_000], ids=["postings", "signatures"])
def test_postings_and_signatures_lose_nothing(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plane, "SMALL", small)
    rng = np.random.default_rng(3)
    chars = list("花园路金水郑州东站街道医院大学一二三重长")
    names = ["".join(rng.choice(chars, size=rng.integers(0, 9))) for _ in range(400)]
    rows = Plane.of(CHINESE, ["\n".join(names)])
    assert (rows.postings is None) == bool(small)
    for typed in ("路", "花园", "金水路", "一一", "yiyuan", "zhong", "zd", "大xue", "hua yuan"):
        best = np.full(len(names), NONE, np.uint8)
        wanted = [NONE] * len(names)
        for sought in Query.of(printable(typed)).sure():
            if sought.plane == CHINESE:
                rows.seek(sought, best)
                wanted = [
                    min(old, brute(sought, one)) for old, one in zip(wanted, names, strict=True)
                ]
                assert best.tolist() == wanted, (typed, sought.where)

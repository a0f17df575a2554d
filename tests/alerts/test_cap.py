"""CAP 1.2 against the vectors: schema, the rules beyond it, China's profile, there and back."""

import datetime
import json
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.cap.compose import compose
from alerts.cap.finding import BadCap
from alerts.cap.message import Area, Info, Message, Reference
from alerts.cap.read import check, read

VECTORS = json.loads(
    (Path(__file__).parents[1] / "frames/cap/vectors.json").read_text(encoding="utf-8")
)
CASES = {case["id"]: case for case in VECTORS["cases"]}
ZONE = ZoneInfo("Asia/Shanghai")
SENT = datetime.datetime(2021, 7, 20, 6, 0, tzinfo=ZONE)
SHARED = os.environ.get("ZHIHUI_SHARED_DATA")
SQUARE = ((113.4, 34.6), (113.9, 34.6), (113.9, 34.95), (113.4, 34.95), (113.4, 34.6))


def message(**more: object) -> Message:
    area = Area("郑州市", (SQUARE,), geocodes=(("CN_ADCODE", "410100"),))
    info = Info(
        ("Met",), "暴雨", "Immediate", "Extreme", "Likely", "zh-CN", ("Shelter",),
        event_codes=(("GB_EVENT", "11B03"),), effective=SENT,
        expires=SENT + datetime.timedelta(hours=3), headline="暴雨红色预警", areas=(area,),
        parameters=(("AlertLevel", "Red"),),
    )  # fmt: skip
    given = {
        "identifier": "41010041600000_20210720060000",
        "sender": "41010041600000",
        "sent": SENT,
        "status": "Actual",
        "msg_type": "Alert",
        "scope": "Public",
        "infos": (info,),
    }
    return Message(**(given | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=list(CASES))
def test_every_vector_is_judged_as_it_says(case) -> None:
    codes = [found.code for found in check(case["xml"].encode())]
    if not case["schema_valid"]:
        assert codes and set(codes) <= {"schema", "cap_1_1"}
    else:
        assert codes == case["profile_errors"]


def test_each_finding_is_a_sentence_in_both_languages() -> None:
    for case in VECTORS["cases"]:
        for found in check(case["xml"].encode()):
            assert found.en and found.zh and found.path


def test_what_is_composed_is_valid_and_reads_back_the_same() -> None:
    given = message(
        msg_type="Update",
        references=(Reference("41010041600000", "41010041600000_20210720054000", SENT),),
    )
    raw = compose(given, ZONE)
    assert check(raw) == []
    assert b"<sent>2021-07-20T06:00:00+08:00</sent>" in raw
    back = read(raw)
    assert back.message == given and back.translated == ()


def test_times_have_an_offset_whatever_the_zone() -> None:
    raw = compose(message(), datetime.UTC)
    assert b"<sent>2021-07-19T22:00:00-00:00</sent>" in raw and check(raw) == []


def test_a_colour_in_severity_is_translated_and_kept() -> None:
    back = read(CASES["severity-colour"]["xml"].encode())
    (done,) = back.translated
    assert (done.before, done.after) == ("Red", "Extreme")
    (info,) = back.message.infos
    assert info.severity == "Extreme"
    assert ("CN_SEVERITY", "Red") in info.parameters


@pytest.mark.parametrize(
    ("colour", "severity"), VECTORS["china_colour_to_severity_suggestion"].items()
)
def test_each_colour_has_its_severity(colour, severity) -> None:
    xml = CASES["severity-colour"]["xml"].replace(
        "<severity>Red</severity>", f"<severity>{colour}</severity>"
    )
    assert read(xml.encode()).message.infos[0].severity == severity


def test_times_with_a_space_are_translated() -> None:
    xml = CASES["base"]["xml"].replace("T05:40:00+08:00", " 05:40:00+08:00")
    back = read(xml.encode())
    assert {done.path for done in back.translated} == {"/alert/sent", "/alert/info[1]/effective"}
    assert back.message.sent == datetime.datetime(2021, 7, 20, 5, 40, tzinfo=ZONE)


DOCTYPES = {
    "entity": '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "laughs": '<!DOCTYPE alert [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
    "external": '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">',
    "bare": "<!DOCTYPE alert>",
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=list(DOCTYPES))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused(doctype, encoding) -> None:
    xml = CASES["base"]["xml"].replace('encoding="UTF-8"?>', f'encoding="{encoding}"?>{doctype}')
    with pytest.raises(BadCap) as refused:
        read(xml.encode(encoding))
    assert refused.value.findings[0].code == "doctype"


BREACHES = {
    "self_reference": (
        "references",
        "41010041600000,41010041600000_20210720054000_0,2021-07-20T05:40:00+08:00",
    ),
    "later_reference": ("references", "a,b,2021-07-20T05:40:01+08:00"),
    "reference_format": ("references", "only-an-identifier"),
}


@pytest.mark.parametrize("code", BREACHES)
def test_references_are_looked_at(code) -> None:
    name, value = BREACHES[code]
    xml = CASES["base"]["xml"].replace("</scope>", f"</scope><{name}>{value}</{name}>")
    assert [found.code for found in check(xml.encode())] == [code]


RESOURCE = "<resource><resourceDesc>图</resourceDesc><mimeType>png</mimeType></resource>"
CHANGES = {
    "polygon_crosses": ("34.60,113.40 34.60,113.90 34.95,113.90 34.95,113.40 34.60,113.40",
                        "34.60,113.40 34.95,113.90 34.60,113.90 34.95,113.40 34.60,113.40"),
    "polygon_format": ("34.60,113.40 34.60,113.90", "34.60;113.40 34.60,113.90"),
    "longitude_out_of_range": ("34.60,113.40 34.60,113.90", "34.60,213.40 34.60,113.90"),
    "html_entities": ("预计未来三小时", "预计&amp;nbsp;未来三小时"),
    "identifier_characters": ("_0</identifier>", " 0</identifier>"),
    "ceiling_without_altitude": ("</area>", "<ceiling>900</ceiling></area>"),
    "uri_relative": ("</instruction>", "</instruction><web>/cap</web>"),
    "mime_format": ("<area>", RESOURCE + "<area>"),
    "restriction_unasked": ("</scope>", "</scope><restriction>内部</restriction>"),
}  # fmt: skip


@pytest.mark.parametrize("code", CHANGES)
def test_rules_beyond_the_schema(code) -> None:
    before, after = CHANGES[code]
    xml = CASES["base"]["xml"]
    assert before in xml
    assert [found.code for found in check(xml.replace(before, after).encode())] == [code]


@pytest.mark.parametrize("raw", [b"", b"<alert", b"\x00\x01", b"{}", b"<a/>", b"\xff" * 40])
def test_rubbish_is_refused_with_a_sentence(raw) -> None:
    assert check(raw)[0].en


def test_a_message_has_a_largest_size() -> None:
    assert check(b"<" + b" " * (1 << 20))[0].code == "too_large"


def made(*changes: tuple[str, str], encoding: str = "UTF-8") -> bytes:
    """Return the plain message, changed, in an encoding that it declares."""
    xml = CASES["base"]["xml"]
    for before, after in (*changes, ('encoding="UTF-8"', f'encoding="{encoding}"')):
        assert before in xml
        xml = xml.replace(before, after)
    return xml.encode(encoding, "xmlcharrefreplace")


LAST_CENTURY = (":cap:1.2", ":cap:1.1")
NAMELESS = ("<identifier>41010041600000_20210720054000_0</identifier>", "")
UPDATE = ("<msgType>Alert", "<msgType>Update")
OTHERS: dict[str, tuple[bytes | str, set[str]]] = {
    "plain": (made(), set()),
    "latin-1": (made(encoding="ISO-8859-1"), set()),
    "gb18030": (made(encoding="GB18030"), set()),
    "invalid": (made(NAMELESS), {"schema"}),
    "of 1.1": (made(LAST_CENTURY), {"cap_1_1"}),
    "update of nothing": (made(UPDATE), {"references_missing"}),
}
if SHARED:  # messages that other services have sent, by file
    OTHERS |= {
        "canada.cap": ("canada.cap", set()),
        "earthquake-iso8859-1.cap": ("earthquake-iso8859-1.cap", set()),
        "invalid.cap": ("invalid.cap", {"schema"}),
        "weather.cap": ("weather.cap", {"cap_1_1"}),
        "earthquake.cap": ("earthquake.cap", {"cap_1_1"}),
    }


@pytest.mark.parametrize("name", OTHERS)
def test_messages_of_other_services(name) -> None:
    given, codes = OTHERS[name]
    raw = (Path(str(SHARED)) / "alerts" / given).read_bytes() if isinstance(given, str) else given
    assert {found.code for found in check(raw)} == codes


BROKEN_RULES = {"made": made(UPDATE, ("</scope>", "</scope><references></references>"))}
if SHARED:
    BROKEN_RULES["given"] = (Path(SHARED) / "alerts" / "canada_errors.cap").read_bytes()


@pytest.mark.parametrize("raw", BROKEN_RULES.values(), ids=list(BROKEN_RULES))
def test_a_message_that_passes_the_schema_and_breaks_the_rules(raw) -> None:
    codes = {found.code for found in check(raw)}
    assert "references_missing" in codes and "schema" not in codes

"""The account of a play, in both languages: readings, alerts, colours beside published times."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from city.scenario import Published, Scenario
from city.stage.play import Played
from city.stage.table import table
from core.severity import Severity

ZONE = datetime.timezone(datetime.timedelta(hours=8))
_EXAMPLE = 100  # characters of a refusal's sentence
_LOST = 10  # readings that are named


def lines(name: str, scenario: Scenario, played: Played, speed: float) -> Iterator[str]:
    """Yield the account line by line."""
    yield ""
    yield f"情景 Scenario {name}: {scenario.title_zh}"
    yield f"    {scenario.title_en}"
    pace = f"×{speed:g}" if speed else "最快 as fast as possible"
    yield (
        f"    {_time(played.begin)} → {_time(played.end)} · {pace} · "
        f"用时 took {played.took:.0f} s · {len(played.stations)} 个站点 stations"
    )
    if speed and played.behind > 1:
        yield f"    最多落后 behind by at most {played.behind:.1f} s"
    if played.shift:
        yield f"    时间平移 times shifted by {played.shift} (表中为原时间 original times below)"
    for section in (_readings(played), _refusals(played), _alerts(played)):
        yield from section
    if scenario.compared_rule:
        yield from _compared(scenario, played)
    yield ""
    for zh, en in (*_late(played), *scenario.notes(played.stations)):
        yield f"    · {zh} | {en}"


def _readings(played: Played) -> Iterator[str]:
    ledger, outcome = played.ledger, played.outcome
    refused = sum(len(each) for each in ledger.refused.values())
    rows = [
        ["读数 Readings", ""],
        ["已发送 sent", f"{ledger.sent:,}"],
        ["已确认 acknowledged", f"{ledger.accepted:,}"],
        ["  其中新入库 new", f"{outcome.new:,}"],
        ["  库中已有 already stored, same value", f"{outcome.known:,}"],
        ["  更正旧值 corrected an older value", f"{outcome.corrected:,}"],
        ["  本次重复发送 repeated within this play", f"{ledger.repeats:,}"],
        ["被拒绝 refused", f"{refused:,}"],
        ["源头缺测 gaps at the source", f"{ledger.gaps:,}"],
        ["读回核对缺失 acknowledged but not found again", f"{len(outcome.lost):,}"],
    ]
    yield ""
    yield from table(rows, right=[1])
    for stream, time in outcome.lost[:_LOST]:
        yield f"    ✗ Datastream {stream} {_time(time)}"


def _refusals(played: Played) -> Iterator[str]:
    found = played.ledger.refused
    if not found:
        return
    rows = [["拒绝原因 Why refused", "次数 times", "例 for example"]]
    rows += [
        [reason, f"{len(sentences):,}", sentences[0][:_EXAMPLE]]
        for reason, sentences in sorted(found.items(), key=lambda item: -len(item[1]))
    ]
    yield ""
    yield from table(rows, right=[1])


def _alerts(played: Played) -> Iterator[str]:
    """Count alerts by rule and by the worst colour that each had."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for alert in played.alerts:
        count = counts.setdefault((alert["title_zh"], alert["title_en"]), Counter())
        count[str(alert["peak"])] += 1
        count["new"] += alert["id"] not in played.known_alerts
    colours = [f"{each.zh[0]} {each.en}" for each in Severity]
    rows = [["告警（按最高等级） Alerts by worst colour", *colours, "本次新增 raised now"]]
    for (zh, en), count in sorted(counts.items()):
        cells = [str(count[str(each.value)] or "·") for each in Severity]
        rows.append([f"{zh} {en}", *cells, str(count["new"])])
    yield ""
    if counts:
        yield from table(rows, right=range(1, 6))
    else:
        yield "没有告警 no alerts"


def first_reached(alerts: Sequence[Mapping[str, Any]], rule: str) -> dict[Severity, Any]:
    """Return for each colour the earliest event that was at least as bad, with its alert."""
    found: dict[Severity, Any] = {}
    for alert in alerts:
        if alert["rule"] != rule:
            continue
        for event in alert["history"]:
            if event["kind"] not in ("raised", "escalated", "raised_again"):
                continue
            at = datetime.datetime.fromisoformat(event["at"])
            for colour in Severity:
                if event["severity"] <= colour and (colour not in found or at < found[colour][0]):
                    found[colour] = (at, alert)
    return found


def _compared(scenario: Scenario, played: Played) -> Iterator[str]:
    reached = first_reached(played.alerts, scenario.compared_rule)
    rows = [
        [
            "等级 Colour",
            "平台首次达到 first here",
            "站点 station",
            "公布 published",
            "差 difference",
            "",
        ]
    ]
    for colour in reversed(Severity):
        acts = [act for act in scenario.published if act.severity == colour]
        here = _here(colour, reached, played)
        rows += [here + _beside(colour, reached, played, act) for act in acts]
        if not acts:
            rows.append([*here, "—", "—", ""])
    for act in scenario.published:
        if act.severity is None:
            here = _here(Severity.RED, reached, played)
            rows.append(here + _beside(Severity.RED, reached, played, act))
    yield ""
    yield from table(rows)


def _here(colour: Severity, reached: Mapping[Severity, Any], played: Played) -> list[str]:
    name = f"{colour.zh} {colour.en}"
    if colour not in reached:
        return [name, "未达到 not reached", "—"]
    at, alert = reached[colour]
    return [name, _time(at - played.shift), alert["thing_zh"]]


def _beside(
    colour: Severity, reached: Mapping[Severity, Any], played: Played, act: Published
) -> list[str]:
    gap = "—"
    if colour in reached:
        gap = _gap(reached[colour][0] - played.shift - act.time)
    return [_time(act.time), gap, f"{act.zh} {act.en}"]


def _gap(gap: datetime.timedelta) -> str:
    minutes = round(abs(gap).total_seconds() / 60)
    word = "平台晚 later" if gap > datetime.timedelta(0) else "平台早 earlier"
    return f"{word} {minutes // 60} h {minutes % 60:02d} min"


def _late(played: Played) -> list[tuple[str, str]]:
    """Warn where newer readings than the scenario's were there: rules look at the newest ones."""
    end = played.end + played.shift
    late = [each for each in played.stations if each.newest and each.newest > end]
    if not late:
        return []
    return [
        (
            f"{len(late)} 个站点已有更新的读数：规则以最新读数为准，本次可能不产生告警",
            f"{len(late)} stations hold newer readings: rules go by those, alerts may be missing",
        )
    ]


def _time(time: datetime.datetime) -> str:
    return f"{time.astimezone(ZONE):%Y-%m-%d %H:%M}"

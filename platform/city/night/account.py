"""The account of a night's people, in both languages: done, refused, how long each took, lost."""

from collections.abc import Iterator

from city.night.book import Book
from city.night.night import Night
from city.stage.table import table

_DONE = (
    ("acknowledged", "告警确认（升级后再确认） alerts acknowledged, again when worse"),
    ("resolved", "告警办结 alerts resolved"),
    ("incident opened", "由告警开立事件 incidents opened from alerts"),
    ("call taken", "电话接报 calls taken"),
    ("dispatched", "派遣 dispatches"),
    ("units sent", "派出单位 units sent"),
    ("nobody free", "无可派单位 dispatches with nobody free"),
    ("unit en_route", "途中 units en route"),
    ("unit on_scene", "到场 units on scene"),
    ("unit available", "归队 units back"),
    ("plan under way", "启动预案 plans started"),
    ("plume run", "扩散模型 plume runs"),
    ("closure confirmed", "道路封闭 closures confirmed"),
    ("closure ended", "恢复通行 closures ended by hand"),
    ("citizen report", "市民上报 reports by citizens"),
    ("inspector report", "巡查上报 reports by inspectors"),
    ("case verify", "案件核实 cases verified on site"),
    ("case dispatch", "案件派遣 cases given to a department"),
    ("case answer", "案件处置 cases answered"),
    ("case check", "案件核查 cases checked on site"),
    ("case close", "案件结案 cases closed"),
    ("warning issued", "预警发布 warnings issued"),
    ("warning updated", "预警更新 warnings updated"),
    ("warning ended", "预警解除 warnings ended"),
    ("incident closed: handled", "事件办结 incidents closed: handled"),
    ("incident closed: handed_over", "事件移交 incidents closed: handed over"),
    ("found again", "读回核对 acknowledged things found again"),
)
_SPANS = {
    "alert": "提交到调度台听到告警 commit → alert heard at the desk",
    "acknowledge": "听到到确认 heard → acknowledged",
    "closure": "听到到封路确认 heard → closure confirmed",
    "dispatch": "开立到派出 opened → units sent",
}


def lines(night: Night) -> Iterator[str]:
    """Yield the account line by line."""
    book = night.book
    rows = [["人员 People", ""]]
    rows += [[words, f"{book.done[name]:,}"] for name, words in _DONE if book.done[name]]
    rows.append(["已确认而未读回 acknowledged but not found again", f"{len(book.lost):,}"])
    yield ""
    yield from table(rows, right=[1])
    yield from _durations(book)
    yield from _refusals(book)
    if night.vehicles:
        yield ""
        yield from night.vehicles.lines
    for each in book.lost:
        yield f"    ✗ 未读回 lost: {each}"
    for each in book.surprises:
        yield f"    ! 未料到 not expected: {each}"


def _durations(book: Book) -> Iterator[str]:
    rows = [["用时（秒） Took (s)", "次数 times", "中位 median", "p95", "最长 longest"]]
    rows += [
        [_SPANS.get(name, name), str(count), *(f"{each:.2f}" for each in times)]
        for name, count, *times in book.durations()
    ]
    yield ""
    yield from table(rows, right=range(1, 5))


def _refusals(book: Book) -> Iterator[str]:
    if not book.declined:
        return
    rows = [["按预期被拒绝 Refused as expected", "次数 times", "例 for example"]]
    rows += [[what, str(len(said)), said[0][:100]] for what, said in book.declined.items()]
    yield ""
    yield from table(rows, right=[1])

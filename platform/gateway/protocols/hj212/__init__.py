"""HJ 212: telemetry of pollution sources and air, water and noise stations (2005, 2017, 2025)."""

import datetime
from collections.abc import Callable
from typing import ClassVar

from core.errors import Problem
from gateway.protocol import Conversation, Garbled, Reply, Said
from gateway.protocols.hj212 import request
from gateway.protocols.hj212.frame import Frame, Framer
from gateway.protocols.hj212.packets import Group, Packets
from gateway.protocols.hj212.segment import Segment, parsed, values

DATA_ANSWER, NOTICE_ANSWER = "9014", "9013"
CLOCK_WANTED = "1013"
NOTICES = {CLOCK_WANTED, "9015", "9021"}  # clock wanted, heartbeat, sign-in as the field has it
ANSWERS = {"9011": "accepted", "9012": "done", "9013": "done", "9014": "done"}
_CODES = {"9011": ("QnRtn", "refused"), "9012": ("ExeRtn", "failed")}


class Hj212(Conversation):
    """One connection; several devices may speak through it, each frame tells its own."""

    port: ClassVar[int] = 9212

    def __init__(self, issue: Callable[[str], str]) -> None:
        super().__init__(issue)
        self._framer = Framer()
        self._packets = Packets()

    def feed(self, data: bytes, now: datetime.datetime) -> list[Said]:
        """Take bytes; returns the messages that are complete."""
        said = [one for frame in self._framer.feed(data) for one in self._heard(frame, now)]
        return said + [_upload(group, now) for group in self._packets.late(now)]

    @property
    def waiting(self) -> bool:
        """Say whether sub-packets are waited for."""
        return len(self._packets) > 0

    def end(self, now: datetime.datetime) -> list[Said]:
        """Return uploads of which sub-packets are missing."""
        return [_upload(group, now) for group in self._packets.rest()]

    def _heard(self, frame: Frame, now: datetime.datetime) -> list[Said]:
        if frame.fault is not None:
            return [Said(fault=frame.fault, sample=frame.sample)]
        try:
            segment = parsed(frame.segment)
        except Problem as fault:
            return [Said(fault=fault, sample=frame.sample)]
        if segment.cn[:1] in "23":
            return self._data(segment, frame.sample, now)
        return [_spoken(segment, frame.sample, now)]

    def _data(self, segment: Segment, sample: bytes, now: datetime.datetime) -> list[Said]:
        parts = 1 <= segment.packet <= segment.packets and segment.packets > 1
        if parts and not self._packets.one_by_one:
            return [_upload(group, now) for group in self._packets.add(segment, sample, now)]
        return [_upload(Group(now, {1: segment}, [segment], [sample]), now, alone=True)]


def _upload(group: Group, now: datetime.datetime, alone: bool = False) -> Said:
    """Return what one upload said, with the answer to each of its frames.

    `alone`: a part of several, of a device that waits for the answer to each.
    """
    segment, sample = group.merged(), b"".join(group.samples)
    try:
        found = values(segment, now, whole=alone or group.whole)
    except Garbled as fault:
        return Said(segment.mn, fault=fault, sample=sample, password=segment.pw)
    answers = [request.answer(part, DATA_ANSWER) for part in group.heard if part.wants_answer]
    return Said(
        segment.mn, found, sample=sample, password=segment.pw, stored=b"".join(answers),
        word=segment.cn, answer=DATA_ANSWER,
    )  # fmt: skip


def _spoken(segment: Segment, sample: bytes, now: datetime.datetime) -> Said:
    """Return what a message without data said: an answer to a request, a notice, a setting."""
    reply, answer = None, b""
    word = NOTICE_ANSWER if segment.cn in NOTICES else DATA_ANSWER
    if segment.cn in ANSWERS:
        reply = _reply(segment)
    elif segment.cn in NOTICES:
        answer = request.answer(segment, NOTICE_ANSWER) if segment.wants_answer else b""
        if segment.cn == CLOCK_WANTED:
            to = request.Station(segment.mn, segment.st, segment.pw, segment.version)
            answer += request.set_time(to, now)
    else:
        reply = Reply(segment.qn, "data", segment.cn, dict(segment.content.fields))
        answer = request.answer(segment, DATA_ANSWER) if segment.wants_answer else b""
    return Said(
        segment.mn, reply=reply, sample=sample, password=segment.pw, stored=answer,
        word=segment.cn, answer=word,
    )  # fmt: skip


def _reply(segment: Segment) -> Reply:
    """Return how far the device has come with a request; an answer is never answered."""
    field, otherwise = _CODES.get(segment.cn, ("", ""))
    code = segment.content.fields.get(field, "")
    step = ANSWERS[segment.cn] if code in ("1", "") else otherwise
    return Reply(segment.qn, step, code, dict(segment.content.fields))

"""A warning from draft to end: the second person, versions, repeats, what follows what."""

import datetime
import threading
import uuid
from typing import Any

import pytest
from django.db import connection, transaction

from alerts.cap.read import check, read
from alerts.models import CapMessage, PublicWarning
from alerts.warning import actions
from core import clock
from core.errors import Conflict, Forbidden, Invalid, Problem, Unknown
from feed import state
from feed.models import Event
from feed.projection import projections
from people import may
from people.models import Role

State = PublicWarning.State


def again(row: PublicWarning) -> PublicWarning:
    return PublicWarning.objects.get(pk=row.pk)


def raw(row: PublicWarning) -> bytes:
    return bytes(CapMessage.objects.get(warning=row).raw)


@pytest.fixture
def ding(dispatcher) -> may.Rights:
    return may.of_user(dispatcher)


@pytest.fixture
def shen(second) -> may.Rights:
    return may.of_user(second)


def test_a_draft_begins_with_words_in_both_languages(divided, ding, write) -> None:
    row = actions.compose(write(), ding, "incident:17")
    assert (row.state, row.source, row.scope) == (State.DRAFT, "incident:17", "4101")
    assert row.headline_zh == "中原区、金水区暴雨红色预警"
    assert "Zhongyuan District, Jinshui District" in row.headline_en
    assert (row.urgency, row.severity, row.event_code) == ("Immediate", "Extreme", "11B03")
    assert row.instruction_zh and row.instruction_en and "{" not in row.description_en
    assert row.inside["people"] == 0


def test_it_is_issued_by_a_second_person_and_valid(divided, issued) -> None:
    row = issued()
    assert row.state == State.ISSUED and row.approved_by_id != row.composed_by_id
    assert check(raw(row)) == []
    message = read(raw(row)).message
    assert message.identifier == row.identifier
    code, _, moment = row.identifier.partition("_")
    assert code == "41010000000000" and len(moment) == 14
    assert [info.language for info in message.infos] == ["zh-CN", "en-US"]
    assert ("AlertLevel", "Red") in message.infos[0].parameters
    assert message.infos[0].areas[0].polygons[0][0] == message.infos[0].areas[0].polygons[0][-1]


def test_nobody_approves_what_they_wrote(supervisor, ding, shen, write) -> None:
    sun = may.of_user(supervisor)
    row = actions.compose(write(), sun)
    actions.submit(row.pk, sun)
    with pytest.raises(Forbidden) as refused:
        actions.approve(row.pk, sun)
    assert "second person" in refused.value.detail and "第二人" in refused.value.zh
    with pytest.raises(Forbidden):
        actions.approve(row.pk, ding)  # a dispatcher composes, and approves nothing
    assert again(row).state == State.AWAITING and not CapMessage.objects.exists()
    assert actions.approve(row.pk, shen).state == State.ISSUED


def test_nor_what_they_edited(ding, supervisor, shen, write) -> None:
    row = actions.compose(write(), ding)
    actions.edit(row.pk, write(colour=2), may.of_user(supervisor), row.version)
    actions.submit(row.pk, ding)
    with pytest.raises(Forbidden):
        actions.approve(row.pk, may.of_user(supervisor))
    assert actions.approve(row.pk, shen).colour == 2


def test_a_district_does_not_warn_the_city(divided, enrol, write) -> None:
    dong = may.of_user(enrol("dong", Role.DISPATCHER, ("410105",)))
    with pytest.raises(Forbidden):
        actions.compose(write(), dong)
    own = actions.compose(write(area={"divisions": ["410105"]}), dong)
    assert own.scope == "410105" and own.divisions == ["410105"]
    with pytest.raises(Forbidden):  # it must not be widened by an edit either
        actions.edit(own.pk, write(area={"divisions": ["410100"]}), dong, own.version)


def test_divisions_and_circles_are_areas(divided, ding, issued, write) -> None:
    row = issued(area={"divisions": ["410105"]})
    (area,) = read(raw(row)).message.infos[0].areas
    assert area.geocodes == (("CN_ADCODE", "410105"),) and area.description == "金水区"
    around = {"around": {"lon": 113.7, "lat": 34.75, "radius_m": 1000}}
    near = actions.compose(write(area=around), ding)
    assert near.geom is not None and near.divisions == []
    assert 3.0 < near.geom.transform(6933, clone=True).area / 1e6 < 3.2


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"event": "alien"}, "event"),
    ({"colour": 5}, "colour"),
    ({"status": "Draft"}, "status"),
    ({"urgency": "soon"}, "urgency"),
    ({"responses": ["Run"]}, "responses"),
    ({"headline_zh": "x" * 161}, "headline_zh"),
    ({"headline_en": "bell \x07"}, "headline_en"),
    ({"area": {}}, "area"),
    ({"area": {"divisions": ["999999"]}}, "area"),
    ({"area": {"around": {"lon": 1, "lat": 1, "radius_m": -1}}}, "area"),
    ({"area": {"around": {"lon": 1.0, "lat": 1.0, "radius_m": 50}}}, "area"),
    ({"expires": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, "expires"),
    ({"expires": datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)}, "expires"),
    ({"expires": datetime.datetime(2026, 12, 1)}, "expires"),
]


def test_what_cannot_be_is_refused_by_field(divided, ding, write) -> None:
    for more, field in UNFIT:
        with pytest.raises(Invalid) as refused:
            actions.compose(write(**more), ding)
        assert refused.value.field == field and refused.value.zh, more
    assert not PublicWarning.objects.exists()


def test_a_source_has_a_form(ding, write) -> None:
    with pytest.raises(Invalid):
        actions.compose(write(), ding, "incident 17; drop")


def test_refused_with_words_that_stay_out_of_the_log(ding, shen, write) -> None:
    row = actions.compose(write(), ding)
    actions.submit(row.pk, ding)
    with pytest.raises(Invalid):
        actions.refuse(row.pk, "  ", shen)
    row = actions.refuse(row.pk, "请与王五 13900000000 核实范围", shen)
    assert (row.state, row.refusals) == (State.DRAFT, 1)
    assert row.notes.get().words.startswith("请与王五")
    assert not Event.objects.filter(body__icontains="13900000000").exists()
    assert actions.submit(row.pk, ding).state == State.AWAITING


def test_an_old_picture_is_told_the_present_one(ding, write) -> None:
    row = actions.compose(write(), ding)
    actions.edit(row.pk, write(colour=2), ding, 1)
    with pytest.raises(Conflict) as refused:
        actions.edit(row.pk, write(colour=3), ding, 1)
    assert refused.value.more["current"]["colour"] == 2
    with pytest.raises(Conflict):
        actions.submit(row.pk, ding, 1)


def test_repeats_change_nothing(ding, shen, write) -> None:
    key = uuid.uuid4()
    row = actions.compose(write(), ding, key=key)
    assert actions.compose(write(), ding, key=key).pk == row.pk
    with pytest.raises(Conflict):
        actions.compose(write(), shen, key=key)
    assert actions.submit(row.pk, ding).version == actions.submit(row.pk, ding).version
    first, second = actions.approve(row.pk, shen), actions.approve(row.pk, shen)
    assert first.identifier == second.identifier and CapMessage.objects.count() == 1


def test_two_who_approve_at_once_issue_one_message(ding, shen, supervisor, write) -> None:
    row = actions.compose(write(), ding)
    actions.submit(row.pk, ding)
    results: list[Any] = []

    def approve(rights: may.Rights) -> None:
        try:
            results.append(actions.approve(row.pk, rights).identifier)
        except Problem as problem:
            results.append(problem.status)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(r,)) for r in (shen, may.of_user(supervisor))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 409 in results and CapMessage.objects.count() == 1


def test_two_of_one_second_have_names_of_their_own(issued) -> None:
    now = clock.now()
    with clock.fixed(now):
        names = [issued().identifier for _ in range(3)]
    assert names[1:] == [f"{names[0]}_1", f"{names[0]}_2"]


def test_an_update_takes_the_place_of_what_it_names(issued, ding, shen, write) -> None:
    first = issued()
    draft = actions.update(first.pk, write(colour=2), ding)
    assert draft.msg_type == "Update" and again(first).state == State.ISSUED
    with pytest.raises(Conflict) as refused:
        actions.update(first.pk, None, ding)
    assert refused.value.more["current"]["id"] == draft.pk
    actions.submit(draft.pk, ding)
    second = actions.approve(draft.pk, shen)
    assert again(first).state == State.UPDATED and again(first).closed
    (reference,) = read(raw(second)).message.references
    assert reference.identifier == first.identifier
    third = actions.update(second.pk, None, ding)
    actions.submit(third.pk, ding)
    third = actions.approve(third.pk, shen)
    assert [r.identifier for r in read(raw(third)).message.references] == [
        first.identifier,
        second.identifier,
    ]


def test_the_end_too_needs_a_second_person(issued, ding, shen) -> None:
    row = issued()
    asked = actions.end(row.pk, "cancel", ding)
    assert asked.state == State.AWAITING and again(row).state == State.ISSUED
    assert actions.end(row.pk, "cancel", ding).pk == asked.pk
    with pytest.raises(Forbidden):
        actions.approve(asked.pk, ding)
    done = actions.approve(asked.pk, shen)
    assert (done.state, again(row).state) == (State.ENDED, State.ENDED)
    message = read(raw(done)).message
    assert message.msg_type == "Cancel" and check(raw(done)) == []
    assert message.references[0].identifier == row.identifier
    with pytest.raises(Conflict):
        actions.end(row.pk, "cancel", ding)


def test_an_all_clear_is_heard_for_an_hour(issued, ding, shen) -> None:
    row = issued()
    done = actions.approve(actions.end(row.pk, "all_clear", ding).pk, shen)
    assert done.state == State.ISSUED and again(row).state == State.ENDED
    assert read(raw(done)).message.infos[0].responses == ("AllClear",)
    assert done.expires - clock.now() < datetime.timedelta(hours=1, seconds=5)


def test_an_end_refused_leaves_the_warning_standing(issued, ding, shen) -> None:
    row = issued()
    asked = actions.end(row.pk, "cancel", ding)
    actions.refuse(asked.pk, "雨仍在下", shen)
    actions.withdraw(asked.pk, ding)
    assert again(row).state == State.ISSUED
    assert actions.end(row.pk, "cancel", ding).pk != asked.pk


def test_it_expires_by_the_clock(issued) -> None:
    row = issued()
    assert actions.expire_due() == 0
    with clock.fixed(row.expires):
        assert actions.expire_due() == 1
    assert again(row).state == State.EXPIRED and again(row).closed


def test_nothing_is_issued_after_its_end(ding, shen, write) -> None:
    row = actions.compose(write(), ding)
    actions.submit(row.pk, ding)
    with clock.fixed(row.expires), pytest.raises(Invalid):
        actions.approve(row.pk, shen)


def test_an_update_of_what_has_ended_meanwhile_is_refused(issued, ding, shen) -> None:
    row = issued()
    draft = actions.update(row.pk, None, ding)
    actions.submit(draft.pk, ding)
    with clock.fixed(row.expires):
        actions.expire_due()
    with pytest.raises(Conflict):
        actions.approve(draft.pk, shen)


def test_what_one_may_not_see_is_not_there(divided, enrol, ding, write) -> None:
    row = actions.compose(write(area={"divisions": ["410105"]}), ding)
    stranger = may.of_user(enrol("xi", Role.DISPATCHER, ("410102",)))
    with pytest.raises(Unknown):
        actions.submit(row.pk, stranger)


def test_no_change_without_its_event(ding, write) -> None:
    row = actions.compose(write(), ding)
    with pytest.raises(Exception, match="changed without an event"), transaction.atomic():
        PublicWarning.objects.filter(pk=row.pk).update(colour=4)


def test_replay_equals_the_live_table(divided, issued, ding, shen, write) -> None:
    first = issued()
    actions.approve(actions.end(issued().pk, "cancel", ding).pk, shen)
    draft = actions.update(first.pk, write(colour=3), ding)
    actions.submit(draft.pk, ding)
    actions.approve(draft.pk, shen)
    actions.withdraw(actions.compose(write(), ding).pk, ding)
    live = {item.id: item.data for item in projections()["warning"].items()}
    assert len(live) == 1
    _, known = state.known_at(clock.now(), ["warning"])
    assert {key[1]: entity.data for key, entity in known.items()} == live
    was = state.was_at(clock.now(), ["warning"])
    assert {key[1]: entity.data for key, entity in was.items()} == live


def test_warnings_of_demo_people_can_be_removed(issued, ding, shen, dispatcher) -> None:
    kept = issued()
    dispatcher.simulated = True
    dispatcher.save()
    actions.approve(actions.end(issued().pk, "cancel", ding).pk, shen)
    assert actions.remove_simulated("demo_city") == 2
    assert list(PublicWarning.objects.all()) == [kept] and CapMessage.objects.count() == 1

"""A scenario is played against a real server, and its account equals what is in the database."""

import asyncio
import datetime
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from alerts.models import Alert
from city.launch.layout import Layout
from city.management.commands import demo
from city.scenario import Reading, Scenario, Station, Step, Unplayable, Wanted, scenarios
from city.scenarios.air_2020 import Air2020
from city.stage import account, tokens
from city.stage.door import opened
from city.stage.play import Played, Player
from people.models import Token
from sensors import registry
from sensors.actions import register
from sensors.models import Datastream, Latest, Thing
from sensors.thing import StreamSpec, ThingSpec
from tests.city.conftest import RealData

Play = Callable[..., Played]


@pytest.fixture
def city(shelf_rules: None) -> list[Thing]:
    """Three rain gauges and an underpass in the middle of Zhengzhou."""
    specs = [
        ThingSpec(
            f"G{n}", f"雨量站{n}", f"Gauge {n}", "rain", 113.65 + n * 0.01, 34.72, "410103",
            (StreamSpec("rain", 300),),
        )
        for n in range(3)
    ]  # fmt: skip
    road = ThingSpec(
        "R1", "隧道1", "Underpass 1", "roadwater", 113.65, 34.72, "410103",
        (StreamSpec("water_depth", 60),),
    )  # fmt: skip
    things = register([*specs, road])
    registry.forget()
    return things


@pytest.fixture
def play(live, supervisor, tmp_path: Path) -> Play:
    """Play a scenario as the command does, with tokens kept in a folder of the test."""

    def run(scenario: Scenario, **more: object) -> Played:
        issued = tokens.issue(Layout(tmp_path), Thing.objects.all())

        async def go() -> Played:
            async with opened(live.url) as door:
                await door.sign_in("sun", "sun-pass-phrase")
                player = Player(door, scenario, lambda codes: issued, lambda *_: None, **more)
                return await player.play()

        return asyncio.run(go())

    return run


class Handful(Scenario):
    """Two gauges say three things each, one of them rubbish."""

    title_zh = title_en = "handful"
    kinds = ("rain",)
    begin = datetime.datetime(2021, 7, 20, 8, tzinfo=datetime.UTC)

    def steps(self, stations: Sequence[Station]) -> Iterator[Step]:
        for number in range(3):
            readings = [Reading(each.code, "rain", 40.0 + number) for each in stations[:2]]
            if number == 1:
                readings.append(Reading(stations[0].code, "rain", 0.0, "NaN"))
            yield Step(self.begin + datetime.timedelta(minutes=5 * number), readings, number)


def test_what_the_account_says_is_in_the_database(city: list[Thing], play: Play) -> None:
    played = play(Handful())
    ledger, outcome = played.ledger, played.outcome
    assert (ledger.sent, ledger.accepted, ledger.gaps) == (7, 6, 3)
    assert {reason: len(each) for reason, each in ledger.refused.items()} == {
        "400 Invalid content": 1
    }
    assert (outcome.new, outcome.known, outcome.lost) == (6, 0, ())
    values = Latest.objects.filter(datastream_id__in=ledger.acknowledged)
    assert [each.value for each in values] == [42.0, 42.0]
    assert len(played.alerts) == Alert.objects.count() == 2
    assert {each["peak"] for each in played.alerts} == {1} and not played.known_alerts


def test_a_second_play_changes_nothing(city: list[Thing], play: Play) -> None:
    first = play(Handful())
    again = play(Handful())
    assert again.ledger.accepted == first.ledger.accepted
    assert (again.outcome.new, again.outcome.known, again.outcome.lost) == (0, 6, ())
    assert again.known_alerts == {each["id"] for each in first.alerts}
    assert len(again.alerts) == len(first.alerts)
    text = "\n".join(account.lines("handful", Handful(), again, 0))
    assert re.search(r"already stored, same value +6\n", text)


def test_a_reading_that_is_not_found_again_is_named(
    city: list[Thing], play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful(Handful):
        kinds = ("rain",)

    stored = "city.stage.door.Door.stored"

    async def nothing(*_: object) -> dict[datetime.datetime, float]:
        return {}

    monkeypatch.setattr(stored, nothing)
    assert len(play(Forgetful()).outcome.lost) == 6


def test_speed_is_kept(city: list[Thing], play: Play) -> None:
    played = play(Handful(), speed=1200.0)
    assert played.took >= 0.5  # ten minutes of the scenario


def test_a_play_can_end_now(city: list[Thing], play: Play) -> None:
    played = play(Handful(), ends_now=True)
    newest = max(Latest.objects.values_list("time", flat=True))
    assert datetime.timedelta(0) < datetime.datetime.now(datetime.UTC) - newest
    assert datetime.datetime.now(datetime.UTC) - newest < datetime.timedelta(minutes=3)
    assert newest - played.shift == Handful.begin + datetime.timedelta(minutes=10)


@pytest.fixture
def command(live, supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Run the command itself on a handful of readings."""
    monkeypatch.setattr(demo, "scenarios", lambda: {"handful": Handful})
    monkeypatch.setenv("ZHIHUI_DATA", str(tmp_path))
    monkeypatch.setenv("ZHIHUI_DEMO_PASSWORD", "sun-pass-phrase")

    def run() -> str:
        out = io.StringIO()
        call_command("demo", scenario="handful", url=live.url, user="sun", stdout=out)
        return out.getvalue()

    return run


def test_the_command_plays_with_tokens_of_its_own(city: list[Thing], command) -> None:
    assert re.search(r"acknowledged +6\n", command())
    assert Token.objects.exclude(thing_id=None).count() == 2


def test_the_command_fails_when_something_is_lost(
    city: list[Thing], command, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> dict[datetime.datetime, float]:
        return {}

    monkeypatch.setattr("city.stage.door.Door.stored", nothing)
    with pytest.raises(CommandError, match="not found again"):
        command()


def test_a_wrong_password_and_a_dead_address_are_sentences(live, supervisor) -> None:
    async def go(url: str, password: str) -> None:
        async with opened(url) as door:
            await door.sign_in("sun", password)

    with pytest.raises(Unplayable, match="wrong name or password"):
        asyncio.run(go(live.url, "no"))
    with pytest.raises(Unplayable, match="nothing answers"):
        asyncio.run(go("http://127.0.0.1:9", "no"))


def test_tokens_are_kept_and_replaced_when_they_open_nothing(
    city: list[Thing], tmp_path: Path
) -> None:
    layout = Layout(tmp_path)
    first = tokens.issue(layout, city)
    assert tokens.issue(layout, city) == first and len(first) == 4
    assert (layout.secrets / tokens.FILE).stat().st_mode & 0o777 == 0o600
    assert tokens.revoke(layout, city[:1]) == 1
    again = tokens.issue(layout, city)
    assert again["G0"] != first["G0"] and again["G1"] == first["G1"]
    assert Token.objects.filter(revoked_at=None).count() == 4


# --- real data -----------------------------------------------------------------------------------


def test_air_2020_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SHARED_DATA", None)
    with pytest.raises(Unplayable, match="ZHIHUI_SHARED_DATA"):
        Air2020().wanted()


def test_air_2020_registers_its_stations_and_counts_its_gaps(
    shelf_rules: None, play: Play, real_data: RealData
) -> None:
    class Missing(Air2020):
        """The stations, before anybody has registered them."""

        def steps(self, stations: Sequence[Station]) -> Iterator[Step]:
            return iter(())

    with pytest.raises(Unplayable, match="nothing to say"):
        play(Missing())
    stations, all_of_them = Thing.objects.filter(kind="air"), real_data.air_stations
    assert stations.count() == all_of_them and Datastream.objects.count() == 8 * all_of_them
    assert stations.exclude(geom=None).count() == all_of_them
    played = play(Air2020())
    sent, gaps, repeats = real_data.readings, real_data.gaps, real_data.repeats
    assert (played.ledger.sent, played.ledger.gaps, played.ledger.repeats) == (sent, gaps, repeats)
    assert played.outcome.new == sent - repeats
    assert not played.outcome.lost and not played.ledger.refused
    raw = play(Air2020(rubbish=True))
    assert sum(map(len, raw.ledger.refused.values())) == raw.ledger.gaps == gaps
    assert raw.outcome.new == 0


def test_the_shelf_has_both() -> None:
    assert set(scenarios()) >= {"air-2020", "rainstorm"}
    assert all(each.title_zh and each.title_en for each in scenarios().values())
    assert Wanted("a", "甲", "A", "air", (), 60).lon is None

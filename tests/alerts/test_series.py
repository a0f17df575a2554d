"""Running totals agree with plain sums, however the values come."""

import random

import pytest

from alerts.series import Series


@pytest.mark.parametrize("seed", range(20))
def test_totals_are_the_sums_of_what_has_come(seed: int) -> None:
    dice = random.Random(seed)
    known = {float(dice.randrange(50)): dice.random() for _ in range(dice.randrange(30))}
    series = Series(known.items())
    for _ in range(200):
        if dice.random() < 0.6:
            time, value = float(dice.randrange(60)), dice.random()
            known[time] = value
            series.put(time, value)
        after, upto = sorted((dice.uniform(-5, 65), dice.uniform(-5, 65)))
        wanted = sum(value for time, value in known.items() if after < time <= upto)
        assert series.total(after, upto) == pytest.approx(wanted)


def test_an_empty_one_sums_to_nothing() -> None:
    assert Series().total(0, 1e12) == 0.0

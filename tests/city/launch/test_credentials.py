"""Secrets are made once, kept privately, and never half-written."""

import stat

from city.launch import credentials
from city.launch.layout import Layout


def test_a_secret_is_made_once_and_kept(layout: Layout) -> None:
    first = credentials.ensure(layout, "secret_key", "one")
    assert credentials.ensure(layout, "secret_key", "two") == first == "one"
    assert credentials.read(layout, "nothing") == ""


def test_only_the_owner_may_read(layout: Layout) -> None:
    credentials.write(layout, "secret_key", "x")
    assert stat.S_IMODE((layout.secrets / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(layout.secrets.stat().st_mode) == 0o700


def test_what_a_killed_start_left_does_not_stop_the_next(layout: Layout) -> None:
    (layout.secrets / "secret_key.part").write_text("half")
    credentials.write(layout, "secret_key", "whole")
    assert credentials.read(layout, "secret_key") == "whole"
    assert not (layout.secrets / "secret_key.part").exists()


def test_passwords_differ_and_can_be_read_out() -> None:
    made = {credentials.password() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("0O1lI5S2ZB8")

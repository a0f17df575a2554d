"""A folder that cannot be written and a full disk are said before anything is begun."""

from pathlib import Path

import pytest

from city.launch.layout import Layout
from city.launch.speech import Trouble


def test_a_data_folder_that_is_a_file_names_the_variable(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    with pytest.raises(Trouble, match="ZHIHUI_DATA"):
        Layout(tmp_path / "var").make()


def test_a_full_disk_is_said_with_what_is_left(layout: Layout) -> None:
    with pytest.raises(Trouble, match="MB left") as caught:
        layout.check_disk(least=1 << 60)
    assert "磁盘空间不足" in caught.value.zh
    layout.check_disk(least=1)

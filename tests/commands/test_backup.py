"""``dat backup`` and ``dat restore`` as somebody types them."""

import pytest

from service.composition import build_desk
from service.persistence.database import upgrade
from service.settings import Settings
from tests.factories import filed


@pytest.fixture
def ours(dat, tmp_path, monkeypatch):
    monkeypatch.setenv("DAT_DATABASE_URL", f"sqlite:///{tmp_path / 'ours.sqlite'}")
    desk = build_desk(Settings())
    upgrade(desk.database)
    filed(desk)
    yield desk
    desk.database.dispose()


def test_a_backup_is_restored_elsewhere_and_says_that_it_was_proved(
    dat, ours, tmp_path
):
    made = dat("backup", "--to", tmp_path / "kept")
    assert made.code == 0
    (archive,) = (tmp_path / "kept").iterdir()
    assert str(archive) in made.out
    into = f"sqlite:///{tmp_path / 'new' / 'dat.sqlite'}"
    nothing = dat("verify-backup")
    assert nothing.code == 2
    assert "chưa có bản sao lưu" in nothing.err
    proved = dat("verify-backup", archive)
    assert (proved.code, proved.err) == (0, "")
    assert "chuỗi còn nguyên" in proved.out
    first = dat("restore", archive, "--into", into)
    assert (first.code, first.err) == (0, "")
    assert "chuỗi còn nguyên" in first.out
    again = dat("restore", archive, "--into", into)
    assert again.code == 2
    assert "--force" in again.err
    forced = dat("restore", archive, "--into", into, "--force")
    assert forced.code == 0
    assert "cất ở" in forced.out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("nowhere.tar.gz",), "không đọc được"),
        (("README.md",), "không phải tệp sao lưu"),
        (("README.md", "--into", "nonsense"), "địa chỉ cơ sở dữ liệu"),
        (("README.md", "--into", "sqlite:////proc/x/a.sqlite"), "/proc/x"),
        (("README.md", "--into", "postgresql://127.0.0.1:1/x"), "không trả lời"),
    ],
)
def test_what_cannot_be_restored_is_refused_in_a_sentence(dat, more, said):
    refused = dat("restore", *more)
    assert refused.code == 2
    assert said in refused.err
    assert "Traceback" not in refused.err

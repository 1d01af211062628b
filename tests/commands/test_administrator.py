"""The first administrator is made by whoever runs the machine, and only the first."""

import re

from service.composition import build_desk
from service.settings import Settings
from tests.visitor import Visitor


def test_the_first_administrator_signs_in_and_there_is_no_second_one(
    dat, tmp_path, monkeypatch
):
    monkeypatch.setenv("DAT_DATABASE_URL", f"sqlite:///{tmp_path / 'ours.sqlite'}")
    bad = dat("administrator", "không tên")
    assert (bad.code, bad.out) == (2, "")
    made = dat("administrator", "Quan-Tri", "--full-name", "Chị Lành")
    assert made.code == 0
    password = re.search(r"lần đầu: (\S{24})\n", made.out)[1]
    desk = build_desk(Settings())
    person = Visitor(desk).signs_in("quan-tri", password)
    assert person.status == 200
    assert person.path != "/dang-nhap"
    desk.database.dispose()
    again = dat("administrator", "khac")
    assert again.code == 2
    assert "Đã có tài khoản quản trị" in again.err

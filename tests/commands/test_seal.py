"""``dat seal`` and ``dat check-seal``: a seal is put, read, and missed when broken."""

import sys

import pytest

from tests.seals import OFFICE, PASSWORD, Authority


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def keyed(authority, monkeypatch):
    monkeypatch.setenv("DAT_SEAL_FILE", str(authority.key()))
    monkeypatch.setenv("DAT_SEAL_PASSWORD", PASSWORD)


@pytest.fixture
def sealed(dat, keyed, tmp_path):
    paper, file = tmp_path / "paper.pdf", tmp_path / "sealed.pdf"
    assert dat("form", "ONESTOP-01", "--blank", "-o", paper).code == 0
    answer = dat("seal", paper, "-o", file)
    assert answer.code == 0
    assert OFFICE in answer.out
    return file


def test_a_sealed_paper_is_whole_and_says_by_whom(dat, sealed, authority):
    answer = dat("check-seal", sealed, "--roots", authority.roots)
    assert answer.code == 0
    assert OFFICE in answer.out
    assert "còn nguyên như khi đóng dấu" in answer.out
    assert "nơi được tin cậy cấp" in answer.out
    told = dat("check-seal", sealed, "--json").json
    assert told["untouched"] is True
    assert [seal["signer"] for seal in told["seals"]] == [OFFICE]
    assert told["seals"][0]["trusted"] is False


def test_the_trusted_roots_may_stand_in_the_settings(
    dat, sealed, authority, monkeypatch
):
    monkeypatch.setenv("DAT_SEAL_ROOTS", str(authority.roots))
    assert dat("check-seal", sealed, "--json").json["seals"][0]["trusted"] is True


def test_a_changed_paper_is_told_with_exit_code_2(dat, sealed):
    content = bytearray(sealed.read_bytes())
    content[len(content) // 3] ^= 1
    sealed.write_bytes(content)
    answer = dat("check-seal", sealed)
    assert answer.code == 2
    assert "sửa" in answer.err or "hỏng" in answer.err
    sealed.write_bytes(bytes(content) + b"\n")
    assert dat("check-seal", sealed).code == 2


def test_something_appended_is_told_with_exit_code_2(dat, sealed):
    sealed.write_bytes(sealed.read_bytes() + b"\n% more\n")
    answer = dat("check-seal", sealed)
    assert answer.code == 2
    assert "có phần thêm vào" in answer.err
    assert dat("check-seal", sealed, "--json").json["untouched"] is False


def test_a_paper_without_a_seal_and_a_file_that_is_none_are_told(dat, tmp_path):
    paper = tmp_path / "paper.pdf"
    dat("form", "ONESTOP-01", "--blank", "-o", paper)
    answer = dat("check-seal", paper)
    assert (answer.code, answer.err) == (2, "Tệp không có dấu số nào.\n")
    paper.write_bytes(b"hello")
    assert "không phải PDF" in dat("check-seal", paper).err
    absent = dat("check-seal", tmp_path / "absent.pdf")
    assert absent.code == 2
    assert "Không đọc được tệp" in absent.err


def test_sealing_without_a_key_says_what_to_set(dat, tmp_path):
    answer = dat("seal", tmp_path / "a.pdf", "-o", tmp_path / "b.pdf")
    assert answer.code == 2
    assert "DAT_SEAL_FILE" in answer.err


def test_a_wrong_password_is_one_clear_sentence(dat, keyed, monkeypatch, tmp_path):
    monkeypatch.setenv("DAT_SEAL_PASSWORD", "đoán bừa")
    answer = dat("seal", tmp_path / "a.pdf", "-o", tmp_path / "b.pdf")
    assert answer.code == 2
    assert "sai mật khẩu" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_without_the_extra_both_commands_say_so_in_one_line(
    dat, keyed, monkeypatch, tmp_path
):
    for name in [name for name in sys.modules if name.startswith("pyhanko")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyhanko", None)
    monkeypatch.delitem(sys.modules, "forms.sealing", raising=False)
    monkeypatch.delattr("forms.sealing", raising=False)
    for command in (
        ("check-seal", tmp_path / "a.pdf"),
        ("seal", tmp_path / "a.pdf", "-o", tmp_path / "b.pdf"),
    ):
        answer = dat(*command)
        assert answer.code == 2
        assert answer.err == (
            "Bản cài đặt này chưa có phần đóng dấu số. "
            "Cài thêm phần `seal` của Dắt (pyHanko).\n"
        )

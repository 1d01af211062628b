"""Bad input: exit 2 and a sentence with the key, what stands there, what is allowed."""

import io
import json

import pytest

from tests.commands.conftest import SITUATIONS

BAD = sorted((SITUATIONS / "bad").glob("*.json"))
GIFT = SITUATIONS / "gift-to-daughter.json"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
@pytest.mark.parametrize("command", ["plan", "estimate", "next"])
def test_a_bad_situation_is_refused_with_a_sentence(dat, command, path):
    answer = dat(command, path)

    assert answer.code == 2
    assert answer.out == ""
    assert "Traceback" not in answer.err
    for line in answer.err.strip().split("\n"):
        key, _, sentence = line.partition(": ")
        assert key
        assert len(sentence.split()) >= 4, line


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("letters-not-drawn", "land.address", "😀"),
        ("name-turned-round", "party[father].full_name", "U+202E"),
        ("text-too-long", "land.origin", "10.000"),
    ],
)
def test_what_no_paper_can_hold_is_refused_by_name(dat, tmp_path, name, key, said):
    path = SITUATIONS / "bad" / f"{name}.json"

    answer = dat("form", "F-CHANGE", path, "-o", tmp_path / "x.pdf")

    assert answer.code == 2
    assert answer.err.startswith(f"{key}: ")
    assert said in answer.err
    assert not (tmp_path / "x.pdf").exists()


def test_a_superseded_edition_is_refused_with_the_one_in_force(dat, tmp_path):
    asked = "vn-nd151-2025/F-CHANGE@2025-07-01"

    answer = dat("form", asked, GIFT, "-o", tmp_path / "x.pdf")

    assert answer.code == 2
    assert f"Không dùng được mẫu {asked} cho ngày 23/11/2026" in answer.err
    assert "Ngày đó dùng bản vn-66-2026/F-CHANGE@2026-07-01" in answer.err
    assert not (tmp_path / "x.pdf").exists()


def test_every_problem_is_told_at_once(dat):
    answer = dat("plan", SITUATIONS / "bad" / "many-at-once.json")

    assert len(answer.err.strip().split("\n")) >= 3


def test_shares_that_do_not_add_up_are_named_with_their_sum(dat):
    answer = dat("plan", SITUATIONS / "bad" / "shares-not-one.json")

    assert "1" in answer.err
    assert "share" in answer.err or "phần" in answer.err


def test_an_old_commune_that_was_split_names_the_new_ones(dat):
    answer = dat("plan", SITUATIONS / "bad" / "commune-split-old-name.json")

    assert answer.err.startswith("commune: ")
    assert answer.err.count("(") >= 2 or answer.err.count(",") >= 1


def test_broken_json_names_the_line_and_the_column(dat, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"province": "66",\n oops}'))

    answer = dat("plan", "-")

    assert answer.code == 2
    assert "dòng 2" in answer.err


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"{", "dòng 1, cột 2"), (b"\xff\xfe", "UTF-8"), (None, "thư mục")],
)
def test_what_is_wrong_with_a_file_is_told_in_vietnamese(dat, tmp_path, content, told):
    given = tmp_path / "told.json"
    given.write_bytes(content) if content else given.mkdir()

    answer = dat("plan", given)

    assert answer.code == 2
    assert told in answer.err
    assert not {"Errno", "codec", "Expecting", "directory"} & set(answer.err.split())


def test_a_file_that_is_not_there_is_named(dat, tmp_path):
    missing = tmp_path / "nothing.json"

    answer = dat("plan", missing)

    assert answer.code == 2
    assert str(missing) in answer.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("due", "--received", "2026-13-01T09:00", "--days", "8"), "2026-13-01T09:00"),
        (("due", "--received", "2026-11-23T09:00", "--days", "-1"), "-1"),
        (("due", "--received", "2026-11-23T09:00", "--days", "1.5"), "1.5"),
        (
            ("due", "--received", "2026-11-23", "--days", "1", "--unit", "moon"),
            "moon",
        ),
        (("form", "F-NOTHING", "--blank", "-o", "f.pdf"), "F-NOTHING"),
        (("packs", "show", "vn-00-nowhere"), "vn-00-nowhere"),
        (("packs", "show", "vn-66-2026", "fly"), "fly"),
        (("packs", "show", "vn-66-2026", "--on", "2026-02-30"), "2026-02-30"),
        (("fly",), "fly"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_an_argument_that_cannot_be_used_is_named(dat, arguments, named):
    answer = dat(*arguments)

    assert answer.code == 2
    assert named in answer.err
    assert "Traceback" not in answer.err


def test_an_unknown_goal_lists_the_goals_there_are(dat, tmp_path):
    situation = json.loads(GIFT.read_text("utf-8")) | {"goal": "fly"}
    path = tmp_path / "s.json"
    path.write_text(json.dumps(situation), "utf-8")

    answer = dat("plan", path)

    assert answer.code == 2
    assert "give" in answer.err
    assert "sell" in answer.err


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_refusal_names_its_key_once(dat, path):
    for line in dat("plan", path).err.strip().split("\n"):
        key, _, sentence = line.partition(": ")
        assert not sentence.startswith(key), line


def test_a_tax_code_with_a_wrong_check_digit_is_refused(dat):
    answer = dat("plan", SITUATIONS / "bad" / "tax-code-check-digit.json")

    assert answer.code == 2
    assert "“0123456786”" in answer.err
    assert "Ví dụ: 0123456787" in answer.err

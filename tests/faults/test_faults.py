"""The harness itself: it kills, it harms, it looks, and it leaves nothing behind."""

import pytest

from service.cli import main
from service.errors import InputError
from service.faults.browser import form_to
from service.faults.chance import Chance
from service.faults.checks import Check
from service.faults.databases import server
from service.faults.nursery import ANYWHERE, Plan, Role, passing
from service.faults.proxy import KINDS, choose

POINTS = ("opened", "moved", "written")


def plans(seed):
    role = Role("web", print, POINTS, 1.0)
    chance = Chance(seed).of("web")
    return [role.plans(chance) for _ in range(50)]


def test_the_same_seed_makes_the_same_choices_and_another_one_others():
    assert plans(7) == plans(7)
    assert plans(7) != plans(8)
    harms = [choose(Chance(7).of("proxy")) for _ in range(2)]
    assert harms[0] == harms[1]


def test_one_chooser_does_not_change_what_another_one_chooses():
    alone = Chance(1).of("player", "a").random()
    chance = Chance(1)
    chance.of("player", "b").random()
    assert chance.of("player", "a").random() == alone


def test_every_point_and_every_kind_of_harm_comes_up():
    assert {plan.point for plan in plans(1)} == {"", ANYWHERE, *POINTS}
    chance = Chance(1).of("proxy")
    assert {choose(chance) for _ in range(2000)} == {"", *KINDS}


def test_who_is_to_die_anywhere_dies_at_the_point_it_passes_then():
    died: list[str] = []
    passed = passing(Plan(ANYWHERE, 2), died.append)
    for point in ("opened", "moved", "written"):
        passed(point)
    assert died == ["moved"]


def test_a_check_that_looked_at_nothing_has_failed():
    assert not Check("looks", 0, ()).ok
    assert Check("looks", 1, ()).ok
    assert not Check("looks", 1, ("wrong",)).ok


def test_a_form_is_read_as_a_browser_reads_it():
    page = (
        '<form method="post" action="/a">'
        '<input type="hidden" name="khoa" value="k&amp;">'
        '<p class="hint" id="f-x-goi-y"> Ví dụ: 25/11/2026</p>'
        '<input name="f-x" value=""><input type="radio" name="r" value="1">'
        '<input type="radio" name="r" value="2" checked><select name="s">'
        '<option value="">-</option><option value="b" selected></option></select>'
        '<button name="nop" value="1">x</button></form>'
    )
    form = form_to(page, "/a")
    assert form is not None
    assert form.plain() == [("khoa", "k&"), ("f-x", ""), ("r", "2"), ("s", "b")]
    assert form.entries["f-x"].example == "25/11/2026"
    assert form_to(page, "/b") is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--seed", "x"], "--seed: phải là số nguyên"),
        (["--seconds", "0"], "--seconds: phải là số giây"),
        (["--seconds", "soon"], "--seconds: phải là số giây"),
        (["--db", "sqlite:///x"], "không phải địa chỉ PostgreSQL"),
        (["--db", "what"], "không phải địa chỉ PostgreSQL"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(capsys, given, told):
    assert main(["faults", *given]) == 2
    assert told in capsys.readouterr().err


def test_a_server_that_cannot_be_reached_is_said_so(tmp_path, capsys):
    nobody = "postgresql://nobody@127.0.0.1:1/nothing"
    assert main(["faults", "--seconds", "1", "--db", nobody]) == 2
    assert "không tạo được lược đồ riêng" in capsys.readouterr().err
    with pytest.raises(InputError), server("mysql://x", tmp_path):
        pass

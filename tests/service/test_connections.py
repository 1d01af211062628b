"""Who does not answer is said to those who wait for it, and to nobody else."""

import argparse
import json

import pytest

from service.commands import check_config, export, reconcile
from service.errors import InputError
from service.usecases.following.follow_case import follow
from service.usecases.outside.receive import hear
from service.usecases.outside.silences import silent_offices
from service.usecases.playing.demo import seed_people
from tests.factories import filed
from tests.service.test_linked_cases import at_the_tax_office
from tests.service.test_office_lines import falls_silent, line_of
from tests.visitor import Visitor

PASSWORD = "ban-thu-nghiem-2026"
WORDS = "Cơ quan thuế chưa trả lời từ 9 giờ 00, 25/11/2026."


@pytest.fixture
def waiting(desk):
    """A gift whose sheet waits for a tax office that does not answer."""
    seed_people(desk)
    desk.ports.tax.twin.faults.fail = 10**9
    falls_silent(desk)
    return at_the_tax_office(desk)


def test_the_citizen_reads_who_is_silent_since_when_and_that_he_need_do_nothing(
    desk, waiting
):
    matter, case, child = waiting
    for code in (matter.code, case, child):
        page = Visitor(desk).opens(f"/tra-cuu?ma={code}")
        assert WORDS in page.text
        assert "ông bà chưa phải làm gì" in page.text
    own = Visitor(desk).reopens(matter.code, matter.pin)
    assert WORDS in own.opens(f"/ho-so/{matter.code}").text


def test_who_does_not_wait_for_the_silent_office_reads_nothing_of_it(desk):
    falls_silent(desk)
    matter = filed(desk)
    assert follow(desk, matter.code).silences == ()
    assert "chưa trả lời" not in Visitor(desk).opens(f"/tra-cuu?ma={matter.code}").text


def test_one_call_without_an_answer_alarms_nobody(desk):
    falls_silent(desk, 4)
    at_the_tax_office(desk)
    assert silent_offices(desk) == ()


def test_the_clerk_reads_it_on_the_desk_and_on_the_case(desk, waiting):
    _, case, _ = waiting
    clerk = Visitor(desk).signs_in("datdai", PASSWORD)
    assert WORDS in clerk.opens("/can-bo").text
    assert WORDS in clerk.opens(f"/can-bo/ho-so/{case}").text


def test_the_administrator_sees_every_office_and_lets_one_be_tried_now(
    desk, desks, waiting
):
    _, case, child = waiting
    visitor = Visitor(desk).signs_in("quantri", PASSWORD)
    page = visitor.opens("/quan-tri/ket-noi").text
    assert "từ 9 giờ 00, 25/11/2026" in page
    assert "Tổ chức công chứng" in page
    desk.ports.tax.twin.faults.fail = 0
    one = visitor.opens("/quan-tri/ket-noi/tax")
    for code in (case, child):
        assert code not in one.text
    one.sends("/quan-tri/ket-noi/tax/thu")
    assert "Cơ quan trả lời" in one.text
    assert line_of(desk).opened_at is None


def test_a_comparison_by_hand_stands_with_its_outcome_and_its_maker(desk, waiting):
    del waiting
    visitor = Visitor(desk).signs_in("quantri", PASSWORD)
    visitor.opens("/quan-tri/ket-noi/notary").sends(
        "/quan-tri/ket-noi/notary/doi-chieu"
    )
    assert "Đã đối chiếu xong." in visitor.text
    assert "khớp" in visitor.text


def test_the_log_is_read_page_by_page_without_the_words_of_messages(desk, waiting):
    _, _, child = waiting
    for number in range(55):
        told = {"id": f"message-{number}", "case": child, "event": "take_up"}
        told |= {"facts": {"a": "Nguyễn Văn Bí Mật"}}
        raw = json.dumps(told | {"sent_at": desk.now().isoformat()}).encode()
        hear(desk, "tax", raw)
    visitor = Visitor(desk).signs_in("quantri", PASSWORD)
    first = visitor.opens("/quan-tri/ket-noi/tax").text
    assert first.count("take_up") == 50
    assert "?truoc=6" in first
    assert visitor.opens("/quan-tri/ket-noi/tax?truoc=6").text.count("take_up") == 5
    assert "Bí Mật" not in first


@pytest.mark.parametrize("path", ["/quan-tri/ket-noi", "/quan-tri/ket-noi/tax"])
def test_only_administrators_see_the_connections(desk, path):
    seed_people(desk)
    assert Visitor(desk).signs_in("thue", PASSWORD).opens(path).status == 403
    administrator = Visitor(desk).signs_in("quantri", PASSWORD)
    assert administrator.opens(path).status == 200
    assert administrator.opens("/quan-tri/ket-noi/police").status == 404


# --- the command line -----------------------------------------------------------------


def run(command, desk, monkeypatch, capsys, *words):
    """Run a command on the desk of the test; return its code and what it printed."""
    monkeypatch.setattr(command, "migrated_desk", lambda: desk)
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    capsys.readouterr()
    code = command.run(parser.parse_args(words))
    return code, capsys.readouterr().out


def test_dat_reconcile_tells_what_each_office_and_we_have(desk, monkeypatch, capsys):
    filed(desk)
    code, out = run(reconcile, desk, monkeypatch, capsys, "--office", "tax")
    assert (code, out) == (0, "Cơ quan thuế: khớp.\n")
    falls_silent(desk)
    code, out = run(reconcile, desk, monkeypatch, capsys, "--office", "tax", "--json")
    assert code == 1
    assert json.loads(out)[0]["error"].startswith("silent")
    with pytest.raises(InputError, match="police"):
        run(reconcile, desk, monkeypatch, capsys, "--office", "police")


def test_dat_export_exchange_prints_the_chained_lines(desk, monkeypatch, capsys):
    hear(desk, "tax", b"no json")
    code, out = run(export, desk, monkeypatch, capsys, "exchange")
    (line,) = map(json.loads, out.splitlines())
    assert code == 0
    assert (line["office"], line["seq"], line["outcome"]) == ("tax", 1, "quarantined")
    assert (
        run(export, desk, monkeypatch, capsys, "exchange", "--to", "2026-11-24")[1]
        == ""
    )
    with pytest.raises(InputError, match="notary"):
        run(export, desk, monkeypatch, capsys, "exchange", "--office", "notary")


def test_dat_check_config_says_of_each_office_how_it_is_connected(
    desks, monkeypatch, capsys
):
    desk = desks.make(gateways={"tax": "http://127.0.0.1:9"})
    _, out = run(check_config, desk, monkeypatch, capsys, "--json")
    told = {each["office"]: each for each in json.loads(out)["offices"]}
    assert (told["tax"]["mode"], told["notary"]["mode"]) == ("simulated", "twin")
    assert told["tax"]["lacks"] is not None
    assert told["notary"]["lacks"] is None


def test_an_office_that_is_silent_keeps_nobody_from_working_and_readyz_says_so(desk):
    falls_silent(desk)
    page = Visitor(desk).opens("/readyz")
    assert page.status == 200
    silent = json.loads(page.text)["offices_silent"]
    assert silent == {"Cơ quan thuế": desk.now().isoformat()}

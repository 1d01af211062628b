"""A whole journey, every office, up to the hand-over of the result."""

import hashlib
import json
from functools import cache
from pathlib import Path

import pytest

from service.composition import rehearsal_desk
from service.usecases.rehearse import rehearse
from tests.factories import GIFT, MORTGAGED_SALE

SAMPLES = sorted((Path(__file__).parents[1] / "situations").glob("*.json"))
SITUATIONS = {"gift": GIFT, "sale": MORTGAGED_SALE}


@cache
def played(name, folder):
    return rehearse(rehearsal_desk, SITUATIONS[name], 1, folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("papers")


def test_the_gift_ends_with_the_certificate_handed_over_by_four_offices(folder):
    play = played("gift", folder)
    assert play["outcome"] == "done", play["reason"]
    assert play["faults"] == []
    kinds = {move["office_kind"] for move in play["moves"]} - {None}
    assert kinds == {"notary", "one_stop", "land_branch", "tax"}
    assert any(move["event"] == "hand_over" for move in play["moves"])
    by_law = [
        move
        for move in play["moves"]
        if move["handled"] == "moved" and move["event"] != "start"
    ]
    assert all(move["basis"] for move in by_law)
    times = [move["at"] for move in play["moves"]]
    assert times == sorted(times)


def test_every_paper_is_written_with_its_hash(folder):
    play = played("gift", folder)
    assert {"F-CHANGE", "ONESTOP-01"} <= {paper["form"] for paper in play["papers"]}
    for paper in play["papers"]:
        content = (folder / paper["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == paper["sha256"]


def test_a_mortgaged_sale_discharges_first_and_its_clock_waits_for_the_payment(folder):
    play = played("sale", folder)
    assert play["outcome"] == "done", play["reason"]
    order = list(dict.fromkeys(move["procedure"] for move in play["moves"]))
    assert order.index("discharge_mortgage") < order.index("notarize_contract")
    clocks = [move["clock"] for move in play["moves"]]
    assert "stopped: tax_determination" in clocks
    assert "stopped: citizen_payment" in clocks


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_situation_is_played_to_its_end_without_a_fault(path):
    play = rehearse(rehearsal_desk, json.loads(path.read_text("utf-8")), 1, None)
    assert play["outcome"] == "done", play["reason"]
    assert play["faults"] == []


def test_the_same_seed_gives_the_same_moves(folder):
    once = played("gift", folder)["moves"]
    again = rehearse(rehearsal_desk, GIFT, 1, None)["moves"]
    assert again == once

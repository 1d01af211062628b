"""``dat demo`` fills a month; ``dat export cases`` gives its figures once more."""

import json
from datetime import timedelta

import pytest

from service.cli import main
from service.commands.inputs import today
from tests import slow_figures

TODAY = today()
COUNTED = ("total", "on_time", "late", "rate")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """Return the data directory of an installation with a month of forty people."""
    folder = tmp_path_factory.mktemp("month")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DAT_DATA_DIR", str(folder))
        assert main(["demo", "--matters", "40", "--json"]) == 0
    return folder


@pytest.fixture
def data_dir(filled):
    """Run the commands of this module on the filled installation."""
    return filled


@pytest.fixture
def lines(dat):
    return [json.loads(line) for line in dat("export", "cases").out.splitlines()]


@pytest.mark.parametrize(("since", "until"), [(45, 0), (20, 8), (3, 3)])
def test_the_figures_of_the_month_are_those_of_a_slow_calculator(
    dat, lines, since, until
):
    first, last = TODAY - timedelta(days=since), TODAY - timedelta(days=until)
    told = dat("figures", "--from", first, "--to", last, "--json").json
    assert {key: told[key] for key in COUNTED} == slow_figures.table(lines, first, last)
    for key, groups in (("office", "by_office"), ("procedure", "by_procedure")):
        quick = {
            each[key]: {name: each[name] for name in COUNTED} for each in told[groups]
        }
        assert quick == slow_figures.by(lines, key, first, last)


def test_an_office_alone_has_what_it_has_among_the_others(dat, lines):
    days = TODAY - timedelta(days=45), TODAY
    office, expected = slow_figures.by(lines, "office", *days).popitem()
    period = ("--from", days[0], "--to", days[1])
    alone = dat("figures", *period, "--office", office, "--json").json
    assert {key: alone[key] for key in COUNTED} == expected


def test_the_month_has_something_of_everything(dat, lines):
    first = TODAY - timedelta(days=45)
    told = dat("figures", "--from", first, "--to", TODAY, "--json").json
    assert told["total"] >= 60
    assert 70 < told["rate"] < 100
    assert told["late"] > 0
    assert told["open"] > 0
    assert set(told["returns"]) >= {"counter", "supplement"}
    assert {each["office"] for each in told["by_office"]} >= {
        "land-branch-66", "notary-66", "tax-66"
    }  # fmt: skip
    assert len(told["by_procedure"]) >= 6
    for share in ("online", "digitised", "paid_online"):
        assert 0 < told[share]["part"] < told[share]["whole"]
    assert {line["end_status"] for line in lines} >= {8, 9, None}
    assert any(line["supplements"] for line in lines)


def test_the_verdict_on_each_case_can_be_asked_for(dat, lines):
    first = TODAY - timedelta(days=45)
    told = dat("figures", "--from", first, "--to", TODAY, "--json", "--cases").json
    verdicts = {each["code"]: each["verdict"] for each in told["cases"]}
    assert len(verdicts) == told["total"] + told["without_appointment"]
    for line in lines:
        slow = slow_figures.verdict(line, first, TODAY)
        if slow != "out":
            assert (verdicts[line["code"]] == "on_time") == (slow == "on time")


def test_a_person_reads_the_figures_in_plain_words(dat):
    first = TODAY - timedelta(days=45)
    said = dat("figures", "--from", first, "--to", TODAY).out
    for word in ("Tất cả: đúng hạn", "Theo cơ quan:", "Theo thủ tục:", "Theo tháng:"):
        assert word in said


def test_a_second_demo_adds_no_month(dat, lines):
    dat("demo", "--json")
    assert len(dat("export", "cases").out.splitlines()) == len(lines)


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (("--from", "2026-11-02", "--to", "2026-11-01"), "--to"),
        (("--from", "2026-13-02", "--to", "2026-11-01"), "--from"),
        (("--from", "2026-11-01", "--to", "2026-11-02", "--office", "x"), "--office"),
    ],
)
def test_what_cannot_be_asked_is_named(dat, asked, key):
    refused = dat("figures", *asked)
    assert refused.code == 2
    assert refused.err.startswith(key)


def test_the_help_says_how_it_is_counted(dat):
    with pytest.raises(SystemExit) as ended:
        dat("figures", "--help")
    assert ended.value.code == 0

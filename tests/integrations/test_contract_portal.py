"""The national portal: the same cases over the twin, and over HTTP to it."""

import pytest
from pydantic import SecretStr

from integrations.errors import OfficeRefusedError, OfficeUnavailableError
from integrations.messages import PortalRecord
from integrations.portal.gateway import connect
from integrations.portal.sandbox import PortalSandbox
from integrations.portal.trial import trial_account
from integrations.twin import Twin
from tests.conftest import Hour
from tests.integrations.over_http import DOUBTS, KEY, an_office

CODE = "H15.01-261125-0007"


def told(status, at="20261125090000", **more):
    dossier = {"MaHoSo": CODE, "ChuHoSo": "H' Hoa Niê Kđăm", "TrangThaiHoSo": status}
    progress = {"MaHoSo": CODE, "ThoiDiemXuLy": at, "TrangThai": status}
    return PortalRecord(code=CODE, dossier=dossier | more, progress=progress)


class InProcess:
    def __init__(self, hour):
        self.twin = Twin("portal", hour)
        self.port = self.sandbox = PortalSandbox(self.twin)


@pytest.fixture(params=["twin", "wire"])
def portal(request, tmp_path):
    hour = Hour()
    if request.param == "twin":
        yield InProcess(hour)
        return
    with an_office(tmp_path, "portal", hour) as office:
        office.port = office.reach(connect, trial_account(KEY))
        yield office


def states(portal):
    return [each.dossier["TrangThaiHoSo"] for each in portal.sandbox.told(CODE)]


def test_a_dossier_is_kept_with_its_step_and_can_be_looked_up(portal):
    assert portal.port.look_up(CODE) is None
    portal.port.synchronise(told("1"), key="a")
    portal.port.synchronise(told("4", "20261125100000"), key="b")
    assert portal.port.look_up(CODE).status == "4"
    assert portal.sandbox.told(CODE) == (told("1"), told("4", "20261125100000"))


def test_the_same_state_twice_changes_nothing_and_back_again_is_a_change(portal):
    portal.port.synchronise(told("4"), key="a")
    portal.port.synchronise(told("4"), key="a")
    assert states(portal) == ["4"]
    portal.port.synchronise(told("5", "20261125100000"), key="b")
    portal.port.synchronise(told("4", "20261125110000"), key="c")
    assert states(portal) == ["4", "5", "4"]
    assert portal.port.look_up(CODE).status == "4"


def test_a_failing_portal_is_told_again(portal):
    portal.twin.faults.fail = 1
    with pytest.raises(OfficeUnavailableError):
        portal.port.synchronise(told("1"), key="a")
    portal.twin.faults.lose_answer = 1
    with pytest.raises(OfficeUnavailableError):
        portal.port.synchronise(told("1"), key="a")
    portal.port.synchronise(told("1"), key="a")
    assert states(portal) == ["1"]


# --- what only the wire has -----------------------------------------------------------


@pytest.mark.parametrize("doubt", sorted(DOUBTS))
def test_over_the_wire_a_doubt_is_a_doubt_and_the_repeat_settles_it(tmp_path, doubt):
    with an_office(tmp_path, "portal", Hour()) as office:
        port = office.reach(connect, trial_account(KEY))
        port.check()
        with office.in_doubt(doubt):
            port.synchronise(told("1"), key="a")
        port.synchronise(told("1"), key="a")
        assert states(office) == ["1"]


def test_a_session_that_is_over_is_opened_once_more(tmp_path):
    hour = Hour()
    with an_office(tmp_path, "portal", hour) as office:
        port = office.reach(connect, trial_account(KEY))
        port.synchronise(told("1"), key="a")
        hour.later(hours=1)
        port.synchronise(told("4"), key="b")
        assert states(office) == ["1", "4"]


@pytest.mark.parametrize(
    "wrong", [{"username": "ai"}, {"password": SecretStr("x")}, {"unit": "H1"}]
)
def test_who_is_not_let_in_is_refused(tmp_path, wrong):
    with an_office(tmp_path, "portal", Hour()) as office:
        account = trial_account(KEY).model_copy(update=wrong)
        port = office.reach(connect, account)
        with pytest.raises(OfficeRefusedError, match="403"):
            port.synchronise(told("1"), key="a")
        assert office.twin.seen == {}


def test_a_dossier_without_its_code_is_refused(tmp_path):
    with an_office(tmp_path, "portal", Hour()) as office:
        port = office.reach(connect, trial_account(KEY))
        record = PortalRecord(code=CODE, dossier={"MaHoSo": ""}, progress={})
        with pytest.raises(OfficeRefusedError, match="DongBoHoSoMC: error 422"):
            port.synchronise(record, key="a")


def test_a_portal_killed_and_started_again_knows_its_dossiers(tmp_path):
    for times in (1, 2):
        with an_office(tmp_path, "portal", Hour()) as office:
            port = office.reach(connect, trial_account(KEY))
            port.synchronise(told("4"), key="a")
            assert states(office) == ["4"]
            assert (times, office.twin.repeats) in {(1, 0), (2, 2)}


def test_it_waits_in_one_session_for_all(tmp_path):
    with an_office(tmp_path, "portal", Hour()) as office:
        written = []
        line = office.line()
        port = office.keep(
            connect(
                type(line)(
                    line.office,
                    line.address,
                    line.secret,
                    line.clock,
                    line.seconds,
                    written.append,
                ),
                trial_account(KEY),
            )
        )
        for minute in range(3):
            port.synchronise(told("4", f"2026112509{minute:02d}00"), key=str(minute))
        logins = [each for each in written if each.what == "login"]
        assert len(logins) == 1

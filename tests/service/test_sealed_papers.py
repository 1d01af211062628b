"""An installation with a key seals what its offices hand out, and nothing else."""

from dataclasses import replace

import pytest

from forms.errors import SealError
from forms.sealing import check_seals, load_roots, untouched
from service.composition import build_seal, rehearsal_desk
from service.settings import Settings
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.fill_forms import case_paper
from tests.conftest import the_press
from tests.factories import act, clerk, filed, finish, row_of
from tests.seals import OFFICE, PASSWORD, Authority


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def settings(authority, tmp_path):
    return Settings(
        data_dir=tmp_path, seal_file=authority.key(), seal_password=PASSWORD
    )


def accepted(desk):
    """Hand in a gift, take it in at the counter; return the citizen and the case."""
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case)
    case = submit(
        desk, matter.citizen, matter.code, "register_gift", idempotency_key=None
    )
    act(desk, clerk(desk, "one-stop"), case, "accept")
    run_until_idle(desk)
    return matter.citizen, case


def stored(desk, case):
    with desk.database.reading() as uow:
        return {
            kept.form: uow.records.document("66", kept.id)
            for kept in uow.records.documents("66", row_of(desk, case).id)
        }


def test_the_counters_receipt_is_sealed_and_the_citizens_form_is_not(
    desks, settings, authority
):
    desk = replace(desks.make(), seal=build_seal(settings, desks.hour))
    citizen, case = accepted(desk)
    kept = stored(desk, case)
    roots = load_roots(authority.roots)
    (seal,) = seals = check_seals(kept["ONESTOP-01"][1], roots, desk.now())
    assert (seal.signer, seal.at, seal.trusted) == (OFFICE, desk.now(), True)
    assert untouched(seals)
    assert check_seals(kept["F-CHANGE"][1], roots, desk.now()) == ()
    # The sealed bytes are never taken for the paper as it comes out of the press.
    assert kept["ONESTOP-01"][0].made_from is None
    assert kept["F-CHANGE"][0].made_from is not None
    shown = case_paper(desk, citizen, case, "ONESTOP-01").pdf
    assert check_seals(shown, roots, desk.now()) == ()


def test_without_a_key_nothing_is_sealed(desk, authority):
    _, case = accepted(desk)
    row, content = stored(desk, case)["ONESTOP-01"]
    assert check_seals(content, (), desk.now()) == ()
    assert row.made_from is not None


def test_a_key_that_does_not_open_stops_the_service_before_it_starts(settings, desks):
    wrong = settings.model_copy(update={"seal_password": Settings().seal_password})
    with pytest.raises(SealError, match="sai mật khẩu"):
        build_seal(wrong, desks.hour)


def test_a_rehearsal_seals_nothing_whatever_the_installation_has(
    monkeypatch, authority, desks, tmp_path
):
    monkeypatch.setenv("DAT_SEAL_FILE", str(authority.key()))
    monkeypatch.setenv("DAT_SEAL_PASSWORD", PASSWORD)
    desk = rehearsal_desk(tmp_path / "played", desks.hour, 1, press=the_press())
    assert desk.seal is None

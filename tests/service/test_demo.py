"""The demo has something to show on every desk, and seeds only once."""

import pytest

from service.auth.sessions import open_matter, sign_in
from service.usecases.demo import seed
from service.usecases.list_work import worklist
from service.usecases.verify_audit import verify_audit


@pytest.fixture
def seeded(desk):
    return seed(desk)


def test_the_demo_fills_the_desks_and_its_sign_ins_work(desk, seeded):
    clerks = [account for account in seeded if account.path == "/can-bo"]
    filled = 0
    for account in clerks:
        actor = sign_in(desk, account.name, account.password).actor
        filled += bool(worklist(desk, actor).rows)
    assert filled >= 4
    matters = [account for account in seeded if account.path == "/tra-cuu"]
    assert len(matters) >= 4
    for matter in matters:
        assert open_matter(desk, matter.name, matter.password).actor.matter_id
    assert verify_audit(desk).ok


def test_the_demo_seeds_once(desk, seeded):
    again = seed(desk)
    assert [each.name for each in again] == [
        each.name for each in seeded if each.path != "/tra-cuu"
    ]

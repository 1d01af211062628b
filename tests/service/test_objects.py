"""Papers in a store that speaks S3, over real HTTP: nothing lost, nothing left over."""

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import text

from integrations.objects.gateway import S3Store
from integrations.objects.store import ObjectPlace
from service.composition import system_clock
from service.errors import StoreAwayError
from service.faults.world import BlankPrinter
from service.persistence.database import downgrade
from service.secrecy.key_ring import UnsealableError
from service.usecases.cases.decide import raise_event
from service.usecases.operation.back_up import back_up, verify_backup
from service.usecases.operation.check_setup import check_setup
from service.usecases.outside.deliver import deliver_outbox
from service.usecases.outside.working import run_until_idle
from service.usecases.papers.outside_papers import (
    bring_back,
    delete_gone,
    look_outside,
    seal_outside_again,
    sweep_outside,
    take_out,
)
from tests.factories import clerk, filed, row_of
from tests.processes import a_free_port
from tests.visitor import at_the_counter_of

PAPER = b"%PDF-1.7 a page that is easily known again"
KEYS = {"aws_access_key_id": "of-the-test", "aws_secret_access_key": "of-the-test"}


@pytest.fixture(scope="module")
def server():
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def place(server, request):
    name = f"papers-{abs(hash(request.node.nodeid)) % 10**9}"
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1", **KEYS)
    client.create_bucket(Bucket=name)
    client.close()
    return ObjectPlace(
        address=server, bucket=name, key="of-the-test", secret="of-the-test"
    )


@pytest.fixture
def inside(desk):
    return replace(desk, press=BlankPrinter(PAPER))


@pytest.fixture
def outside(inside, place):
    """The same desk, its papers in the store."""
    return stored_at(inside, place)


def stored_at(desk, place):
    return replace(desk, database=replace(desk.database, objects=S3Store(place)))


def printed(desk):
    """Let a paper be printed by the worker; return its case."""
    case = filed(desk).case
    raise_event(desk, clerk(desk, "notary"), case, "accept", idempotency_key=None)
    run_until_idle(desk)
    desk.clock.later(hours=1)
    run_until_idle(desk)
    return case


def papers(desk, case):
    row = row_of(desk, case)
    with desk.database.reading() as uow:
        listed = uow.records.documents(row.tenant_id, row.id)
        return [uow.records.document(row.tenant_id, each.id)[1] for each in listed]


def lying(desk):
    return {each.name for each in desk.database.objects.lying()}


def bytes_inside(desk):
    with desk.database.engine.connect() as connection:
        found = connection.execute(text("SELECT content FROM document")).scalars()
        return [bytes(each) for each in found]


def drop_papers(desk):
    with desk.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM document"))


def test_a_paper_lies_outside_sealed_and_a_clerk_reads_it_as_ever(outside):
    case = printed(outside)

    names = lying(outside)
    assert len(names) == len(papers(outside, case)) > 0
    for name in names:
        assert PAPER not in outside.database.objects.get(name)
    assert max(map(len, bytes_inside(outside))) < 2 * len(PAPER)
    row = row_of(outside, case)
    with outside.database.reading() as uow:
        (first, *_) = uow.records.documents(row.tenant_id, row.id)
    clerk_ = at_the_counter_of(outside, "notary")
    assert clerk_.client.get(f"/can-bo/giay/{first.id}").content == PAPER
    assert not [each for each in check_setup(outside) if each.rule == "objects"]


def test_what_is_put_into_another_row_does_not_open_there(outside):
    one, other = printed(outside), printed(outside)
    with outside.database.engine.begin() as connection:
        asked = text("SELECT object_name FROM document")
        names = list(connection.execute(asked).scalars())
        swap = text("UPDATE document SET object_name = :b WHERE object_name = :a")
        connection.execute(swap, {"a": names[-1], "b": names[0]})
    with pytest.raises(UnsealableError):
        papers(outside, one) + papers(outside, other)


def test_papers_go_out_and_come_back_while_people_work(inside, place):
    case = printed(inside)
    before = papers(inside, case)
    outside = stored_at(inside, place)

    assert list(take_out(outside))[-1] == 0
    assert papers(outside, case) == before
    later = printed(outside)
    assert look_outside(outside).missing == ()

    assert list(bring_back(outside))[-1] == 0
    assert papers(outside, case) == before
    assert papers(outside, later) == before
    while delete_gone(outside):
        pass
    assert lying(outside) == set()


def test_a_store_that_is_away_loses_nothing_and_is_said_in_words(outside, place):
    case = filed(outside).case
    run_until_idle(outside)
    gone = place.model_copy(
        update={"address": f"http://127.0.0.1:{a_free_port()}", "seconds": 0.5}
    )
    away = stored_at(outside, gone)
    raise_event(away, clerk(away, "notary"), case, "accept", idempotency_key=None)
    away.clock.later(hours=1)
    with pytest.raises(StoreAwayError):
        run_until_idle(away)
    assert [each.rule for each in check_setup(away) if each.rule == "objects"]

    back = stored_at(outside, place)
    run_until_idle(back)
    assert papers(back, case)
    away = stored_at(outside, gone)
    row = row_of(away, case)
    with away.database.reading() as uow:
        (first, *_) = uow.records.documents(row.tenant_id, row.id)
    page = at_the_counter_of(away, "notary").opens(f"/can-bo/giay/{first.id}")
    assert page.status == 503
    assert "Kho giấy tờ chưa trả lời" in page.text


class Died(BaseException):
    """The process ends between the object and the commit."""


def dies(point):
    if point == "delivered":
        raise Died


def test_what_a_failed_transaction_left_outside_is_swept_and_nothing_else(outside):
    case = filed(outside).case
    run_until_idle(outside)
    raise_event(outside, clerk(outside, "notary"), case, "accept", idempotency_key=None)
    outside.clock.later(hours=1)
    for _ in range(3):
        # The letter of the move goes first; the paper is the second or third effect.
        with pytest.raises(Died):
            run_until_idle(replace(outside, passing=dies))
        if lying(outside):
            break
        deliver_outbox(outside, limit=1)
    assert look_outside(outside).nobodys == 1
    run_until_idle(outside)
    now = replace(outside, clock=system_clock)

    assert sweep_outside(now) == 0, "a transaction may be open still"
    later = replace(now, clock=lambda: system_clock() + timedelta(days=2))
    assert sweep_outside(later) == 1
    assert look_outside(outside).nobodys == 0
    assert look_outside(outside).missing == ()
    assert papers(outside, case)


def test_what_a_row_lets_go_is_deleted_once_that_is_committed(outside):
    printed(outside)
    names = lying(outside)
    drop_papers(outside)

    assert lying(outside) == names, "nothing goes before the commit"
    assert delete_gone(outside) == len(names)
    assert lying(outside) == set()
    assert delete_gone(outside) == 0


def test_a_backup_says_what_lies_outside_and_a_trial_finds_what_lacks(
    outside, tmp_path
):
    printed(outside)
    path, manifest = back_up(outside, tmp_path)

    assert manifest.objects == len(lying(outside)) > 0
    assert verify_backup(outside, path).ok
    lost = min(lying(outside))
    outside.database.objects.delete(lost)
    proved = verify_backup(outside, path)
    assert not proved.ok
    assert proved.missing == (lost,)


def test_papers_outside_come_under_a_new_key(outside):
    case = printed(outside)
    before, names = papers(outside, case), lying(outside)

    assert seal_outside_again(outside.database, "another-key-than-theirs") > 0
    assert papers(outside, case) == before
    while delete_gone(outside):
        pass
    assert not names & lying(outside)
    assert look_outside(outside).missing == ()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_older_schema_is_refused_while_papers_lie_outside(outside, database):
    printed(outside)
    with pytest.raises(RuntimeError, match="bring-back"):
        downgrade(database, "0006")
    list(bring_back(outside))
    downgrade(database, "0006")

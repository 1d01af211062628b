"""What was written stays provable by a few hundred bytes kept outside."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import (
    bindparam,
    column,
    delete,
    insert,
    select,
    table,
    text,
    update,
)

from service.errors import InputError
from service.persistence.audit import FIRST, chained
from service.persistence.custody import LinkRow, link_of
from service.persistence.sealing import placed, ring_of, seal_text, sealed_columns
from service.persistence.tables.cases import case, case_move
from service.persistence.tables.custody import audit_link
from service.persistence.tables.people import admin_log
from service.secrecy.key_ring import FileRing, made_of, make_ring
from service.secrecy.signing import Signer, signed_by
from service.usecases.cases.moving import RECOUNT
from service.usecases.custody.audit_heads import (
    head_when_due,
    heads,
    make_head,
    read_heads,
)
from service.usecases.custody.verify_audit import verify_audit
from tests.conftest import MORNING
from tests.factories import (
    PASSWORD,
    act,
    an_account,
    clerk,
    filed,
    row_of,
)
from tests.visitor import Visitor

LINES = 1000


@pytest.fixture
def kept(desks):
    """Return a desk that sends its heads to a folder elsewhere."""
    return desks.make(audit_head_hour=0, audit_head_dir=desks.folder / "elsewhere")


def long_case(desk):
    """Return a case whose history has a thousand lines that the verifier accepts."""
    code = filed(desk).case
    row = row_of(desk, code)
    with desk.database.transaction() as uow:
        before, head = uow.cases.last_move("66", row.id), row.head_hash
        lines = []
        for seq in range(row.version + 1, LINES + 1):
            body = {**before.body, "kind": RECOUNT, "n": seq}
            after = chained(head, row.id, seq, body)
            lines.append(
                {
                    "tenant_id": "66", "case_id": row.id, "seq": seq, "at": desk.now(),
                    "body": body, "prev_hash": head, "hash": after,
                }
            )  # fmt: skip
            head = after
        connection = uow.cases.connection
        connection.execute(
            insert(case_move), [placed(case_move, each) for each in lines]
        )
        connection.execute(
            update(case)
            .where(case.c.id == row.id)
            .values(version=LINES, head_hash=head)
        )
    return code, row.id


def tamper(desk, *statements):
    """Do what somebody can who has the database, its keys, and no head from before."""
    with desk.database.engine.connect() as connection, connection.begin():
        if desk.database.dialect == "sqlite":
            found = connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).scalars()
            for name in found.all():
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(
                *statement if isinstance(statement, tuple) else (statement,)
            )


def line(id_, seq):
    return (case_move.c.case_id == id_) & (case_move.c.seq == seq)


def swap(id_, one, other):
    return [
        update(case_move).where(line(id_, a)).values(seq=b)
        for a, b in ((one, -1), (other, one), (-1, other))
    ]


def changed(id_):
    values = {"tenant_id": "66", "case_id": id_, "seq": 500, "body": {"kind": "forged"}}
    told = placed(case_move, values)
    statement = update(case_move).where(line(id_, 500)).values(body=bindparam("told"))
    return [(statement, {"told": told["body"]})]


def inserted(id_):
    values = {
        "tenant_id": "66", "case_id": id_, "seq": LINES + 1, "at": MORNING,
        "body": {"kind": RECOUNT}, "prev_hash": FIRST, "hash": FIRST,
    }  # fmt: skip
    return [(insert(case_move), placed(case_move, values))]


KINDS = {
    "change": (changed, 500),
    "deletion": (lambda id_: [delete(case_move).where(line(id_, 500))], 500),
    "insertion": (inserted, LINES + 1),
    "reorder": (lambda id_: swap(id_, 400, 401), 400),
    "truncation": (
        lambda id_: [
            delete(case_move).where(case_move.c.case_id == id_, case_move.c.seq > 900)
        ],
        900,
    ),
}


def test_each_kind_of_tampering_is_found_and_its_first_line_is_named(desk, desks):
    """Five kinds on one log of a thousand lines, which is put back after each."""
    code, id_ = long_case(desk)
    assert verify_audit(desk).ok
    with desk.database.reading() as uow:
        rows = uow.cases.connection.execute(
            select(case_move).where(case_move.c.case_id == id_)
        )
        whole = [placed(case_move, dict(row)) for row in rows.mappings()]
    for kind, (statements, first) in KINDS.items():
        tamper(desk, *statements(id_))
        (found,) = verify_audit(desk).findings
        assert (found.case_code, found.seq) == (code, first), kind
        gone = delete(case_move).where(case_move.c.case_id == id_)
        tamper(desk, gone, (insert(case_move), whole))
    assert verify_audit(desk).ok


def test_a_line_of_before_whose_keys_stand_in_another_order_still_holds(desk):
    """Older programs sealed a body as it was made; its sum was always the same."""
    id_ = row_of(desk, filed(desk).case).id
    with desk.database.reading() as uow:
        first = uow.cases.moves("66", id_)[0]
    kind = sealed_columns(case_move)["body"]
    about = kind.about({"tenant_id": "66", "case_id": id_, "seq": first.seq})
    told = json.dumps(dict(reversed(first.body.items())), ensure_ascii=False)
    for text_, ok in ((told, True), (told.replace("start", "begin"), False)):
        sealed = seal_text(ring_of(desk.database.engine.dialect), text_, about)
        raw = update(
            table("case_move", column("case_id"), column("seq"), column("body"))
        )
        tamper(
            desk,
            raw.where(column("case_id") == id_, column("seq") == 1).values(body=sealed),
        )
        assert verify_audit(desk).ok is ok


def cut(desk, id_, to):
    """Take the end of a history away, and mend the row of the case as well."""
    with desk.database.reading() as uow:
        history = uow.cases.moves("66", id_)
    tamper(
        desk,
        delete(case_move).where(case_move.c.case_id == id_, case_move.c.seq > to),
        update(case)
        .where(case.c.id == id_)
        .values(version=to, head_hash=history[to - 1].hash),
    )


def without_links(desk, chain):
    """Take a chain out of the links, and chain the others anew."""
    with desk.database.reading() as uow:
        left = [row for row in uow.custody.links("66") if row.chain != chain]
    before, rows = FIRST, []
    for n, row in enumerate(left, start=1):
        before = link_of(before, row.chain, row.seq, row.hash)
        rows.append(replace(row, n=n, link=before))
    tamper(desk, delete(audit_link))
    with desk.database.transaction() as uow:
        uow.custody.add_links(rows)


def test_a_cut_end_is_found_by_the_links_though_the_case_was_mended(kept):
    code, id_ = long_case(kept)
    make_head(kept)
    cut(kept, id_, LINES - 1)
    assert [
        (found.case_code, found.seq, found.kind)
        for found in verify_audit(kept).findings
    ] == [(code, LINES, "cut")]


def test_a_cut_end_is_found_by_the_outside_head_alone(kept):
    _, id_ = long_case(kept)
    make_head(kept)
    outside = read_heads(kept.settings.audit_head_dir)
    cut(kept, id_, LINES - 1)
    without_links(kept, id_)
    assert verify_audit(kept).ok, "inside all was mended"
    assert [found.kind for found in verify_audit(kept, outside).findings] == ["cut"]


def test_a_case_taken_away_whole_is_found_by_the_outside_head_alone(kept, desks):
    first, second = filed(kept), filed(kept)
    make_head(kept)
    outside = read_heads(kept.settings.audit_head_dir)
    act(kept, clerk(kept, "notary"), second.case, "accept")
    desks.hour.later(days=1)
    make_head(kept)
    gone = row_of(kept, first.case).id
    tables = case.metadata.sorted_tables
    of_case = [table for table in tables if "case_id" in table.c]
    tamper(
        kept,
        *(delete(table).where(table.c.case_id == gone) for table in of_case),
        delete(case).where(case.c.id == gone),
    )
    kinds = {found.kind for found in verify_audit(kept).findings}
    assert "deleted" in kinds, "the links still name it"
    without_links(kept, gone)
    kinds = {found.kind for found in verify_audit(kept).findings} - {"count"}
    assert kinds == set(), "inside all but the counters was mended"
    kinds = {found.kind for found in verify_audit(kept, outside).findings} - {"count"}
    assert kinds == {"rewritten"}


def test_work_goes_on_and_heads_of_before_still_hold(kept, desks):
    matter = filed(kept)
    make_head(kept)
    act(kept, clerk(kept, "notary"), matter.case, "accept")
    desks.hour.later(days=1)
    make_head(kept)
    outside = read_heads(kept.settings.audit_head_dir)
    assert len(outside) == 2
    assert verify_audit(kept, outside).findings == ()


def test_a_head_has_only_what_has_grown_since_the_last_one(kept, desks):
    filed(kept)
    one = make_head(kept)
    desks.hour.later(days=1)
    two = make_head(kept)
    # The log of administrators has a link for each day.
    assert two.links == one.links + 1


def test_the_log_of_administrators_is_held_too(kept, desks):
    an_account(kept, "chi.quan", "Chị Quản", "administrator")
    desks.hour.later(days=1)
    make_head(kept)
    assert verify_audit(kept).ok
    tamper(kept, update(admin_log).values(who="Người Khác"))
    (found,) = verify_audit(kept).findings
    assert found.case_code == f"admin_log/{kept.today()}"


def test_a_head_that_was_changed_or_signed_by_another_is_refused(kept, tmp_path):
    filed(kept)
    make_head(kept)
    (path,) = kept.settings.audit_head_dir.iterdir()
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"cases": 0}))
    (found,) = verify_audit(kept, read_heads(path)).findings
    assert found.kind == "signature"
    path.write_text(json.dumps(told))
    other = Signer(b"x" * 32).public
    (found,) = verify_audit(kept, read_heads(path), other).findings
    assert found.kind == "key"
    assert verify_audit(kept, read_heads(path), told["public_key"]).ok
    path.write_text("Kính gửi ông, bà")
    with pytest.raises(InputError):
        read_heads(path)


def test_the_head_of_a_day_is_made_once_and_also_goes_by_mail(desks, tmp_path):
    to = "thanh-tra@example.vn"
    wrong = tmp_path / "a-file"
    wrong.write_text("")
    desk = desks.make(audit_head_hour=9, audit_head_dir=wrong / "x", audit_head_to=to)
    desks.hour.later(hours=-1)
    assert head_when_due(desk) is None, "before its hour"
    desks.hour.later(hours=1)
    made = head_when_due(desk)
    assert made.sent["mail"] == ""
    assert made.sent["folder"]
    (text_,) = [each for each in desk.ports.messenger.kept() if each.address == to]
    told = tmp_path / "mail.txt"
    told.write_text(f"Chào ông.\n{text_.text}\nTrân trọng.")
    assert verify_audit(desk, read_heads(told)).ok
    wrong.unlink()
    assert head_when_due(desk).sent == {"folder": "", "mail": ""}, "tried again"
    assert head_when_due(desk) is None
    assert len(desk.ports.messenger.kept()) == 1, "the mail went once"
    assert desks.make(audit_head_hour=-1).settings.heads_at is None


def test_an_administrator_sees_where_each_head_went(kept):
    an_account(kept, "dau-chuoi", "Chị Quản Trị", "administrator")
    visitor = Visitor(kept).signs_in("dau-chuoi", PASSWORD)
    assert "Chưa có đầu chuỗi nào" in visitor.opens("/quan-tri/dau-chuoi").text
    made = make_head(kept)
    page = visitor.opens("/quan-tri/dau-chuoi")
    assert made.key in page.text
    assert "✓ thư mục ở nơi khác" in page.text


def test_a_ring_of_before_gets_a_key_that_signs_and_keeps_it(tmp_path):
    path = tmp_path / "keys.json"
    make_ring(path, MORNING)
    told = json.loads(path.read_text())
    del told["sign"]
    path.write_text(json.dumps(told))
    ring = FileRing(path)
    signer = ring.signer()
    assert FileRing(path).signer() == signer
    ring.add_key(MORNING)
    assert ring.signer() == signer
    assert signed_by(signer.public, b"word", signer.sign(b"word"))
    assert not signed_by(signer.public, b"other", signer.sign(b"word"))
    assert not signed_by("no key", b"word", "no signature")
    assert made_of(b"a").signer() != made_of(b"b").signer()


def test_links_can_be_listed_and_the_newest_heads_stand_first(kept, desks):
    filed(kept)
    make_head(kept)
    desks.hour.later(days=1)
    make_head(kept)
    assert [row.day for row in heads(kept)] == [
        kept.today(), MORNING.date(),
    ]  # fmt: skip
    with kept.database.reading() as uow:
        assert all(isinstance(row, LinkRow) for row in uow.custody.links("66"))

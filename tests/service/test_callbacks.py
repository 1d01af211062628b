"""The door for offices: signed, kept raw and once, never lost and never guessed."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from starlette.testclient import TestClient

from integrations import webhooks
from integrations.http import Line, OfficeClient
from integrations.tax.wire import SEND_SLIP
from service.auth.office_keys import office_key
from service.main import create_app
from service.persistence.exchanges import ExchangeRow
from service.persistence.tables.queues import inbox
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.outside.exchange_log import exported_exchanges
from service.usecases.outside.faults import list_faults
from service.usecases.outside.receive import hear, process_inbox
from service.usecases.outside.working import run_until_idle
from tests.factories import clerk, filed, row_of
from tests.integrations.test_http import an_office, says
from tests.service.test_linked_cases import at_the_tax_office
from tests.simulator.conftest import PATIENCE
from tests.simulator.test_twin import SLIP
from workflows.dossiers import Period

TAKEN = {
    "exemption.claimed": True,
    "debt.requested": False,
    "sheet.asks_levy": False,
    "sheet.incomplete_for_tax": False,
}


class Office:
    """An outside office in front of the door, with a key of its own or a stolen one."""

    def __init__(self, desk, name="tax"):
        self.desk, self.name = desk, name
        self.client = TestClient(create_app(desk), raise_server_exceptions=False)
        self.key = office_key(desk.settings, desk.secret, name)

    def sends(self, raw, *, key=None, at=None, to=None, way=webhooks.FROM_OFFICE):
        at = at or self.desk.now()
        headers = webhooks.sign(key or self.key, way, "an id", at, raw)
        return self.posts(raw, headers, to)

    def posts(self, raw, headers, to=None):
        path = f"/api/v1/callbacks/{to or self.name}"
        return self.client.post(path, content=raw, headers=headers)


def message(desk, code, name="message-1", event="take_up", facts=None, **more):
    told = {"id": name, "case": code, "event": event, "facts": facts or TAKEN}
    return json.dumps(told | {"sent_at": desk.now().isoformat()} | more).encode()


def kept(desk, office="tax"):
    with desk.database.reading() as uow:
        found = uow.cases.connection.execute(
            select(inbox).where(inbox.c.source == office).order_by(inbox.c.message_id)
        )
        return [(row.message_id, row.state, row.raw) for row in found]


def log(desk, office="tax") -> list[ExchangeRow]:
    with desk.database.reading() as uow:
        return list(uow.exchanges.whole_log("66", office))


# --- what is let in -------------------------------------------------------------------


def test_a_signed_message_is_kept_at_the_door_and_applied_by_the_worker(desk):
    _, _, child = at_the_tax_office(desk)
    office = Office(desk)
    raw = message(desk, child)

    first, again = office.sends(raw), office.sends(raw)
    assert (first.status_code, first.json()) == (202, {"outcome": "accepted"})
    assert (again.status_code, again.json()) == (202, {"outcome": "duplicate"})
    assert row_of(desk, child).version == 1
    assert kept(desk) == [("tax:message-1", "open", raw.decode())]

    run_until_idle(desk)
    assert row_of(desk, child).version == 2


def test_both_keys_are_believed_while_a_key_is_changed(desks):
    desk = desks.make(office_secrets={"tax": "the-new-one the-old-one"})
    office = Office(desk)
    for number, key in enumerate((b"the-new-one", b"the-old-one")):
        raw = message(desk, "NO-SUCH", name=f"message-{number}")
        assert office.sends(raw, key=key).status_code == 202
    assert office.sends(b"{}", key=b"the-oldest-one").status_code == 401


@pytest.mark.parametrize(
    "name",
    ["paper-0123", "difference:ab", "flood:2026112502", "quarantine:ab", "forged:ab"],
)
def test_no_office_takes_an_id_that_we_give(desk, name):
    _, _, child = at_the_tax_office(desk)
    answer = Office(desk).sends(message(desk, child, name))
    assert (answer.status_code, answer.json()) == (202, {"outcome": "quarantined"})
    ((kept_as, state, _),) = kept(desk)
    assert (kept_as != f"tax:{name}", state) == (True, "quarantined")
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert "dành riêng" in fault.error
    assert row_of(desk, child).version == 1


@pytest.mark.parametrize("how", ["no headers", "foreign key", "stale", "other office"])
def test_who_cannot_sign_moves_nothing_and_is_shown_to_a_person(desk, how):
    filed(desk)
    office = Office(desk)
    raw = message(desk, "NO-SUCH")
    answer = {
        "no headers": lambda: office.posts(raw, {}),
        "foreign key": lambda: office.sends(raw, key=b"another"),
        "stale": lambda: office.sends(raw, at=desk.now() - timedelta(minutes=6)),
        "other office": lambda: Office(desk, "notary").sends(raw, to="tax"),
    }[how]()
    assert answer.status_code == 401
    assert answer.json() == {"error": "the signature does not fit"}
    process_inbox(desk)
    ((_, state, text_),) = kept(desk)
    assert (state, text_) == ("quarantined", raw.decode())
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert fault.error == "Chữ ký của tin nhắn không đúng."


def test_a_message_of_ours_that_somebody_sends_back_to_us_is_not_of_the_office(desk):
    caught = []

    def answer(request):
        raw = request.rfile.read(int(request.headers["content-length"]))
        caught.append((dict(request.headers), raw))
        says(200)(request)

    office = Office(desk)
    with an_office(answer) as address:
        client = OfficeClient(Line("tax", address, office.key, desk.clock, PATIENCE))
        client.call(SEND_SLIP, SLIP, key="slip-1")
        client.close()
    ((headers, raw),) = caught
    signed = {name: headers[name] for name in headers if name.startswith("webhook-")}
    assert len(signed) == 3
    assert office.posts(raw, signed).status_code == 401
    assert office.sends(raw).status_code == 202


def test_an_office_that_is_none_has_no_door(desk):
    answer = Office(desk, "police").sends(b"{}")
    assert (answer.status_code, answer.json()) == (404, {"error": "no such office"})
    assert kept(desk, "police") == []


def test_a_message_without_end_is_not_read_to_the_end(desk):
    office = Office(desk)
    read = []

    def endless():
        for _ in range(1000):
            read.append(10_000)
            yield b"x" * 10_000

    answer = office.posts(endless(), {})
    assert answer.status_code == 413
    assert kept(desk) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no json",
        b"[]",
        b'{"id": "12345678"}',
        b"\xff\x00",
        b'{"id": "12345678", "case": "X\\u0000", "sent_at": "2026-11-25T02:00:00Z"}',
        b'{"id": "12345678", "case": "\\ud800", "sent_at": "2026-11-25T02:00:00Z"}',
        (
            b'{"id": "12345678", "case": "X", "facts": {"a": "\\u0000"},'
            b' "sent_at": "2026-11-25T02:00:00Z"}'
        ),
        b"[" * 60_000,
    ],
)
def test_what_the_office_itself_garbled_is_taken_off_its_hands_and_shown(desk, raw):
    """The sender stops repeating it; whatever is kept, a person sees."""
    filed(desk)
    answer = Office(desk).sends(raw)
    assert answer.status_code == 202
    process_inbox(desk)
    assert len(list_faults(desk, clerk(desk, "tax"))) == 1


def test_a_message_with_a_key_that_is_not_of_the_exchange_moves_nothing(desk):
    """It is taken off the office's hands, and a person sees what else was sent."""
    _, _, child = at_the_tax_office(desk)
    before, known = row_of(desk, child), len(list_faults(desk, clerk(desk, "tax")))
    keys = ("tenant_id", "office_id", "account_id", "role", "state", "version")
    for key in keys:
        answer = Office(desk).sends(message(desk, child, **{key: "99"}))
        assert (answer.status_code, answer.json()) == (202, {"outcome": "quarantined"})
    process_inbox(desk)
    assert row_of(desk, child) == before
    assert len(list_faults(desk, clerk(desk, "tax"))) == known + len(keys)
    Office(desk).sends(message(desk, child))
    process_inbox(desk)
    assert row_of(desk, child).version == before.version + 1


def test_a_known_id_with_other_words_is_a_fault_and_no_silent_repeat(desk):
    _, _, child = at_the_tax_office(desk)
    office = Office(desk)
    office.sends(message(desk, child))
    run_until_idle(desk)
    before = row_of(desk, child)

    other = message(desk, child, facts=TAKEN | {"debt.requested": True})
    for _ in range(2):
        assert office.sends(other).json() == {"outcome": "quarantined"}
    process_inbox(desk)
    after = row_of(desk, child)
    assert (after.version, after.faults) == (before.version, 1)
    (fault,) = list_faults(desk, clerk(desk, "tax"))
    assert fault.error.startswith("Tin này mang số của một tin đã nhận")


def test_the_same_words_written_otherwise_are_the_same_message(desk):
    _, _, child = at_the_tax_office(desk)
    office = Office(desk)
    raw = message(desk, child)
    office.sends(raw)
    spaced = json.dumps(json.loads(raw), indent=2).encode()
    assert office.sends(spaced).json() == {"outcome": "duplicate"}


def test_messages_that_cross_and_come_late_are_taken_by_the_rules_of_the_chart(desk):
    """The notice before the sheet was taken up waits for a person; an answer to an
    older sheet changes nothing."""
    _, _, child = at_the_tax_office(desk)
    office = Office(desk)
    late = message(desk, child, name="late-one-1", event="issue_notice", facts={})
    office.sends(late)
    office.sends(message(desk, child))
    run_until_idle(desk)
    assert row_of(desk, child).instance["configuration"] == ["assessing"]
    assert row_of(desk, child).faults == 1


# --- floods ---------------------------------------------------------------------------


def test_a_flood_of_forged_messages_fills_neither_the_disk_nor_the_log(desks):
    desk = desks.make(quarantine_of_hour=5, forged_of_hour=3)
    filed(desk)
    office = Office(desk)
    for number in range(12):
        raw = message(desk, "NO-SUCH", name=f"forged-{number}")
        assert office.sends(raw, key=b"stolen").status_code == 401
    rows = kept(desk)
    assert len(rows) == 4
    assert sum(raw is not None for *_, raw in rows) == 3
    assert len(log(desk)) == 3
    errors = [each.error for each in list_faults(desk, clerk(desk, "tax"))]
    assert sum("Quá nhiều tin" in each for each in errors) == 1

    assert office.sends(message(desk, "NO-SUCH")).status_code == 202
    garbled = [office.sends(b"no json %d" % number) for number in range(6)]
    assert [each.status_code for each in garbled] == [202] * 5 + [429], (
        "the forger takes no room from the office"
    )
    assert int(garbled[-1].headers["retry-after"]) > 0, "it is sent again"
    desks.hour.later(hours=2)
    assert office.sends(b"no json 5").status_code == 202


def test_of_what_nobody_signed_the_beginning_is_kept_and_the_sum_of_all(desk):
    raw = b"0123456789" * 6000
    office = Office(desk)
    assert office.posts(raw, {}).status_code == 401
    ((_, state, forged),) = kept(desk)
    assert state == "quarantined"
    assert forged.startswith("0123456789" * 400)
    assert len(forged) < 4300
    digest = hashlib.sha256(raw).hexdigest()
    assert forged.endswith(f"[60000 bytes, sha256 {digest}]")
    assert log(desk)[0].request_sha256 == digest

    assert office.sends(raw).status_code == 202
    assert raw.decode() in [text for *_, text in kept(desk)], "signed: kept whole"


def test_of_what_is_signed_and_far_too_long_the_sum_is_that_of_all(desk):
    """It comes by the statement of an office; the door would not have let it in."""
    raw = b"x" * 64_000
    first, other = (hear(desk, "tax", raw + end) for end in (b"one", b"two"))
    assert (first.outcome, other.outcome) == ("quarantined", "quarantined")
    assert first.message_id != other.message_id
    texts = [text for *_, text in kept(desk)]
    for end, line in zip((b"one", b"two"), log(desk), strict=True):
        digest = hashlib.sha256(raw + end).hexdigest()
        assert line.request_sha256 == digest
        assert f"{raw.decode()}\n[64003 bytes, sha256 {digest}]" in texts


def test_one_address_sends_so_many_messages_and_no_more(desks):
    desk = desks.make(callbacks_of_client=3)
    office = Office(desk)
    for _ in range(3):
        assert office.sends(b"{}").status_code == 202
    refused = office.sends(b"{}")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


# --- the log --------------------------------------------------------------------------


def test_the_log_tells_what_came_and_what_became_of_it_without_its_words(desk):
    _, _, child = at_the_tax_office(desk)
    office = Office(desk)
    raw = message(desk, child)
    office.sends(raw)
    office.sends(raw)
    office.sends(b"no json")
    lines = [(line.direction, line.what, line.outcome) for line in log(desk)]
    assert lines == [
        ("in", "take_up", "accepted"),
        ("in", "take_up", "duplicate"),
        ("in", "", "quarantined"),
    ]
    assert log(desk)[0].case_id == row_of(desk, child).id
    exported = list(exported_exchanges(desk, Period.of(desk.now()), "tax"))
    assert [line["seq"] for line in exported] == [1, 2, 3]
    assert child not in json.dumps(exported)


def tamper(desk, *statements):
    # By another way than the program's, which may not.
    with desk.database.engine.connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            for action in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER exchange_no_{action}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "place", "kind"),
    [
        ("UPDATE exchange SET outcome = 'refused' WHERE seq = 2", 2, "changed"),
        ("UPDATE exchange SET key = 'another' WHERE seq = 3", 3, "changed"),
        ("DELETE FROM exchange WHERE seq = 2", 2, "missing"),
        ("DELETE FROM exchange WHERE seq = 4", 3, "cut"),
        ("DELETE FROM exchange", 0, "cut"),
        ("UPDATE exchange_head SET seq = 3", 4, "cut"),
    ],
)
def test_whatever_is_done_to_the_log_is_named_with_its_line(
    desk, statement, place, kind
):
    for number in range(4):
        hear(desk, "tax", message(desk, "NO-SUCH", name=f"message-{number}"))
    assert verify_audit(desk).ok
    tamper(desk, statement)
    (found,) = verify_audit(desk).findings
    assert (found.case_code, found.seq, found.kind) == ("exchange/tax", place, kind)


def test_the_database_itself_refuses_to_change_the_log(desk):
    hear(desk, "tax", message(desk, "NO-SUCH"))
    for statement in ("UPDATE exchange SET outcome = 'x'", "DELETE FROM exchange"):
        with (
            pytest.raises(Exception, match="append-only"),
            desk.database.transaction() as uow,
        ):
            uow.cases.connection.execute(text(statement))

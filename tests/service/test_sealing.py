"""What people told us stands sealed in the database, each value with its own row."""

import re
import subprocess
import threading
from dataclasses import replace

import pytest
from sqlalchemy import Text, select, text, type_coerce
from sqlalchemy.exc import DBAPIError, StatementError

from integrations.messaging.tokens import Tokens
from service.auth.second_factor import keep_key, new_key, prove
from service.observability import redact
from service.persistence.afterwards import RatingRow
from service.persistence.database import downgrade, upgrade
from service.persistence.dumps import _major_of, _tool, dump
from service.persistence.helping import HelpRequestRow
from service.persistence.resealing import (
    keys_in_use as keys_of_database,
)
from service.persistence.resealing import reseal, reseal_all, sealed_tables
from service.persistence.sealing import Sealed, sealed_columns
from service.persistence.tables.messages import contact
from service.secrecy.key_ring import FileRing, UnsealableError, key_of, make_ring
from service.usecases.custody.verify_audit import verify_audit
from service.usecases.following.follow_by_phone import ask_by_phone
from service.usecases.matter.answer_question import PartyRow, answer, answer_parties
from service.usecases.matter.profiles import keep_person
from service.usecases.matter.read_matter import matter_view
from service.usecases.matter.submit_dossier import submit
from service.usecases.outside.working import run_until_idle
from service.usecases.telling.message_choices import Wanted, add_contact
from tests.conftest import MORNING
from tests.factories import a_matter, act, clerk, filed, finish, row_of
from tests.service.test_second_factor import now_shown
from tests.service.test_sign_in import an_account

NUMBER, PHONE, MAIL = "066085001234", "0905777123", "canary.hbling@example.com"
STREET = "Buôn Canary Tơng Jú"
CANARIES = (NUMBER, PHONE, MAIL, STREET)


@pytest.fixture
def keys(tmp_path):
    path = tmp_path / "keys.json"
    make_ring(path, MORNING)
    return FileRing(path)


@pytest.fixture
def kept(desk, keys):
    """Return a desk whose keys stand in a file, as in an installation."""
    return replace(desk, database=replace(desk.database, ring=keys))


def told(desk):
    """Return a matter of which a person told all that is asked of her."""
    opened, citizen = a_matter(desk)
    answer_parties(
        desk, citizen, opened.code, [PartyRow("hoa", "receiver", "H’ Bling")],
        role="receiver",
    )  # fmt: skip
    for name, value in (("person_id", NUMBER), ("address", STREET)):
        answer(desk, citizen, opened.code, f"party[hoa].{name}", value)
    return opened, citizen


def stored(desk, sql):
    with desk.database.engine.connect() as connection:
        return connection.execute(text(sql)).all()


def change(desk, asked, **values):
    statement = text(asked) if isinstance(asked, str) else asked
    with desk.database.transaction() as uow:
        uow.cases.connection.execute(statement, values)


def keys_in_use(desk):
    """Return the names of the keys under which any text of the database stands."""
    names = set()
    for table in sealed_tables():
        for name, kind in sealed_columns(table).items():
            if isinstance(kind, Sealed):
                raw = select(type_coerce(table.c[name], Text)).where(
                    table.c[name].is_not(None)
                )
                with desk.database.engine.connect() as connection:
                    found = connection.execute(raw).scalars()
                    names |= {key_of(value.encode()) for value in found}
    return names


def test_no_number_address_or_phone_stands_in_the_database_to_be_read(desk, tmp_path):
    opened, citizen = told(desk)
    keep_person(desk, citizen, opened.code, "hoa", agreed=True, once="k" * 20)
    for channel, address in (("sms", PHONE), ("email", MAIL)):
        wanted = Wanted("hoa", channel, address, ("progress",))
        add_contact(desk, citizen, opened.code, wanted)
    case = submit(desk, citizen, opened.code, "notarize_contract", idempotency_key="k")
    run_until_idle(desk)
    act(desk, clerk(desk, "notary"), case, "accept")
    ask_by_phone(desk, "a visit", PHONE)
    run_until_idle(desk)
    file = tmp_path / "dumped"
    dump(desk.database, file)
    content = file.read_bytes()
    if desk.database.dialect == "postgresql":
        content = as_sql(desk.database, file)
    else:
        desk.database.forget()
        content += desk.database.file.read_bytes()
    assert b"notarize_contract" in content
    found = [canary for canary in CANARIES if canary.encode() in content]
    assert found == []
    assert NUMBER in str(matter_view(desk, citizen, opened.code).people)


def as_sql(database, file):
    program = _tool("pg_restore", _major_of(database))
    told = [program, "--file=-", str(file)]
    return subprocess.run(told, capture_output=True, check=True).stdout


def test_a_value_that_was_put_into_another_row_does_not_open(desk):
    (ours, citizen), (theirs, other) = told(desk), told(desk)
    change(
        desk,
        "UPDATE fact SET value = (SELECT max(value) FROM fact WHERE"
        " key = 'party[hoa].person_id' AND matter_id = :theirs)"
        " WHERE key = 'party[hoa].person_id' AND matter_id = :ours",
        ours=ours.matter_id,
        theirs=theirs.matter_id,
    )
    with pytest.raises(UnsealableError):
        matter_view(desk, citizen, ours.code)
    assert NUMBER in str(matter_view(desk, other, theirs.code).people)


@pytest.mark.parametrize(
    "forged", ["value = '\"plain\"'", "value = NULL", "key = 'x'", "seq = seq + 900"]
)
def test_a_line_that_was_told_changes_by_nothing_but_another_key(desk, forged):
    told(desk)
    with pytest.raises(DBAPIError, match="append-only"):
        change(desk, f"UPDATE fact SET {forged} WHERE value IS NOT NULL")  # noqa: S608


def test_a_value_without_its_row_is_refused_before_it_is_written(desk):
    bare = contact.update().values(address=PHONE)
    with pytest.raises(StatementError, match="say for which row"):
        change(desk, bare)


def test_the_keys_are_changed_while_the_service_works(kept, keys):
    opened, citizen = told(kept)
    matter = filed(kept)
    run_until_idle(kept)
    assert keys_in_use(kept) == {"k1"}
    new = keys.add_key(MORNING)
    stop, wrong = threading.Event(), []

    def work():
        """Be another process: it knows the ring by its file alone."""
        number = 0
        while not stop.is_set():
            number += 1
            try:
                value = f"{STREET} {number}"
                answer(kept, citizen, opened.code, "party[hoa].address", value)
                assert value in str(matter_view(kept, citizen, opened.code).people)
            except Exception as error:  # noqa: BLE001  told below
                wrong.append(error)
                return

    worker = threading.Thread(target=work)
    worker.start()
    try:
        keys.use_newest()
        first = list(reseal_all(kept.database, new))
    finally:
        stop.set()
        worker.join()
    assert sum(each.changed for each in first) > 0
    list(reseal_all(kept.database, new))
    assert wrong == []
    assert keys_in_use(kept) == {new}
    assert verify_audit(kept).ok
    act(kept, clerk(kept, "notary"), matter.case, "accept")
    assert NUMBER in str(matter_view(kept, citizen, opened.code).people)


def test_a_change_of_keys_that_was_stopped_goes_on_where_it_was(kept, keys):
    told(kept)
    new = keys.add_key(MORNING)
    keys.use_newest()
    (fact,) = (table for table in sealed_tables() if table.name == "fact")
    first = list(reseal(kept.database, fact, new))[-1]
    again = list(reseal(kept.database, fact, new))[-1]
    assert first.changed > 0
    assert again.rows == first.rows
    assert again.changed == 0


def test_the_keys_of_devices_come_under_the_newer_key_too(kept, keys, desks):
    an_account(kept)
    with kept.database.reading() as uow:
        row = uow.people.account_by_name("lan")
    shown = new_key(kept, row, "a sign-in")
    keep_key(kept, row, "a sign-in", shown.sealed, now_shown(kept, shown.typed))
    assert keys_of_database(kept.database) == {"k1"}
    new = keys.add_key(MORNING)
    keys.use_newest()
    list(reseal_all(kept.database, new))
    assert keys_of_database(kept.database) == {new}
    keys.remove_key("k1")
    desks.hour.later(minutes=1)
    prove(kept, row, now_shown(kept, shown.typed))


def test_what_stood_open_is_sealed_by_the_upgrade_and_opened_by_going_back(desk):
    opened, citizen = told(desk)
    wanted = Wanted("hoa", "sms", PHONE, ("progress",))
    add_contact(desk, citizen, opened.code, wanted)
    matter = filed(desk)
    finish(desk, matter.citizen, matter.case, most=2)
    before = stored(desk, "SELECT address_index FROM contact")
    downgrade(desk.database, "0005")
    assert stored(desk, "SELECT address FROM contact") == [(PHONE,)]
    assert (NUMBER,) in stored(
        desk, "SELECT replace(CAST(value AS TEXT), '\"', '') FROM fact"
    )
    upgrade(desk.database)
    assert stored(desk, "SELECT address_index FROM contact") == before
    assert NUMBER not in str(stored(desk, "SELECT * FROM fact"))
    assert NUMBER in str(matter_view(desk, citizen, opened.code).people)
    assert verify_audit(desk).ok
    assert row_of(desk, matter.case).version >= 1


WORDS = "Cảm ơn chị Hằng Canary ở quầy số 2"
RESIDENT = "Bà H’ Blia Canary"


def test_words_about_people_and_tokens_of_providers_are_sealed_and_change_keys(
    kept, keys
):
    opened, _ = a_matter(kept)
    said = RatingRow("66", "a case", opened.matter_id, "one-stop-66", 5, WORDS, MORNING)
    empty = replace(said, case_id="another", words="")
    asked = HelpRequestRow(
        "66", "r1", "answer", opened.matter_id, "lan-66", RESIDENT, {"say": NUMBER},
        "1", f"{RESIDENT} đồng ý", MORNING, MORNING,
    )  # fmt: skip
    pair = Tokens("canary-access", "canary-refresh", MORNING, "start")
    with kept.database.transaction() as uow:
        uow.afterwards.put_rating(said)
        uow.afterwards.put_rating(empty)
        uow.helping.add_request(asked)
        assert uow.texts.claim("zalo", 0, MORNING, MORNING)
        uow.texts.keep_tokens("zalo", pair)

    def raw():
        return [
            str(stored(kept, f"SELECT * FROM {table}"))  # noqa: S608  names of tables
            for table in ("rating", "help_request", "channel_token")
        ]

    def hidden():
        told = "".join(raw())
        return not [one for one in (*CANARIES, "Canary", "canary-") if one in told]

    def whole():
        with kept.database.reading() as uow:
            return (
                uow.afterwards.rating("66", "a case") == said
                and uow.afterwards.rating("66", "another") == empty
                and uow.helping.requests("66", matter_id=opened.matter_id) == (asked,)
                and uow.texts.tokens("zalo") == (1, pair)
            )

    assert hidden()
    assert whole()
    new = keys.add_key(MORNING)
    keys.use_newest()
    list(reseal_all(kept.database, new))
    assert keys_in_use(kept) == {new}
    assert whole()
    downgrade(kept.database, "0006")
    rating, request, tokens = raw()
    assert WORDS in rating
    assert RESIDENT in request
    assert "canary-access" in tokens
    assert "canary-refresh" in tokens
    upgrade(kept.database)
    assert hidden()
    assert whole()
    change(kept, "UPDATE rating SET case_id = 'a third' WHERE case_id = 'a case'")
    with pytest.raises(UnsealableError), kept.database.reading() as uow:
        uow.afterwards.rating("66", "a third")


# --- the last wall: what is written down about the work -------------------------------


@pytest.mark.parametrize(
    "written", ["066085001234", "0905777123", "+84905777123", "0905 777 123",
                "066 085 001 234", "0905.777.123", "(0905777123)", "so=0905777123,"]
)  # fmt: skip
def test_a_number_of_a_person_is_struck_out_of_a_line_of_the_log(written):
    assert not re.search(r"777|085", redact(f"lost {written} here"))


@pytest.mark.parametrize(
    "written", ["HS-7KQ2-0905777123", "4f7c1738", "127.0.0.1", "2026-11-30 20:31",
                "0.001 2.5", "d0905777123f"]
)  # fmt: skip
def test_names_of_things_stay_in_a_line_of_the_log(written):
    assert redact(f"at {written} here") == f"at {written} here"

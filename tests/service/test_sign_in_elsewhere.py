"""Sign-in elsewhere: who comes back, whose matters she sees, and who is not let in."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest

from integrations.identity.server import Wrong
from service.persistence.tables.identity import identity, sign_in_flow
from service.persistence.tables.people import session
from service.usecases.administration import identity_sentences as words
from service.usecases.administration.admin_accounts import link_person
from service.usecases.outside.working import run_once
from service.web.desks import SESSION
from tests.factories import ADMINISTRATOR, a_matter, an_account
from tests.integrations.providers import picks, simulated, told_of
from tests.visitor import Visitor

AN, HOA = "066188000078", "066181000056"
MINE = "/viec-cua-toi"


@pytest.fixture(scope="module")
def served():
    with simulated() as (provider, address):
        yield provider, address


@pytest.fixture
def provider(served, desks):
    """The provider, by the clock of the test."""
    made = served[0]
    made.wrong, made.clock = Wrong.NOTHING, desks.hour
    yield made
    made.wrong = Wrong.NOTHING


@pytest.fixture
def desk(desks, served, provider):
    told = told_of(served[1])
    return desks.make(identity=told)


class Guest(Visitor):
    """Somebody who may go to the provider and come back."""

    def leaves(self, at="/mo-lai", **fields):
        """Ask to sign in; return the address of the provider."""
        self.opens(at).sends("/dang-nhap/vneid", **fields)
        assert self.status == 200, self.text
        return unescape(re.search(r'class="btn" href="(http[^"]+)"', self.text)[1])

    def returns(self, address):
        """Come back where the provider sent the browser."""
        parts = urlsplit(address)
        return self.opens(f"{parts.path}?{parts.query}")

    def comes(self, sub="tn-hoa", at="/mo-lai", **fields):
        return self.returns(picks(self.leaves(at, **fields), sub))

    @property
    def token(self):
        return self.client.cookies.get(SESSION)


def rows_of(desk, table):
    with desk.database.engine.connect() as connection:
        return connection.execute(table.select()).mappings().all()


def sessions(desk):
    return rows_of(desk, session)


def test_who_signs_in_sees_no_matter_before_she_opened_one(desk):
    guest = Guest(desk).comes()
    assert guest.path == MINE
    assert "Nguyễn Thị Mẫu Hoa" in guest.text
    assert "Chưa có việc nào gắn với ông bà" in guest.text


def test_a_matter_opened_once_by_its_number_is_found_again_without_it(desk):
    opened, _ = a_matter(desk)
    guest = Guest(desk).comes().reopens(opened.code, opened.pin)
    assert guest.path == f"/ho-so/{opened.code}"

    later = Guest(desk).comes()
    assert opened.code in later.text
    later.sends(f"{MINE}/mo", ma=opened.code)
    assert (later.status, later.path) == (200, f"/ho-so/{opened.code}")


def test_a_matter_begun_while_signed_in_is_hers(desk):
    guest = Guest(desk).comes()
    guest.opens("/viec/give").sends("/viec/give", khoa=desk.ids.token())
    code = re.search(r"DAT-[0-9A-Z-]+", guest.text)[0]
    assert code in Guest(desk).comes().text


def test_nobody_opens_a_matter_that_is_not_linked_to_her(desk):
    opened, _ = a_matter(desk)
    Guest(desk).comes().reopens(opened.code, opened.pin)
    other = Guest(desk).comes("tn-binh")
    assert opened.code not in other.text
    other.sends(f"{MINE}/mo", ma=opened.code)
    assert other.status == 404
    assert other.opens(f"/ho-so/{opened.code}").path == "/mo-lai"


def test_an_open_matter_is_linked_on_the_way_through_the_provider(desk):
    opened, _ = a_matter(desk)
    guest = Guest(desk).reopens(opened.code, opened.pin)
    before = guest.token
    guest.comes(at=f"/ho-so/{opened.code}/vneid", ma=opened.code)
    assert guest.path == f"/ho-so/{opened.code}/vneid"
    assert "người đang đăng nhập" in guest.text
    assert guest.token != before
    assert opened.code in guest.opens(MINE).text


def test_nobody_links_a_matter_that_is_not_open_by_naming_it(desk):
    opened, _ = a_matter(desk)
    guest = Guest(desk).comes(ma=opened.code)
    assert guest.path == MINE
    assert opened.code not in guest.text


def test_unlinking_shuts_the_matter_and_leaves_it_to_its_number(desk):
    opened, _ = a_matter(desk)
    guest = Guest(desk).comes().reopens(opened.code, opened.pin)
    guest.opens(MINE).sends(f"{MINE}/go", ma=opened.code)
    assert opened.code not in guest.text
    assert guest.opens(f"/ho-so/{opened.code}").path == "/mo-lai"
    guest.reopens(opened.code, opened.pin)
    assert guest.path == f"/ho-so/{opened.code}"


def test_who_holds_the_number_takes_the_link_of_another_away(desk):
    opened, _ = a_matter(desk)
    son = Guest(desk).comes("tn-binh").reopens(opened.code, opened.pin)
    mother = Guest(desk).reopens(opened.code, opened.pin)
    page = mother.opens(f"/ho-so/{opened.code}/vneid").text
    assert "Nguyễn Mẫu Văn Bình" in page
    linked = re.search(r'name="go" value="(\w+)"', page)[1]
    mother.sends(f"/ho-so/{opened.code}/vneid", go=linked)
    assert "Chưa gắn với ai" in mother.text
    assert son.opens(f"/ho-so/{opened.code}").path == "/mo-lai"
    assert opened.code not in son.opens(MINE).text


def test_forgetting_her_leaves_nothing_of_her(desk):
    opened, _ = a_matter(desk)
    guest = Guest(desk).comes().reopens(opened.code, opened.pin)
    guest.opens(MINE).sends(f"{MINE}/quen")
    assert guest.opens(MINE).path == "/mo-lai"
    with desk.database.reading() as uow:
        assert uow.identities.linked_to("66", opened.matter_id) == ()
    assert opened.code not in Guest(desk).comes().text


def test_who_did_not_sign_in_for_long_is_forgotten_and_her_matter_is_not(desk, desks):
    opened, _ = a_matter(desk)
    guest = Guest(desk).comes().reopens(opened.code, opened.pin)
    desks.hour.later(days=desk.settings.identity_days - 1)
    run_once(desk)
    Guest(desk).comes("tn-an")
    assert linked_to(desk, opened) == 1
    desks.hour.later(days=1)
    run_once(desk)
    assert linked_to(desk, opened) == 0
    assert [row["full_name"] for row in rows_of(desk, identity)] == ["Lê Thị Mẫu An"]
    assert {row["identity_id"] for row in sessions(desk)} == {
        row["id"] for row in rows_of(desk, identity)
    }
    assert guest.reopens(opened.code, opened.pin).status == 200


def test_a_sign_in_that_nobody_ends_is_forgotten_after_its_time(desk, desks):
    Guest(desk).leaves()
    run_once(desk)
    assert len(rows_of(desk, sign_in_flow)) == 1
    desks.hour.later(days=1)
    run_once(desk)
    assert rows_of(desk, sign_in_flow) == []


def linked_to(desk, opened):
    with desk.database.reading() as uow:
        return len(uow.identities.linked_to("66", opened.matter_id))


def test_what_the_provider_tells_is_recorded_only_as_she_chooses(desk):
    opened, citizen = a_matter(desk)
    guest = Guest(desk).comes().reopens(opened.code, opened.pin)
    page = f"/ho-so/{opened.code}/vneid"
    guest.opens(page).sends(page, ai="hoa")
    assert guest.path == f"{page}/hoa"
    assert HOA in guest.text.replace(" ", "").replace("\u00a0", "")

    def told():
        with desk.database.reading() as uow:
            rows = uow.matters.facts("66", citizen.matter_id)
        return {row.key: (row.value, row.source) for row in rows}

    assert "party[hoa].person_id" not in told()
    guest.sends(f"{page}/hoa")
    assert told()["party[hoa].person_id"] == (HOA, "identity_provider")
    assert told()["party[hoa].birth_date"] == ("1981-11-20", "identity_provider")
    shown = guest.opens(f"/ho-so/{opened.code}/kiem-tra").text
    assert "Nơi đăng nhập định danh điện tử" in shown


# --- who is not let in ----------------------------------------------------------------


def refused(guest, desk, sentence):
    assert guest.status in {401, 429}, guest.text
    assert sentence in guest.text
    assert guest.token is None
    assert sessions(desk) == []


def test_a_state_nobody_began_with_opens_nothing(desk):
    guest = Guest(desk)
    back = picks(guest.leaves())
    refused(guest.returns(back.replace("state=", "state=x")), desk, words.OLD)


def test_an_answer_that_comes_twice_opens_nothing_the_second_time(desk):
    guest = Guest(desk)
    back = picks(guest.leaves())
    guest.returns(back).sends("/dang-xuat")
    refused(guest.returns(back), desk, words.OLD)


def test_the_answer_to_another_visitor_opens_nothing(desk):
    victim, attacker = Guest(desk), Guest(desk)
    victim.opens("/mo-lai")
    back = picks(attacker.leaves())
    refused(victim.returns(back), desk, words.OLD)
    refused(attacker.returns(back), desk, words.OLD)


def test_an_answer_that_comes_too_late_opens_nothing(desk, desks):
    guest = Guest(desk)
    address = guest.leaves()
    desks.hour.later(minutes=11)
    refused(guest.returns(picks(address)), desk, words.OLD)


def test_who_stops_at_the_provider_is_told_so(desk):
    guest = Guest(desk)
    refused(guest.returns(picks(guest.leaves(), "")), desk, words.STOPPED)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (Wrong.NONCE, words.WRONG),
        (Wrong.FOREIGN_KEY, words.WRONG),
        (Wrong.OTHER_SUBJECT, words.WRONG),
        (Wrong.LOW_LEVEL, words.TOO_LOW),
        (Wrong.DOWN, words.SILENT),
        (Wrong.GARBAGE, words.SILENT),
        (Wrong.REDIRECT, words.SILENT),
    ],
)
def test_a_wrong_answer_gives_a_plain_sentence_and_no_session(
    desk, provider, wrong, sentence
):
    guest = Guest(desk)
    back = picks(guest.leaves())
    provider.wrong = wrong
    refused(guest.returns(back), desk, sentence)


def test_an_organization_is_told_that_it_is_no_person(desk):
    refused(Guest(desk).comes("tn-cong-ty"), desk, words.NO_PERSON)


def test_without_a_provider_nothing_is_offered(desks):
    guest = Guest(desks.make())
    for path in ("/", "/mo-lai", "/dang-nhap"):
        assert "vneid" not in guest.opens(path).text.lower()
    guest.opens("/mo-lai").sends("/dang-nhap/vneid")
    assert guest.status == 404


# --- staff ----------------------------------------------------------------------------


def test_a_clerk_signs_in_by_her_identity_with_the_rights_of_her_account(desk):
    a_matter(desk)
    account = an_account(desk, "an", "Chị An", "clerk", "one-stop")
    link_person(desk, ADMINISTRATOR, account, AN)
    guest = Guest(desk).comes("tn-an", at="/dang-nhap", cua="can-bo")
    assert (guest.status, guest.path) == (200, "/can-bo")
    assert "Chị An" in guest.text


def test_who_is_linked_to_no_account_is_no_clerk(desk):
    guest = Guest(desk).comes("tn-an", at="/dang-nhap", cua="can-bo")
    refused(guest, desk, words.NOT_STAFF)


def test_a_clerk_at_the_door_of_citizens_is_a_citizen(desk):
    a_matter(desk)
    account = an_account(desk, "an", "Chị An", "clerk", "one-stop")
    link_person(desk, ADMINISTRATOR, account, AN)
    assert Guest(desk).comes("tn-an").path == MINE


def test_an_unlinked_or_locked_account_is_not_opened_by_the_identity(desk):
    a_matter(desk)
    account = an_account(desk, "an", "Chị An", "clerk", "one-stop")
    link_person(desk, ADMINISTRATOR, account, AN)
    link_person(desk, ADMINISTRATOR, account, "")
    guest = Guest(desk).comes("tn-an", at="/dang-nhap", cua="can-bo")
    refused(guest, desk, words.NOT_STAFF)


@pytest.mark.parametrize(
    ("counts", "leads_to"), [((), "/dang-nhap/thiet-bi"), (("LoA2",), "/can-bo")]
)
def test_the_level_of_the_provider_stands_for_a_second_factor_only_where_told(
    desks, served, provider, counts, leads_to
):
    told = told_of(served[1]).model_copy(update={"acr_of_staff": counts})
    desk = desks.make(identity=told, second_factor="everybody")
    a_matter(desk)
    account = an_account(desk, "an", "Chị An", "clerk", "one-stop")
    link_person(desk, ADMINISTRATOR, account, AN)
    guest = Guest(desk).comes("tn-an", at="/dang-nhap", cua="can-bo")
    assert (guest.status, guest.path) == (200, leads_to)

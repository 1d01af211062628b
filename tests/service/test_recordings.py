"""The recordings of questions: what is served, and what is still to be spoken."""

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from service.main import create_app
from service.usecases.matter.recordings import to_record
from tests.factories import a_matter
from tests.service.test_interview import Visitor

SPOKEN = b"ID3" + bytes(range(256)) * 4


@pytest.fixture
def spoken(desk):
    folder = desk.settings.data_dir / "audio" / "vi"
    folder.mkdir(parents=True)
    (folder / "party[{party}].phone.mp3").write_bytes(SPOKEN)
    (desk.settings.data_dir / "secret.mp3").write_bytes(b"kept apart")
    return folder


def test_a_recording_is_served_whole_and_in_parts(desk, spoken):
    visitor = TestClient(create_app(desk))
    address = f"/am-thanh/vi/{quote('party[{party}].phone.mp3')}"

    whole = visitor.get(address)
    part = visitor.get(address, headers={"Range": "bytes=3-6"})

    assert (whole.status_code, whole.content) == (200, SPOKEN)
    assert whole.headers["content-type"] == "audio/mpeg"
    assert (part.status_code, part.content) == (206, SPOKEN[3:7])


@pytest.mark.parametrize(
    "address",
    [
        "/am-thanh/vi/land.area_m2.mp3",
        "/am-thanh/vi/party[{party}].phone.ogg",
        "/am-thanh/vi/party[{party}].phone.exe",
        "/am-thanh/xx/party[{party}].phone.mp3",
        "/am-thanh/vi/..%2f..%2fsecret.mp3",
        "/am-thanh/..%2f/secret.mp3",
        "/am-thanh/vi/.mp3",
    ],
)
def test_nothing_else_of_the_data_directory_is_served(desk, spoken, address):
    got = TestClient(create_app(desk)).get(address)

    assert got.status_code == 404
    assert b"kept apart" not in got.content


def test_the_page_of_a_spoken_question_has_a_player_that_needs_no_script(desk, spoken):
    opened, _ = a_matter(desk)
    visitor = Visitor(desk, opened.code, opened.pin)

    page = visitor.reads("party[hoa].phone")
    address = page.partition('<source src="')[2].partition('"')[0]

    assert '<audio class="player" controls preload="none"' in page
    assert visitor.client.get(address).content == SPOKEN
    assert "<audio" not in visitor.reads("party[hoa].address")


def test_what_nobody_spoke_yet_is_listed_with_its_words_and_no_name(desk, spoken):
    edition = desk.law.edition("66", desk.today())

    lacking = to_record(desk.settings.data_dir, "vi", edition)

    keys = [each.key for each in lacking]
    assert set(keys) == set(edition.questions) - {"party[{party}].phone"}
    assert all("{" not in each.text for each in lacking)
    kinship = next(each for each in lacking if each.key == "relationship")
    assert kinship.text.startswith("Người này và người kia có quan hệ")
    assert "Vợ chồng." in kinship.text

"""A running service prints, and the engine never enters its process."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from forms.errors import PaperTooSlowError
from forms.press import Press
from service.auth.sessions import open_matter
from service.bench.matters import desk_in, handed_in
from service.bench.processes import LOOPBACK, serving, surroundings
from service.usecases.papers.fill_forms import forms_of
from service.web.desks import SESSION
from tests.serving import served


class JammedPress(Press):
    """A press that gives up every paper."""

    def print(self, *_):
        raise PaperTooSlowError(20)


@pytest.fixture
def visitor(tmp_path):
    """Return a desk with a matter, and the paths of its forms with the sign-in."""
    desk = desk_in(tmp_path)
    opened = handed_in(desk)
    token = open_matter(desk, opened.code, opened.pin).token
    forms = forms_of(desk, opened.citizen, opened.code)
    paths = [
        f"/ho-so/{opened.code}/buoc/{form.step_id}/giay/{form.form_id}.pdf"
        for form in forms
        if form.available
    ]
    yield desk, paths, {"Cookie": f"{SESSION}={token}"}
    desk.database.dispose()


def children(pid):
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [child for each in threads for child in each.read_text().split()]


def gone(process):
    for _ in range(200):
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.05)
    return False


def get(address, path, headers):
    try:
        with urlopen(Request(address + path, headers=headers), timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def test_a_service_prints_for_several_people_at_once_and_stays_light(visitor, tmp_path):
    _, paths, headers = visitor
    around = surroundings(tmp_path)
    with serving(["service", "serve"], around) as server, ThreadPoolExecutor() as many:
        address = f"http://{LOOPBACK}:{server.port}"
        answers = list(many.map(lambda path: get(address, path, headers), paths * 2))
        loaded = Path(f"/proc/{server.pid}/maps").read_text("utf-8")
        workers = children(server.pid)

    assert len(paths) > 2
    assert {status for status, _ in answers} == {200}
    assert all(content.startswith(b"%PDF-") for _, content in answers)
    assert "pango" not in loaded
    assert workers
    assert all(gone(each) for each in workers)


def test_a_paper_that_cannot_be_printed_is_told_in_a_plain_sentence(visitor):
    desk, paths, headers = visitor
    with served(replace(desk, press=JammedPress())) as address:
        status, body = get(address, paths[0], headers)

    assert status == 503
    assert "quá 20 giây mà chưa xong" in body.decode()

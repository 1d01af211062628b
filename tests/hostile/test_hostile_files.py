"""Hostile files at every door that takes one: refused in words, or only pixels stay."""

import re
import resource
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path

import httpx2
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from forms.uploads import Kind, kind_of
from service.main import ROUTERS
from service.persistence.tables.cases import document
from service.web.uploads import get_upload
from tests.factories import PROVINCE
from tests.forms import photos
from tests.forms.test_literal_text import listening
from tests.hostile import corpus

PHOTO = "POST /ho-so/{code}/buoc/{step_id}/giay-to/{paper_id}"
TYPED = "POST /can-bo/ho-so/{code}/giay-khac/da-nhap/{message}/anh"
LIST = "POST /can-bo/he-thong-khac"
# Every door that takes a file, with who goes through it.
DOORS = {PHOTO: "resident", TYPED: "clerk", LIST: "counter"}
MOST_MEGABYTES = 250  # that the serving process may grow by, at its worst moment
NOT_OURS = re.compile(r"Traceback|\b[a-z_]+Error\b|None|\{[a-z]|/home\b|\.py\b")


def way(world, door):
    return world.address(door.split()[1], world.own)


def takes_files(dependant):
    return dependant.call is get_upload or any(
        takes_files(each) or "Upload" in str(getattr(each.call, "__annotations__", ""))
        for each in dependant.dependencies
    )


def test_the_doors_that_take_a_file_are_these_and_no_other():
    found = {
        f"{method} {route.path}"
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and takes_files(route.dependant)
        for method in route.methods
    }
    assert found == set(DOORS)


def stored(desk):
    """Return the names, kinds and contents of all files that are kept."""
    with desk.database.reading() as uow:
        ids = uow.records.connection.scalars(select(document.c.id)).all()
        found = [uow.records.document(PROVINCE, each) for each in ids]
    return {(row.name, row.media_type, content) for row, content in found}


def traces(desk):
    """Return the files of the service in which the mark of the corpus stands."""
    mark = corpus.TRACE.encode()
    kept = [name for name, _, content in stored(desk) if mark in content]
    return kept + [
        path
        for path in Path(desk.settings.data_dir).rglob("*")
        if path.is_file() and (mark in path.read_bytes() or corpus.TRACE in path.name)
    ]


@contextmanager
def little_memory():
    """Let the serving process grow by no more than this at its worst moment."""
    with suppress(OSError):  # where it cannot be forgotten, the peak so far counts
        Path("/proc/self/clear_refs").write_text("5")
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used
    assert grown < MOST_MEGABYTES * 1024


def said(answer):
    """Return the sentence that refuses, as it stands on the page."""
    text = unescape(answer.text)
    found = re.search(r'id="[^"]*-loi"[^>]*>([^<]+)', text)
    return found[1].strip() if found else ""


def refused_plainly(answer):
    """Say whether an answer is a page that refuses in a plain sentence."""
    if answer.status_code != 422:
        return False
    words = said(answer)
    return words.endswith(".") and len(words) < 200 and not NOT_OURS.search(words)


# Both doors develop in the same way: of the second, a file of each end is enough.
SENT = {
    PHOTO: corpus.PICTURES,
    TYPED: dict(list(corpus.PICTURES.items())[::4]),
}


@pytest.mark.parametrize("door", SENT, ids=["photo", "typed"])
def test_a_hostile_picture_is_refused_in_words_or_only_its_pixels_stay(
    world, sender, hostile_desk, door
):
    before, wrong = stored(hostile_desk), {}
    with little_memory():
        for at, (name, sent) in enumerate(SENT[door].items()):
            called = corpus.NAMES[at % len(corpus.NAMES)] or "a"
            declared = corpus.DECLARED[at % len(corpus.DECLARED)]
            answer = sender.sends(
                DOORS[door], way(world, door), [(called, sent.content, declared)]
            )
            taken = answer.status_code == 303
            if not (taken if sent.ends == corpus.REDRAWN else refused_plainly(answer)):
                wrong[name] = answer.status_code, said(answer)
    kept = stored(hostile_desk) - before

    assert wrong == {}
    assert kept
    assert {kind_of(content) for _, _, content in kept} == {Kind.JPEG}
    assert {kind for _, kind, _ in kept} == {"image/jpeg"}
    assert not [name for name, _, _ in kept if corpus.TRACE in name or "CON" in name]
    assert not [one for _, _, one in kept if b"Exif" in one or b"GPS" in one]
    assert traces(hostile_desk) == []


@pytest.mark.parametrize("called", corpus.NAMES)
def test_what_the_sender_calls_a_file_is_kept_nowhere(
    world, sender, hostile_desk, called
):
    names = {name for name, _, _ in stored(hostile_desk)}
    good = photos.jpeg(photos.a_page())

    answer = sender.sends("resident", way(world, PHOTO), [(called, good, "a/b")])

    assert answer.status_code < 500
    assert {name for name, _, _ in stored(hostile_desk)} <= names | {
        "Giấy chứng nhận quyền sử dụng đất"
    }
    assert traces(hostile_desk) == []


def test_a_hostile_list_is_refused_in_words_and_asks_nobody_and_does_nothing(
    world, sender, hostile_desk
):
    before, wrong = stored(hostile_desk), {}
    with listening() as (host, calls):
        lists = corpus.tables(host)
        with little_memory():
            for at, (name, content) in enumerate(lists.items()):
                called = corpus.NAMES[at % len(corpus.NAMES)] or "a"
                sent = [(called, content, "text/csv")]
                answer = sender.sends("counter", way(world, LIST), sent)
                read = answer.status_code == 200
                ours = "<script>fetch" not in answer.text and "root:" not in answer.text
                if not (ours and (read or refused_plainly(answer))):
                    wrong[name] = answer.status_code, said(answer)
    assert wrong == {}
    assert calls == []
    assert stored(hostile_desk) == before


@pytest.mark.parametrize("door", DOORS)
def test_a_form_that_no_browser_makes_is_refused_before_anything_is_done(
    world, sender, hostile_desk, door
):
    before = stored(hostile_desk)
    wrong = {}
    kind = corpus.KINDS[0]
    sent = [(name, body.encode(), kind) for name, body in corpus.FORMS.items()]
    plain = corpus.FORMS["thousands-of-parts"][:400].encode()
    sent += [(each[:40], plain, each) for each in corpus.KINDS[1:]]
    for name, body, declared in sent:
        answer = sender.sends_raw(DOORS[door], way(world, door), body, declared)
        if answer.status_code not in {400, 403, 413, 422}:
            wrong[name] = answer.status_code
    assert wrong == {}
    assert stored(hostile_desk) == before


# What a form may answer that is not one of ours: led on, or refused.
REFUSES = {303, 400, 401, 403, 404, 413, 422}


def test_no_other_form_takes_a_file(world, sender):
    wrong = {}
    for router in ROUTERS:
        for route in router.routes:
            name = f"POST {route.path}"
            if "POST" in route.methods and name not in DOORS:
                sent = [("a.jpg", b"x", "image/jpeg")]
                answer = sender.sends("administrator", way(world, name), sent)
                if answer.status_code not in REFUSES:
                    wrong[name] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/dang-nhap", "application/x-www-form-urlencoded"),
        ("/api/v1/offline/answers", "application/json"),
        ("/api/v1/callbacks/tax", "application/json"),
    ],
)
def test_nobody_fills_the_memory_with_what_he_sends(sender, path, kind):
    def endless():
        for _ in range(400):
            yield b"a" * 1024 * 1024

    with little_memory():
        try:
            answer = sender.sends_raw("nobody", path, endless(), kind)
        except httpx2.WriteError:  # not read to its end
            return
        assert answer.status_code in {400, 413}
        assert "Traceback" not in answer.text


def test_what_was_sent_comes_back_as_a_picture_that_can_do_nothing(world, sender):
    wrong = {}
    for path in (
        "/ho-so/{code}/buoc/{step_id}/giay-to/anh/{page_id}.jpg",
        "/can-bo/ho-so/{code}/anh/{page_id}.jpg",
    ):
        actor = "clerk" if path.startswith("/can-bo") else "resident"
        answer = sender.gets(actor, world.address(path, world.own))
        assert answer.status_code == 200, path
        told = {
            "content-type": "image/jpeg",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
        }
        wrong |= {
            (path, name): answer.headers.get(name)
            for name, want in told.items()
            if answer.headers.get(name) != want
        }
    assert wrong == {}

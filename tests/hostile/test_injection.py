"""What people type into any field of any form is shown as they typed it."""

import csv
import io
import json
import logging
import re
from collections import defaultdict

import pytest
from openpyxl import load_workbook

from forms import pdf, prefill
from forms.catalog import Catalog
from service.observability import JsonLines
from service.usecases.matter.answer_question import answer
from tests.access.matrix import rows
from tests.access.world import ACTORS
from tests.forms.samples import TYPICAL
from tests.forms.test_literal_text import is_free_text
from tests.hostile.forms import Page

# Of a template 7191 * 7 would be left, of a page the element or the attribute.
WORDS = (
    "=Hoa {{7191*7}} {0.__class__} %s%n ';-- \"onxdat='1' <x-dat onxdat=1> ${7191*7}",
    "@SUM(1) #{7191*7} <%= 7191*7 %> </textarea><x-dat> javascript:x",
)
# A name has neither figures nor angles.
NAME = "=Hoa {{self}} \"onxdat='y' %s%n ';--"
SHOWN = "{{7191*7}}", "#{7191*7}", "{{self}}"
RECKONED, MADE = "50337", re.compile(r"(<|&lt;)(class '|TemplateReference)")
# Forms that end what is needed here: sessions, matters, accounts, consents.
ENDS = re.compile(
    r"dang-xuat|/xoa|rut-|/khoa|ket-thuc|/dung|thoi-|het-hieu|nhan-lai|/tat|dong-|mat-khau"
    r"|luyen-tap|ngon-ngu|/quan-tri/tai-khoan|^/viec/|/mo-lai|/ra-soat|/ket-noi|/nhan$"
)
FORMULA = tuple("=+-@\t\r")


class Lines(logging.Handler):
    """Keeps the lines of the log as they are written."""

    def __init__(self):
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@pytest.fixture
def log():
    kept, logger = Lines(), logging.getLogger("service")
    logger.addHandler(kept)
    yield kept.lines
    logger.removeHandler(kept)


def who_reads(row):
    """Return who may read a page: for each of its things one actor is enough."""
    may = row.who("ok")
    return next((actor for actor in ACTORS if actor in may and actor != "nobody"), None)


def pages(world):
    """Yield each page that somebody of the world may read, with the answer."""
    for row in rows():
        actor = who_reads(row)
        if row.method == "GET" and actor and "/tinh/" not in row.path:
            where = world.address(row.path, world.own)
            yield row, actor, where, world.asks(actor, "GET", where)


def wrong_with(path, answer):
    """Say what of the words was taken for something else than words."""
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 500:
        return str(answer.status_code)
    if "csv" in kind or "spreadsheet" in kind:
        return _formula(kind, answer.content)
    if not kind.startswith("text/html"):
        return RECKONED if RECKONED in answer.text else ""
    page = Page(path, answer.text)
    found = {"x-dat"} & page.tags | {"onxdat"} & page.attributes
    found |= {RECKONED} if RECKONED in page.text else set()
    if any(link.startswith("javascript:") for link in page.links):
        found.add("a link that is a script")
    if MADE.search(answer.text):
        found.add("an object of the program")
    return ", ".join(sorted(found))


def _formula(kind, content):
    if "csv" in kind:
        table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        cells = [cell for row in table for cell in row]
    else:
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        cells = [str(one) for row in sheet.iter_rows(values_only=True) for one in row]
    return next((cell for cell in cells if cell.startswith(FORMULA)), "")


def forms_of(world):
    """Yield each form of each page with who may send it; none that ends what is needed.

    Of forms that differ by what they name, such as one for each account, one is enough.
    """
    seen = set()
    for row, actor, where, reply in list(pages(world)):
        if not reply.headers.get("content-type", "").startswith("text/html"):
            continue
        for form in Page(where, reply.text).forms:
            like = row.route, tuple(each.name for each in form.fields)
            ends = form.method != "post" or form.files or ENDS.search(form.action)
            if not ends and like not in seen:
                seen.add(like)
                yield row, actor, form


def told(world):
    """Let the resident tell words where she is asked for a name or a place."""
    citizen, code = world.own.citizen, world.own.code
    typed = {
        "party[hoa].full_name": NAME,
        "party[father].full_name": NAME,
        "land.address": WORDS[0],
    }
    for key, words in typed.items():
        assert answer(world.desk, citizen, code, key, words).problem is None, key


def test_whatever_is_typed_into_any_form_is_shown_as_words_on_every_page(world, log):
    told(world)
    wrong, sent, shown = defaultdict(list), 0, set()
    for row, actor, form in forms_of(world):
        for words in WORDS:
            world.client.cookies.clear()
            reply = world.client.post(
                form.action, data=form.filled(words), headers=world._headers(actor)
            )
            sent += 1
            if found := wrong_with(form.action, reply):
                wrong[f"{form.action} of {row.route}"].append(found)
            if any(each in Page(row.path, reply.text).text for each in SHOWN):
                shown.add(f"the answer to {row.route}")
    for row, _, where, reply in pages(world):
        if found := wrong_with(where, reply):
            wrong[row.route].append(found)
        if any(each in Page(where, reply.text).text for each in SHOWN):
            shown.add(row.route)
    print(f"{sent} forms sent, shown on {len(shown)} pages")  # noqa: T201
    assert wrong == {}
    assert sent > 60
    assert len(shown) > 15
    for line in log:
        assert line.isprintable(), line
        assert "x-dat" not in line
        json.loads(line)


def test_every_paper_holds_what_was_typed_as_words():
    typed = WORDS[0].replace("'", "’").replace('"', "”")
    facts = {
        key: typed if is_free_text(key, value) else value
        for key, value in TYPICAL.items()
    }
    held = 0
    for edition in Catalog.load().editions():
        made = pdf.sheet(prefill.fill(edition, facts)).page
        page = Page("/", made)
        assert not {"x-dat", "script"} & page.tags, edition
        assert "onxdat" not in page.attributes, edition
        assert RECKONED not in page.text, edition
        held += "{{7191*7}}" in page.text
    assert held > 20


def test_a_line_of_the_log_stays_one_line_whatever_is_in_it():
    forged = 'Hoa\r\n{"level": "ERROR"}\x1b[2J\u2028\x00\x85end'
    record = logging.LogRecord("service", 20, "", 0, forged, None, None)
    record.fields = {"office": forged, "error": forged, "not-allowed": forged}
    line = JsonLines().format(record)
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    told = json.loads(line)
    assert told["office"] == forged
    assert "not-allowed" not in told
    assert told["level"] == "INFO"

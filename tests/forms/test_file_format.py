"""The file of a paper: what it claims, what it carries, and that it is always the same.

Whether the claims hold is asked of a validator elsewhere.
"""

import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from forms import pdf, prefill
from forms.catalog import Catalog
from forms.loader import load_editions
from tests.forms.papers import edition, squash, text_of
from tests.forms.samples import OVERLONG, PROVENANCE, TYPICAL

EDITIONS = {each.edition: each for each in load_editions()}
ONE_OF_EACH_FORM = {each.form: name for name, each in EDITIONS.items()}.values()
DATA = {"typical": TYPICAL, "overlong": OVERLONG}
# What a file of two pages may weigh.
TWO_PAGES = 60_000


def sheet(form, facts=TYPICAL):
    return pdf.sheet(prefill.fill(edition(form), facts, PROVENANCE))


def root(content):
    return PdfFileReader(io.BytesIO(content)).root


def attached(content):
    """Return the files inside by name, as they are described."""
    names = iter(root(content)["/Names"]["/EmbeddedFiles"]["/Names"])
    return {str(name): next(names).get_object() for name in names}


def told(content):
    ((_, one),) = attached(content).items()
    return json.loads(one["/EF"]["/F"].data)


def elements(node):
    """Yield the elements of structure under a node."""
    kids = node.get("/K", ())
    for kid in kids if isinstance(kids, list) else [kids]:
        if isinstance(one := kid.get_object(), dict):
            yield one
            yield from elements(one)


@pytest.fixture(scope="module")
def change():
    return pdf.render(sheet("F-CHANGE"))


@pytest.fixture(scope="module")
def packet():
    """Three sheets in one file; the second says nothing to a machine."""
    silent = pdf.Sheet(sheet("F-MANDATE").page)
    return pdf.render(sheet("TAX-03-BDS-TNCN"), silent, sheet("F-CHANGE"))


def test_the_file_claims_both_standards_and_describes_the_second(change):
    claims = root(change)["/Metadata"].data.decode()

    assert 'pdfaid:part="3"' in claims
    assert 'pdfaid:conformance="A"' in claims
    assert 'pdfuaid:part="1"' in claims
    assert "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in claims


def test_the_file_says_its_title_and_its_language(change):
    assert str(root(change)["/Lang"]) == "vi"
    assert root(change)["/ViewerPreferences"]["/DisplayDocTitle"]
    assert edition("F-CHANGE").name in root(change)["/Metadata"].data.decode()


def test_the_answers_lie_in_the_file_as_data_without_made_up_dates(change):
    ((name, one),) = attached(change).items()
    content = one["/EF"]["/F"]

    assert name == str(one["/UF"]) == "answers.json"
    assert str(one["/AFRelationship"]) == "/Data"
    assert content.data == sheet("F-CHANGE").answers
    assert not {"/CreationDate", "/ModDate"} & set(content["/Params"])
    assert not {"/CreationDate", "/ModDate"} & set(
        PdfFileReader(io.BytesIO(change)).trailer["/Info"]
    )


def test_a_sheet_without_answers_carries_no_file():
    content = pdf.render(pdf.Sheet(sheet("F-MANDATE").page))

    assert "/Names" not in root(content)
    assert "/AF" not in root(content)


def test_several_sheets_bring_their_answers_under_telling_names(packet):
    files = attached(packet)

    assert list(files) == [
        "answers-01-TAX-03-BDS-TNCN.json",
        "answers-03-F-CHANGE.json",
    ]
    forms = [json.loads(each["/EF"]["/F"].data)["form"] for each in files.values()]
    assert forms == ["TAX-03-BDS-TNCN", "F-CHANGE"]


def test_each_sheet_of_a_file_counts_its_own_pages(packet):
    document = pypdfium2.PdfDocument(packet)
    alone = [len(pypdfium2.PdfDocument(pdf.render(sheet(name)))) for name in SHEETS]
    wanted = [
        "" if number == 1 else str(number)
        for pages in alone
        for number in range(1, pages + 1)
    ]
    shown = [
        page.get_textpage().get_text_bounded(
            left=page.get_width() * 0.45,
            right=page.get_width() * 0.6,
            bottom=page.get_height() - 50,
        )
        for page in document
    ]

    numbers = ["".join(filter(str.isdigit, text)) for text in shown]
    assert numbers == wanted


SHEETS = ("TAX-03-BDS-TNCN", "F-MANDATE", "F-CHANGE")


def test_the_outline_of_a_file_names_every_sheet(packet):
    shown = [each.get_title() for each in pypdfium2.PdfDocument(packet).get_toc()]

    places = [shown.index(edition(name).name) for name in SHEETS]
    assert places == sorted(places)


def test_every_table_head_says_that_it_is_one_of_a_column():
    content = pdf.render(sheet("F-SLIP-TRANSFER"))
    tree = root(content)["/StructTreeRoot"]

    heads = [each for each in elements(tree) if each.get("/S") == "/TH"]
    assert heads
    assert {str(each["/A"]["/Scope"]) for each in heads} == {"/Column"}


def test_lines_to_write_on_are_drawn_once():
    content = pdf.render(sheet("TAX-01-LPTB"))
    lines = root(content)["/Pages"]["/Kids"][0]["/Resources"]["/Pattern"]
    drawings = {
        each.raw_get("/Resources").idnum
        for name in lines
        for each in [lines[name].get_object()]
    }

    assert len(lines) > 30
    assert len(drawings) == 1


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("name", ONE_OF_EACH_FORM)
def test_what_a_small_file_tells_a_machine_stands_on_the_paper(name, data):
    filled = prefill.fill(EDITIONS[name], DATA[data], PROVENANCE)
    made = pdf.sheet(filled)
    content = pdf.render(made)
    shown = squash(text_of(content))

    assert len(pypdfium2.PdfDocument(content)) > 2 or len(content) <= TWO_PAGES
    for value in values(json.loads(made.answers)):
        for line in value.splitlines():
            assert squash(line) in shown, line


def values(part):
    """Yield the texts that the answers give, however deep."""
    if isinstance(part, dict):
        if isinstance(part.get("value"), str):
            yield part["value"]
        yield from part.get("lines", ())
        part = part.values()
    if not isinstance(part, str | int | None):
        for each in part:
            yield from values(each)


@pytest.mark.parametrize("name", EDITIONS)
def test_what_the_paper_does_not_print_is_not_in_the_file(name):
    asked = EDITIONS[name].asked()
    canaries = {
        key.format(party="hoa"): "CHIM HOÀNG YẾN"
        for each in EDITIONS.values()
        for key in each.asked()
        if key not in asked and key.format(party="hoa") not in TYPICAL
    }
    facts = TYPICAL | canaries | {"citizen.note": "CHIM HOÀNG YẾN"}
    where = dict.fromkeys(facts, "CHIM HOÀNG YẾN")
    why = {key: "CHIM HOÀNG YẾN" for key in asked if key not in facts}

    made = pdf.sheet(prefill.fill(EDITIONS[name], facts, where, why))

    assert canaries
    assert "CHIM HOÀNG YẾN" not in made.answers.decode()
    assert "CHIM HOÀNG YẾN" not in made.page


def test_the_answers_can_be_reckoned_with():
    answers = told(pdf.render(sheet("TAX-01-LPTB")))
    said = {each["id"]: each for each in answers["fields"]}

    assert answers["form"] == "TAX-01-LPTB"
    assert answers["instrument"] == edition("TAX-01-LPTB").instrument
    exact = {each["value"]: each["exact"] for each in said.values() if "exact" in each}
    assert exact
    for value, one in exact.items():
        if isinstance(one, int):
            assert f"{one:,}".replace(",", ".") == value
        elif "-" in one:
            assert "/".join(reversed(one.split("-"))) in value or "năm" in value
        else:
            assert one == value.replace(".", "").replace(",", ".")


def test_an_empty_box_does_not_tell_whether_it_was_decided():
    decided = told(pdf.render(sheet("TAX-01-LPTB")))
    blank = told(pdf.render(pdf.sheet(prefill.blank(edition("TAX-01-LPTB")))))
    kinds = {each.id for each in edition("TAX-01-LPTB").fields() if each.kind == "box"}

    for answers in (decided, blank):
        boxes = {each["value"] for each in answers["fields"] if each["id"] in kinds}
        assert boxes <= {True, False}
    assert not any(
        each["value"] for each in blank["fields"] if each["value"] is not None
    )


def test_letters_of_names_stay_as_they_are_composed():
    name = "H'Nguôt Êban ê̆ ô̆ ơ̆ ư̆ ƀ"
    content = pdf.render(sheet("F-CHANGE", TYPICAL | {"party[hoa].full_name": name}))

    assert name in attached(content)["answers.json"]["/EF"]["/F"].data.decode()


def test_the_fingerprint_sees_every_part_of_every_sheet():
    one, other = sheet("F-CHANGE"), sheet("F-MANDATE")
    made = [
        (one,),
        (pdf.Sheet(one.page, one.answers + b" ", one.name),),
        (pdf.Sheet(one.page, b"", one.name),),
        (pdf.Sheet(one.page + " ", one.answers, one.name),),
        (one, other),
        (other, one),
        (one, one),
    ]

    assert len({pdf.fingerprint(*each) for each in made}) == len(made)
    assert pdf.fingerprint(one) == pdf.fingerprint(sheet("F-CHANGE"))


_ELSEWHERE = """
import hashlib
from forms import pdf
from tests.forms.test_file_format import SHEETS, sheet
pdf.render(sheet("F-MANDATE"))
made = [pdf.render(*map(sheet, SHEETS)), pdf.render(sheet("F-CHANGE"))]
print(*(hashlib.sha256(each).hexdigest() for each in made))
"""


@pytest.mark.parametrize(("seed", "zone"), [("1", "UTC-7"), ("77", "UTC+11")])
def test_another_process_in_another_place_makes_the_same_bytes(seed, zone, change):
    here = [pdf.render(*map(sheet, SHEETS)), change]

    answer = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": os.environ["PATH"]},
    )

    sums = [hashlib.sha256(each).hexdigest() for each in here]
    assert answer.stdout.split() == sums


def test_every_form_that_is_listed_is_one_of_these_editions():
    assert {row["edition"] for row in Catalog.load().list()} <= set(EDITIONS)

"""A leaflet for each goal: one page in large type, with a code that leads on."""

from datetime import date

import pypdfium2
import pytest
import zxingcpp
from starlette.testclient import TestClient

from forms.leaflet import Size, leaflet_sheet
from forms.pdf import render
from service.cli import main as dat
from service.main import create_app
from service.usecases.papers import leaflets as made
from service.usecases.papers.leaflets import leaflet_of, leaflets, shelves_of
from tests.conftest import the_law

POINTS = {Size.A4: (595, 842), Size.A5: (420, 595)}
GOALS = sorted(the_law().edition("66", date(2026, 11, 30)).goals)


@pytest.fixture
def shelves(desks):
    return shelves_of(desks.make(base_url="https://dat.example"))


def first_page(pdf):
    pages = pypdfium2.PdfDocument(pdf)
    assert len(pages) == 1
    return pages[0]


def text_of(page):
    return " ".join(page.get_textpage().get_text_range().split())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("goal", GOALS)
def test_each_goal_has_a_leaflet_of_one_page_on_both_sizes(shelves, goal):
    leaflet = leaflet_of(shelves, goal)

    assert 0 < len(leaflet.bring) <= 3
    for size, points in POINTS.items():
        page = first_page(render(leaflet_sheet(leaflet, size)))
        assert tuple(map(round, page.get_size())) == points
        assert leaflet.title in text_of(page)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", Size)
def test_a_phone_reads_the_code_and_comes_to_the_goal(shelves, size):
    page = first_page(render(leaflet_sheet(leaflet_of(shelves, "give"), size)))

    (code,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())

    assert code.text == "https://dat.example/viec/give"
    assert "dat.example/viec/give" in text_of(page)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_nobody_has_verified_is_marked_and_no_sum_is_made_up(shelves):
    give, mandate = (leaflet_of(shelves, goal) for goal in ("give", "give_mandate"))

    assert [line.certain for line in give.steps] == [True, False]
    assert give.money[-1].note.startswith("chưa có số chung")
    assert mandate.money == (made.Told(made.NO_MONEY),)


def test_the_list_leads_to_each_leaflet_and_an_unknown_one_is_not_found(desk):
    visitor = TestClient(create_app(desk))

    listed = visitor.get("/to-roi").text
    pdf = visitor.get("/to-roi/give.pdf?kho=a5")

    assert all(f'/to-roi/{row.goal}.pdf"' in listed for row in leaflets(desk))
    assert pdf.headers["content-type"] == "application/pdf"
    assert round(first_page(pdf.content).get_size()[0]) == POINTS[Size.A5][0]
    assert visitor.get("/to-roi/fly.pdf").status_code == 404


def test_the_command_writes_the_same_leaflet_and_names_the_goals_it_knows(
    tmp_path, capsys
):
    file = tmp_path / "to-roi.pdf"

    assert dat(["leaflet", "give", "-o", str(file), "--size", "a5"]) == 0
    assert round(first_page(file.read_bytes()).get_size()[0]) == POINTS[Size.A5][0]
    assert dat(["leaflet", "fly", "-o", str(file)]) == 2
    assert "replace_lost_certificate" in capsys.readouterr().err

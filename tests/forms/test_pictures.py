"""Photos of papers: drawn anew without what they carried, measured, or refused."""

import io
import multiprocessing

import pytest
from PIL import Image

from forms.darkroom import Darkroom
from forms.pictures import LONG_SIDE, develop
from forms.uploads import (
    TAKEN,
    Kind,
    PictureError,
    TooHeavyError,
    TooManyPagesError,
    TooManyPixelsError,
    kind_of,
)
from tests.forms import photos
from tests.forms.hostile import BROKEN, BY_KIND, CARRYING, SCRIPT


@pytest.fixture(scope="module")
def darkroom():
    made = Darkroom()
    yield made
    made.close()


def developed(content, most_pages=10):
    return develop(content, kind_of(content), most_pages)


def measures(page):
    return developed(photos.jpeg(page))[0].measures


# --- what is taken, and what becomes of it ------------------------------------------


@pytest.mark.parametrize("name", BY_KIND)
def test_what_is_no_photo_is_known_by_its_content_before_it_is_decoded(name):
    assert kind_of(BY_KIND[name]) not in TAKEN


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_drawn_ends_with_a_plain_refusal(darkroom, name):
    content = BROKEN[name]

    assert kind_of(content) in TAKEN
    with pytest.raises(PictureError):
        darkroom.develop(content, kind_of(content), 10)


@pytest.mark.parametrize("name", CARRYING)
def test_what_a_file_carries_beside_the_picture_is_gone(darkroom, name):
    content = CARRYING[name]

    pages = darkroom.develop(content, kind_of(content), 10)

    assert [kind_of(page.content) for page in pages] == [Kind.JPEG]
    for trace in (SCRIPT.encode(), b"MZ\x90", b"JavaScript", b"x.exe", b"URI", b"PK"):
        assert trace not in pages[0].content


def test_too_many_points_and_too_many_pages_are_told_apart():
    with pytest.raises(TooManyPixelsError):
        developed(BROKEN["bomb-of-forty-one-million"])
    with pytest.raises(TooManyPagesError) as refused:
        developed(photos.pdf(*[Image.new("RGB", (60, 80))] * 4), most_pages=3)
    assert refused.value.pages == 4


def test_the_place_where_a_photo_was_taken_is_gone_and_it_stands_upright():
    lying = photos.sideways(photos.on_a_table(photos.a_page()))
    taken = photos.from_a_phone(lying)
    assert Image.open(io.BytesIO(taken)).getexif().get_ifd(photos.GPS)

    page = developed(taken)[0]

    shown = Image.open(io.BytesIO(page.content))
    assert not dict(shown.getexif())
    assert b"Exif" not in page.content
    assert b"May ao" not in page.content
    assert (page.measures.width, page.measures.height) == lying.size[::-1]
    assert page.width < page.height == LONG_SIDE
    assert page.measures.turned < 1


def test_a_picture_that_lets_light_through_lies_on_white_paper():
    clear = Image.new("RGBA", (1200, 1600), (0, 0, 0, 0))

    page = developed(photos.png(clear))[0]

    assert Image.open(io.BytesIO(page.content)).getpixel((5, 5)) == (255, 255, 255)


def test_each_page_of_a_pdf_becomes_a_picture_in_its_order():
    made = photos.pdf(photos.a_page(), photos.a_page((2100, 1500), lines=20))

    pages = developed(made)

    assert [page.width < page.height for page in pages] == [True, False]


def test_a_photo_that_takes_too_long_is_given_up_and_the_next_is_developed():
    before = set(multiprocessing.active_children())
    room = Darkroom(seconds=0.01)
    with pytest.raises(TooHeavyError):
        room.develop(photos.jpeg(photos.a_page((5000, 7000))), Kind.JPEG, 1)
    room.close()
    assert set(multiprocessing.active_children()) <= before


# --- what is measured ---------------------------------------------------------------


def test_a_blurred_page_measures_far_below_a_sharp_one():
    page = photos.on_a_table(photos.a_page())

    sharp, soft = measures(page), measures(photos.blurred(page))

    assert sharp.sharpness > 20 * soft.sharpness


def test_a_burnt_out_patch_is_glare_and_white_paper_is_not():
    white = photos.a_page(paper=(255, 255, 255))

    assert measures(photos.with_glare(photos.a_page())).glare > 0.02
    assert measures(white).glare == 0


def test_writing_that_runs_off_the_picture_shows_at_the_edge():
    page = photos.a_page()

    assert measures(page).edge < 0.1
    assert measures(photos.cut(page)).edge > 0.6


def test_lines_that_run_up_and_down_are_told_from_lines_across():
    page = photos.on_a_table(photos.a_page())

    assert measures(page).turned < 0.8
    assert measures(photos.sideways(page)).turned > 1.3


def test_a_dark_photo_is_dark_however_sharp_it_is():
    page = photos.on_a_table(photos.a_page())

    assert measures(page).brightness > 180
    assert measures(photos.dark(page)).brightness < 90

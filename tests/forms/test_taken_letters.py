"""The letters that a question takes are those that the installed typeface draws."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from forms.engine import TYPEFACE
from workflows.loader_writing import load_writing

# Stand-ins for what could not be read; the typeface draws them, a paper must not.
STAND_INS = {0xFFFC, 0xFFFD}


def faces():
    folders = (Path("/usr/share/fonts"), Path.home() / ".fonts")
    return [
        path for folder in folders for path in sorted(folder.rglob(f"{TYPEFACE}-*.ttf"))
    ]


def test_the_data_names_exactly_the_letters_of_all_installed_faces():
    found = faces()
    if not found:
        pytest.skip("the typeface is elsewhere on this machine")
    drawn = set.intersection(*(set(TTFont(path).getBestCmap()) for path in found))
    known = load_writing()

    taken = {
        number for number in range(0x110000) if not known.undrawn.match(chr(number))
    }

    assert taken == {
        number for number in drawn - STAND_INS if chr(number).isprintable()
    }

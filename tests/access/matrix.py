"""Reads the matrix: which word is expected in which cell."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.access.world import ACTORS

FILE = Path(__file__).with_name("matrix.yaml")
REST = "the rest"
WORDS = {"ok", "sign in", "forbidden", "not found"}


@dataclass(frozen=True)
class Row:
    """What is expected of one route: by thing and actor."""

    route: str
    family: str
    expected: dict[str, dict[str, str]]

    @property
    def method(self):
        return self.route.split()[0]

    @property
    def path(self):
        return self.route.split()[1]

    def who(self, word, thing="own"):
        """Return the actors of whom a word is expected."""
        cells = self.expected[thing].items()
        return [actor for actor, said in cells if said == word]


def rows():
    """Return the rows of the matrix; a cell without a word, or with two, is a fault."""
    told = yaml.safe_load(FILE.read_text("utf-8"))
    found = []
    for family in told["families"]:
        expected = {
            thing: _cells(family[thing], told["sets"], family["what"])
            for thing in ("own", "other")
            if thing in family
        }
        found += [Row(route, family["what"], expected) for route in family["routes"]]
    return found


def _cells(words, sets, where):
    assert words.keys() <= WORDS, where
    cells = {}
    rest = None
    for word, names in words.items():
        for name in (each.strip() for each in names.split(",")):
            if name == REST:
                rest = word
                continue
            for actor in sets.get(name, [name]):
                assert actor in ACTORS, f"{where}: {actor}"
                assert actor not in cells, f"{where}: {actor} twice"
                cells[actor] = word
    missing = [actor for actor in ACTORS if actor not in cells]
    assert rest or not missing, f"{where}: nothing is said of {missing}"
    return {actor: cells.get(actor, rest) for actor in ACTORS}

"""What several commands read: the law, and a situation from a file or a pipe."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from service.errors import InputError
from service.installed_law import installed_law, told_faults
from workflows.calendar import Calendar
from workflows.loader import load_calendar, load_territory
from workflows.packages import Edition, Law
from workflows.situation import Situation, read
from workflows.territory import Territory

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Books:
    """The law, the calendar and the communes, as loaded for one command."""

    law: Law
    calendar: Calendar
    territory: Territory


def books() -> Books:
    """Load everything that stands in data, with the cache of the data directory."""
    return Books(the_law(), load_calendar(), load_territory())


def the_law(own: Path | None = None) -> Law:
    """Return the law of the installation; what is left out is told on standard error.

    ``own`` is another folder of own packages than that of the installation.
    """
    law = installed_law(data_dir() / "cache", own or own_packages())
    if law.faults:
        print(told_faults(law), file=sys.stderr)
    return law


def own_packages() -> Path:
    """Return the folder of the installation's own packages, as the settings do."""
    return Path(os.environ.get("DAT_PACKAGES_DIR") or data_dir() / "packages")


def data_dir() -> Path:
    """Return the data directory, as the settings do.

    It is read alone, because loading all settings takes as long as making a plan; a
    test holds the two together.
    """
    return Path(os.environ.get("DAT_DATA_DIR") or ".dat")


def today() -> date:
    """Return today's legal day in Vietnam."""
    return datetime.now(VIETNAM).date()  # noqa: TID251  the command line is the clock


def add_situation(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names the situation, and ``--json``."""
    parser.add_argument(
        "situation",
        metavar="S.json",
        help="a situation file, or - for standard input",
    )
    add_json(parser)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``: machine-readable instead of human text."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def read_situation(name: str, loaded: Books) -> tuple[Situation, Edition]:
    """Read and check a situation; return it with the edition in force on its day.

    Raises BadInputError with every problem found, or InputError when the file cannot
    be read or is not JSON.
    """
    raw = read_json(name)
    situation = read(raw, loaded.law, loaded.territory, today=today())
    edition = loaded.law.edition(
        situation.province, situation.on, commune=situation.commune
    )
    return situation, edition


def titles_of(edition: Edition) -> dict[str, str]:
    """Return the titles of the instruments that an edition cites, by id."""
    return {key: row.title for key, row in edition.instruments.items()}


def read_json(name: str) -> object:
    """Read JSON from a file or standard input; a number keeps its exact decimals."""
    shown = "standard input" if name == "-" else name
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Không đọc được tệp {shown}: {error}.") from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"dòng {error.lineno}, cột {error.colno}"
        raise InputError(
            f"Tệp {shown} không phải JSON hợp lệ ({where}): {error.msg}."
        ) from error


def print_json(value: object) -> None:
    """Print JSON as people read it: indented, Vietnamese letters as they are."""
    print(json.dumps(value, ensure_ascii=False, indent=2))

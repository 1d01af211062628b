"""What several commands read: the law, and a situation from a file or a pipe."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from service.errors import InputError
from service.installed_law import installed_law, told_faults
from workflows.packages import Edition, Law
from workflows.sentences import file_trouble

if TYPE_CHECKING:
    # Commands that only look at packages do not wait for the rest.
    from workflows.calendar import Calendar
    from workflows.situation import Situation
    from workflows.territory import Territory

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Books:
    """The law, the calendar and the communes, as loaded for one command."""

    law: Law
    calendar: Calendar
    territory: Territory


def books(known_on: str | None = None) -> Books:
    """Load everything that stands in data, with the cache of the data directory.

    ``known_on`` is a day as typed: what the packages learned after it is left aside.
    Raises InputError when it is no day.
    """
    from workflows.loader import load_calendar, load_territory  # noqa: PLC0415

    law = as_known_on(the_law(), known_on)
    return Books(law, load_calendar(), load_territory())


def as_known_on(law: Law, typed: str | None, option: str = "--known-on") -> Law:
    """Return the law as it was known on the day, or all that is known now."""
    return law if typed is None else law.known_on(a_day(typed, option))


def a_day(typed: str, option: str) -> date:
    """Read the day of an option; raises InputError naming the option."""
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise InputError(
            f"{option}: {typed!r} không phải ngày có thật; viết như 2026-11-24."
        ) from error


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


def now() -> datetime:
    """Return the instant, as the clock of the machine has it."""
    return datetime.now(VIETNAM)  # noqa: TID251  the command line is the clock


def read_file(name: str) -> bytes:
    """Return what a file holds; raises InputError when it cannot be read."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputError(
            f"Không đọc được tệp {name}: {file_trouble(error)}."
        ) from error


def write_file(name: str, content: bytes) -> None:
    """Write a file; raises InputError when it cannot be written."""
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise InputError(
            f"Không ghi được tệp {name}: {file_trouble(error)}."
        ) from error


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


def add_known_on(parser: argparse.ArgumentParser) -> None:
    """Add ``--known-on``: the answer that the program would have given then."""
    parser.add_argument(
        "--known-on",
        metavar="DAY",
        help="leave aside what the packages learned after this day, such as 2026-11-24",
    )


def known_then(typed: str | None) -> str:
    """Return the line above an answer that says as of which knowledge it holds."""
    if typed is None:
        return ""
    day = a_day(typed, "--known-on")
    return f"Theo những gì đã biết đến hết ngày {day:%d/%m/%Y}:\n"


def read_situation(name: str, loaded: Books) -> tuple[Situation, Edition]:
    """Read and check a situation; return it with the edition in force on its day.

    Raises BadInputError with every problem found, or InputError when the file cannot
    be read or is not JSON.
    """
    from workflows.situation import read  # noqa: PLC0415

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
    except OSError as error:
        raise InputError(
            f"Không đọc được tệp {shown}: {file_trouble(error)}."
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"Không đọc được tệp {shown}: không phải chữ viết theo UTF-8."
        ) from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"dòng {error.lineno}, cột {error.colno}"
        raise InputError(
            f"Tệp {shown} không phải JSON hợp lệ, sai ở {where}."
        ) from error


def print_json(value: object) -> None:
    """Print JSON as people read it: indented, Vietnamese letters as they are."""
    print(json.dumps(value, ensure_ascii=False, indent=2))

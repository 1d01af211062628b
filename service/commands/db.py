"""``dat db upgrade``: bring the database to the newest schema."""

from __future__ import annotations

import argparse

from service.commands.inputs import now
from service.composition import installation_ring, open_database
from service.persistence.database import upgrade
from service.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb; there is one."""
    parser.add_argument("verb", choices=["upgrade"])


def run(args: argparse.Namespace) -> int:
    """Migrate; what is at the newest schema already stays as it is."""
    settings = Settings()
    database = open_database(settings, installation_ring(settings, now))
    upgrade(database)
    print(
        f"dat db {args.verb}: cơ sở dữ liệu ({database.dialect}) ở phiên bản mới nhất."
    )
    return 0

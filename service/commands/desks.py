"""The desk of the installation that the settings describe, for commands that run it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from service import telemetry
from service.composition import build_desk
from service.errors import InputError
from service.installed_law import told_faults
from service.observability import configure
from service.persistence.database import upgrade
from service.settings import Settings
from service.usecases.administration.admin_sentences import DEMO_COMMAND
from service.usecases.administration.office_days import up_to_date
from service.usecases.desk import Desk


def migrated_desk(
    served_at: str | None = None,
    gateways: Mapping[str, str] | None = None,
    *,
    migrate: bool = True,
) -> Desk:
    """Return the desk of this installation, its database at the newest schema.

    ``served_at`` is the address of the pages when no other is set, ``gateways`` are the
    addresses of offices that the settings do not name. The law of the day
    is read now, and the holidays of the installation; packages left out are told on
    standard error. Without ``migrate`` a database at another schema raises InputError.
    """
    settings = Settings()
    if served_at:
        settings = settings.served_at(served_at)
    if gateways:
        known = {**gateways, **settings.gateways}
        settings = settings.model_copy(update={"gateways": known})
    desk = build_desk(settings)
    if migrate:
        upgrade(desk.database)
    elif not desk.database.at_head():
        raise InputError(
            "--no-migrate: cơ sở dữ liệu chưa ở phiên bản của chương trình này."
            " Sao lưu rồi chạy `dat db upgrade`."
        )
    desk.law.prepare(desk.today())
    if desk.law.faults:
        print(told_faults(desk.law), file=sys.stderr, flush=True)
    return up_to_date(desk)


def only_in_demo(settings: Settings) -> None:
    """Refuse to put made-up people among real ones; raise InputError."""
    if settings.environment != "demo":
        raise InputError(DEMO_COMMAND)


def add_no_migrate(parser: argparse.ArgumentParser) -> None:
    """Let a process start without touching the schema."""
    parser.add_argument(
        "--no-migrate",
        action="store_true",
        help="refuse to start unless the schema is that of this program",
    )


def begin_to_watch(settings: Settings) -> None:
    """Write logs in the form of the installation, and send traces where it wants."""
    configure(settings.logged)
    if settings.telemetry_address:
        try:
            telemetry.send_by_otlp(settings.telemetry_address)
        except ImportError as error:
            raise InputError(
                "DAT_TELEMETRY_ADDRESS: chưa cài phần thêm telemetry của Dắt."
            ) from error

"""``dat check-config``: what the installation still lacks before it serves people."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json
from service.usecases.administration.admin_sentences import SECOND_FACTOR
from service.usecases.operation.check_setup import check_setup
from service.usecases.outside.connection_sentences import MODES, OFFICE_NAMES
from service.usecases.outside.connections import look_at_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how to print."""
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Check settings, offices and people; answer 1 when something is missing."""
    desk = migrated_desk()
    lacks, offices = check_setup(desk), look_at_all(desk)
    if args.json:
        told: dict[str, object] = {
            "lacking": [each.to_json() for each in lacks],
            "ok": not lacks,
            "second_factor": desk.settings.second_factor_of,
        }
        print_json(told | {"offices": [asdict(each) for each in offices]})
        return 1 if lacks else 0
    for office in offices:
        state = "trả lời" if office.lacks is None else office.lacks
        print(f"{OFFICE_NAMES[office.office]}: {MODES[office.mode]}; {state}")
    print(SECOND_FACTOR[desk.settings.second_factor_of])
    for each in lacks:
        print(f"[{each.rule}] {each.text}")
    print(f"Còn thiếu {len(lacks)} điều." if lacks else "Không thiếu gì.")
    return 1 if lacks else 0

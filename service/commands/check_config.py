"""``dat check-config``: what the installation still lacks before it serves people."""

from __future__ import annotations

import argparse

from service.commands.desks import migrated_desk
from service.commands.inputs import add_json, print_json
from service.usecases.check_setup import check_setup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how to print."""
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Check settings, offices and people; answer 1 when something is missing."""
    lacks = check_setup(migrated_desk())
    if args.json:
        print_json({"lacking": [each.to_json() for each in lacks], "ok": not lacks})
        return 1 if lacks else 0
    for each in lacks:
        print(f"[{each.rule}] {each.text}")
    print(f"Còn thiếu {len(lacks)} điều." if lacks else "Không thiếu gì.")
    return 1 if lacks else 0

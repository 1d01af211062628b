"""``dat openapi``: what may be asked of the service and how, as OpenAPI."""

from __future__ import annotations

import argparse

from service.api.description import describe
from service.commands.inputs import print_json
from service.main import routed_app


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(_args: argparse.Namespace) -> int:
    """Print the description as JSON; no database and no settings are needed."""
    print_json(describe(routed_app()))
    return 0

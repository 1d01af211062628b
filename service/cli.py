"""The command line ``dat``: which commands there are, and what a failure looks like.

A command is a module in ``service.commands`` with ``add_arguments(parser)`` and
``run(args) -> int``. Only the module of the command that was asked for is imported, so
that a plan does not wait for the web framework or the PDF engine.

Exit codes: 0 well, 1 the command found something wrong (a lint, an audit, a failed
rehearsal), 2 the input cannot be used; then plain sentences on standard error say
which key, what stands there and what is allowed. Never a traceback for bad input.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from forms.errors import FormError
from service.errors import InputError
from workflows.errors import BadInputError, Problem, WorkflowError

COMMANDS = {
    "serve": "run the web service on loopback (and the worker in the same process)",
    "next": "the next question of a situation, why it is asked, how many remain",
    "plan": "the whole journey of a situation before it starts",
    "estimate": "only the money lines of a situation",
    "form": "one official form, filled from a situation, as PDF",
    "packet": "all papers of a step under a cover sheet, as one PDF",
    "leaflet": "the leaflet of a goal in large type, as PDF",
    "keys": "the keys that seal personal data: make, list, rotate, remove, public",
    "seal": "put the seal of the installation on a PDF",
    "check-seal": "say what seals a PDF carries, and whether it was changed since",
    "rehearse": "play the whole journey on a temporary database up to the end",
    "due": "a due day, with the days that were counted",
    "packs": "check, list, show, compare and draw the packages of the law",
    "translations": "bring the catalogues of the pages up to date, list what lacks",
    "recordings": "which questions nobody has spoken yet, with the words to read",
    "sandbox": "the outside offices as HTTP servers on loopback, for trials",
    "worker": "deliver messages, raise timers, in a process of its own",
    "db": "bring the database to the newest schema",
    "demo": "fill the database with made-up offices, people and cases",
    "figures": "on-time rate by indicator 2.1, and the other figures of a period",
    "import-list": "cases of the existing one-stop system by code, from CSV or XLSX",
    "export": "cases, or exchanges with offices, one JSON object a line",
    "reconcile": "compare the books of outside offices with ours, and mend",
    "desk": "count the dossiers of every desk anew, and the words they are found by",
    "objects": "papers in a store outside the database: check, there and back, sweep",
    "backup": "everything in one file, while the service goes on",
    "register": "the register of processing and the impact assessment, as files",
    "evidence": "what an assessor of the system's level asks to see, in one file",
    "restore": "put a backup into an empty database, and prove that all is there",
    "verify-backup": "restore a backup beside, as a trial, and prove that all is there",
    "who-saw": "what an account saw, changed and took out, for after a leak",
    "verify-audit": "prove that no stored move was changed, added or taken away",
    "account": "the first administrator, and the way back in when none is left",
    "check-config": "what the installation still lacks before it serves people",
    "openapi": "what may be asked of the service and how, as OpenAPI",
    "bench": "measure the program, as ratios to baselines of the same run",
    "faults": "kill and cut the service for a while; prove that nothing is lost",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; see the module for the codes."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(usage())
        return 0 if arguments else 2
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"dat: không có lệnh {name!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    module = importlib.import_module(f"service.commands.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"dat {name}", description=COMMANDS[name])
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(rest)))
    except (WorkflowError, FormError, InputError) as refusal:
        print(explain(refusal), file=sys.stderr)
        return 2
    except ValidationError as refusal:
        told = "\n".join(str(each["msg"]) for each in refusal.errors())
        print(told.replace("Value error, ", ""), file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0


def usage() -> str:
    """Return the list of commands, one a line."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {text}" for name, text in COMMANDS.items()]
    return "\n".join(["dat COMMAND [options]   (dat COMMAND --help)", "", *lines])


def explain(refusal: Exception) -> str:
    """Return the sentences for a person: all problems of the input, one a line."""
    if isinstance(refusal, BadInputError):
        return "\n".join(
            f"{problem.key}: {_without_key(problem)}" for problem in refusal.problems
        )
    return str(refusal)


def _without_key(problem: Problem) -> str:
    return problem.text.removeprefix(problem.key).lstrip(" :")

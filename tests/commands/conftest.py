"""The command line as somebody types it: arguments in, text and an exit code out."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.cli import main

SITUATIONS = Path(__file__).parents[1] / "situations"


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("dat")


@pytest.fixture
def dat(capsys, monkeypatch, data_dir):
    """Run ``dat`` in this process, with a data directory of the tests."""
    monkeypatch.setenv("DAT_DATA_DIR", str(data_dir))

    def run(*arguments) -> Answer:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run

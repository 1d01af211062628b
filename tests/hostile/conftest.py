"""The world of the access matrix, served over real HTTP to whoever means ill."""

from dataclasses import replace

import httpx2
import pytest

from service.web import csrf
from tests.serving import served

_BOUNDARY = "a-boundary-of-tests"
_PART = f"--{_BOUNDARY}%b".encode()


def _part(told, content):
    head = f"\r\nContent-Disposition: form-data; {told}\r\n\r\n"
    return _PART % head.encode() + content + b"\r\n"


class Sender:
    """A person of the world with a client that speaks HTTP by itself."""

    def __init__(self, world, address):
        self.world = world
        # A busy machine is slow, and still an answer comes.
        self.client = httpx2.Client(base_url=address, timeout=120)

    def headers(self, actor):
        return {"cookie": self.world.cookies(actor)}

    def gets(self, actor, path):
        return self.client.get(path, headers=self.headers(actor))

    def sends(self, actor, path, files=(), **fields):
        """Send a form with files as they are, whatever they are called."""
        parts = [(f'name="{name}"', each) for name, each in fields.items()]
        parts.append((f'name="{csrf.FIELD}"', self.world.form))
        body = b"".join(_part(told, each.encode()) for told, each in parts)
        for called, content, declared in files:
            told = f'name="anh"; filename="{called}"'
            body += _part(f"{told}\r\nContent-Type: {declared}", content)
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        return self.sends_raw(actor, path, body + _PART % b"--\r\n", kind)

    def sends_raw(self, actor, path, body, kind):
        return self.client.post(
            path,
            content=body,
            headers=self.headers(actor) | {"content-type": kind},
        )


@pytest.fixture(scope="session")
def hostile_desk(made_world):
    """Return a desk on the world's store at which nobody is told to wait."""
    world, _ = made_world
    many = world.desk.settings.model_copy(
        update={
            "uploads_of_person": 100_000,
            "photos_of_matter": 100_000,
            "misses_of_client": 100_000,
            "prints_of_person": 100_000,
        }
    )
    return replace(world.desk, settings=many)


@pytest.fixture(scope="session")
def sender(made_world, hostile_desk):
    """Return somebody who sends what she likes to a real server."""
    with served(hostile_desk) as address:
        made = Sender(made_world[0], address)
        yield made
        made.client.close()

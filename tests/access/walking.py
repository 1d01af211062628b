"""Walks routes as everybody, and says in one word how each answer ends."""

import shutil
from pathlib import Path

from starlette.routing import Mount

from service.main import ROUTERS

SIGN_IN, FORBIDDEN, NOT_FOUND, OK = "sign in", "forbidden", "not found", "ok"
_BY_STATUS = {401: SIGN_IN, 403: FORBIDDEN, 404: NOT_FOUND}
_DOORS = ("/dang-nhap", "/mo-lai")


def word_for(answer):
    """Return how an answer ends: who may not learns it before anything is read."""
    assert answer.status_code < 500, (answer.request.url.path, answer.status_code)
    where = answer.headers.get("location", "")
    here = answer.request.url.path
    asks = not here.startswith(_DOORS) and where.partition("?")[0] in _DOORS
    return SIGN_IN if asks else _BY_STATUS.get(answer.status_code, OK)


def routes_of(app):
    """Return every route of the application as ``GET /path``, and what is mounted."""
    paths = set()
    for router in ROUTERS:
        for route in router.routes:
            paths |= {f"{method} {route.path}" for method in route.methods}
    return paths | {
        f"GET {route.path}/{{file}}" for route in app.routes if isinstance(route, Mount)
    }


class Kept:
    """The SQLite file as it was, to begin each act from the same state."""

    def __init__(self, database) -> None:
        self.database = database
        self.copy = Path(f"{database.file}.kept")
        database.forget()
        shutil.copy(database.file, self.copy)

    def again(self):
        self.database.dispose()
        for end in ("-wal", "-shm"):
            Path(f"{self.database.file}{end}").unlink(missing_ok=True)
        shutil.copy(self.copy, self.database.file)

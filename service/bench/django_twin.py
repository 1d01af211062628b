"""The same three routes in Django and its REST framework: what others would have built.

It keeps what our routes read in tables of its own and does for a request what a careful
small service of that framework does: sessions in the database, the sign-in of a clerk
and her office, the token of every form, the middlewares of a new project besides those
for languages and compression, pages with a layout and words to translate. A move locks,
checks, and writes the case, its history, what is to be sent and the answer to a repeat.
It works out no law, no clock and no seal, it knows no offices that are silent, no wall
between rows and no rights. It runs under gunicorn with four threads, as it comes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

_SQLITE = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    "PRAGMA busy_timeout=30000"
)


def _database(address: str) -> dict[str, Any]:
    """Return the settings of a database: as durable as ours, connections kept."""
    if not address.startswith("postgresql:"):
        options = {"transaction_mode": "IMMEDIATE", "init_command": _SQLITE}
        engine = "django.db.backends.sqlite3"
        return {
            "ENGINE": engine, "NAME": address, "OPTIONS": options, "CONN_MAX_AGE": None,
        }  # fmt: skip
    told = conninfo_to_dict(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told["dbname"],
        "USER": told["user"],
        "HOST": told["host"],
        "PASSWORD": told.get("password", ""),
        "PORT": told.get("port", ""),
        "CONN_MAX_AGE": None,
    }


_parser = argparse.ArgumentParser()
_parser.add_argument("--port", type=int, required=True)
_parser.add_argument("--database", required=True, help="a file, or an address")
_parser.add_argument("--rows", type=Path, required=True, help="what the tables hold")
_told = _parser.parse_args()

_MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
_KNOWN_IN_EACH_PAGE = (
    "django.template.context_processors.request",
    "django.template.context_processors.i18n",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)
settings.configure(
    SECRET_KEY="made-up",  # noqa: S106  nobody signs in
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.messages",
        "rest_framework",
    ],
    DATABASES={"default": _database(_told.database)},
    USE_TZ=True,
    LANGUAGES=[("vi", "Tiếng Việt"), ("en", "English")],
    LANGUAGE_CODE="vi",
    MIDDLEWARE=[*_MIDDLEWARE],
    SESSION_COOKIE_NAME="twin_session",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).parent / "twin_pages"],
            "OPTIONS": {"context_processors": [*_KNOWN_IN_EACH_PAGE]},
        }
    ],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "rest_framework.authentication.SessionAuthentication"
        ],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from gunicorn.app.base import BaseApplication
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

_SIGN_IN = "django.contrib.auth.backends.ModelBackend"
# What the session of a citizen holds.
_MATTER = "matter"


class Matter(models.Model):
    """What somebody wants to do with her land."""

    code = models.TextField(unique=True)
    title = models.TextField()
    commune = models.TextField()

    class Meta:
        app_label = "twin"


class Clerk(models.Model):
    """In which office somebody works."""

    user = models.OneToOneField(User, models.CASCADE)
    office = models.TextField()

    class Meta:
        app_label = "twin"


class Fact(models.Model):
    """One statement of a matter."""

    matter = models.ForeignKey(Matter, models.CASCADE)
    key = models.TextField()
    value = models.JSONField(null=True)
    said_by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "twin"


class Case(models.Model):
    """A case at an office."""

    code = models.TextField(unique=True)
    matter = models.ForeignKey(Matter, models.CASCADE)
    office = models.TextField()
    state = models.TextField()
    version = models.IntegerField()
    due_on = models.DateField()

    class Meta:
        app_label = "twin"


class Move(models.Model):
    """A move of a case; each holds the sum of the one before."""

    case = models.ForeignKey(Case, models.CASCADE)
    at = models.DateTimeField()
    who = models.TextField()
    label = models.TextField()
    hash = models.TextField()

    class Meta:
        app_label = "twin"


class Outbox(models.Model):
    """What is to be sent because of a move."""

    case = models.ForeignKey(Case, models.CASCADE)
    kind = models.TextField()
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        app_label = "twin"


class Answer(models.Model):
    """What was answered to a form, for when it comes again."""

    key = models.TextField(primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE)
    body = models.JSONField()

    class Meta:
        app_label = "twin"


MODELS = (Matter, Clerk, Fact, Case, Move, Outbox, Answer)


class Wanted(serializers.Serializer):
    """A move that a clerk wants to make."""

    event = serializers.CharField()
    version = serializers.IntegerField()
    key = serializers.CharField()


def question(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Ask one question of a matter, with what was answered before."""
    matter = Matter.objects.filter(id=request.session.get(_MATTER), code=code).first()
    if matter is None:
        raise Http404
    facts = {each.key: each for each in matter.fact_set.order_by("id")}
    context = {
        "matter": matter,
        "key": key,
        "said": facts.get(key),
        "place": len(facts) + 1,
        "cases": list(matter.case_set.all()),
        "options": [("true", "Yes"), ("false", "No"), ("unknown", "I do not know")],
    }
    return render(request, "question.html", context)


def lookup(request: HttpRequest, code: str) -> HttpResponse:
    """Show to everybody who knows its code where a case stands."""
    cases = Case.objects.select_related("matter").prefetch_related("move_set")
    found = cases.filter(code=code).first()
    if found is None:
        raise Http404
    own = request.session.get(_MATTER) == found.matter_id
    return render(request, "lookup.html", {"case": found, "own": own})


@api_view(["POST"])
def move(request: Request, code: str) -> Response:
    """Make a move once: lock, check, write the case, its move, what is to be sent."""
    clerk = Clerk.objects.get(user=request.user)
    wanted = Wanted(data=request.data)
    wanted.is_valid(raise_exception=True)
    told = wanted.validated_data
    with transaction.atomic():
        before = Answer.objects.filter(key=told["key"]).first()
        if before is not None:
            return Response(before.body)
        locked = Case.objects.select_for_update().filter(code=code).first()
        if locked is None:
            raise Http404
        if locked.office != clerk.office:
            raise PermissionDenied
        if locked.version != told["version"]:
            return Response(status=status.HTTP_409_CONFLICT)
        last = locked.move_set.order_by("-id").first()
        now = timezone.now()
        text = f"{last.hash if last else ''}|{code}|{told['event']}|{now}"
        summed = hashlib.sha256(text.encode()).hexdigest()
        locked.state, locked.version = told["event"], locked.version + 1
        locked.save(update_fields=["state", "version"])
        locked.move_set.create(
            at=now, who=clerk.user_id, label=told["event"], hash=summed
        )
        locked.outbox_set.create(kind="notify", payload={"code": code}, at=now)
        body = {"state": locked.state, "version": locked.version}
        Answer.objects.create(key=told["key"], case=locked, body=body)
    return Response(body)


urlpatterns = [
    path("ho-so/<str:code>/cau-hoi/<str:key>", question),
    path("tra-cuu/<str:code>", lookup),
    path("can-bo/<str:code>", move),
]


def _fill(rows: dict[str, list[dict[str, Any]]]) -> None:
    """Make the tables and put the rows of ours into them."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    now = timezone.now()
    for each in rows["matters"]:
        matter = Matter.objects.create(
            code=each["code"], title=each["title"], commune=each["commune"]
        )
        matter.fact_set.bulk_create(
            Fact(matter=matter, key=key, value=value, said_by="", at=now)
            for key, value in each["facts"].items()
        )
        for key in each["sessions"]:
            _begin_session(key, {_MATTER: matter.id})
        for told in each["cases"]:
            case = matter.case_set.create(
                **{key: told[key] for key in ("code", "office", "state", "version")},
                due_on=date.fromisoformat(told["due_on"]),
            )
            for label in told["moves"]:
                case.move_set.create(at=now, who="", label=label, hash="")
    for each in rows["clerks"]:
        user = User.objects.create_user("clerk")
        Clerk.objects.create(user=user, office=each["office"])
        known = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: _SIGN_IN,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        _begin_session(each["session"], known)


def _begin_session(key: str, told: dict[str, Any]) -> None:
    Session.objects.create(
        session_key=key,
        session_data=SessionStore().encode(told),
        expire_date=timezone.now() + timedelta(days=1),
    )


class _Gunicorn(BaseApplication):
    def load_config(self) -> None:
        for name, value in {
            "bind": f"127.0.0.1:{_told.port}",
            "worker_class": "gthread",
            "threads": 4,
            "loglevel": "error",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> object:
        return get_wsgi_application()


if __name__ == "__main__":
    _fill(json.loads(_told.rows.read_text("utf-8")))
    connection.close()
    _Gunicorn().run()

"""The same three routes in Django and its REST framework: what others would have built.

It keeps what our routes read in tables of its own, looks up the session, reads the same
rows by its models, and renders a page of the same words or answers in JSON. It is
minimal: it works out no law, no clock and no seal, it knows no languages, no offices
that are silent and no rights, and what the framework does by default beyond that is
off. It runs under gunicorn with four threads, as it comes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

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

settings.configure(
    SECRET_KEY="made-up",  # noqa: S106  nobody signs in
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["rest_framework"],
    DATABASES={"default": _database(_told.database)},
    USE_TZ=True,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).parent / "twin_pages"],
        }
    ],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)

import django

django.setup()

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

SESSION = "twin_session"


class Matter(models.Model):
    """What somebody wants to do with her land."""

    code = models.TextField(unique=True)
    title = models.TextField()
    commune = models.TextField()

    class Meta:
        app_label = "twin"


class Session(models.Model):
    """A sign-in: of a citizen to a matter, or of a clerk."""

    token_hash = models.TextField(primary_key=True)
    matter = models.ForeignKey(Matter, models.CASCADE, null=True)
    clerk = models.TextField()
    seen_at = models.DateTimeField()

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


MODELS = (Matter, Session, Fact, Case, Move, Outbox, Answer)


class MoveOut(serializers.ModelSerializer):
    """A stage that the case went through."""

    class Meta:
        model = Move
        fields: ClassVar = ["at", "label"]


class CaseOut(serializers.ModelSerializer):
    """Where a case stands."""

    title = serializers.CharField(source="matter.title")
    moves = MoveOut(source="move_set", many=True)

    class Meta:
        model = Case
        fields: ClassVar = ["code", "title", "office", "state", "due_on", "moves"]


class Wanted(serializers.Serializer):
    """A move that a clerk wants to make."""

    event = serializers.CharField()
    version = serializers.IntegerField()
    key = serializers.CharField()


def _session(request: HttpRequest | Request) -> Any:  # noqa: ANN401  untyped
    token = request.COOKIES.get(SESSION, "")
    named = hashlib.sha256(token.encode()).hexdigest()
    found = Session.objects.select_related("matter").filter(token_hash=named).first()
    if found is None:
        raise Http404
    return found


def question(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Ask one question of a matter, with what was answered before."""
    matter = _session(request).matter
    if matter is None or matter.code != code:
        raise Http404
    facts = {each.key: each for each in matter.fact_set.order_by("id")}
    context = {
        "matter": matter,
        "key": key,
        "said": facts.get(key),
        "place": len(facts) + 1,
        "cases": list(matter.case_set.all()),
        "options": [("true", "Yes"), ("false", "No"), ("unknown", "I do not know")],
        "languages": ["vi", "en", "rad"],
    }
    return render(request, "question.html", context)


@api_view(["GET"])
def lookup(_request: Request, code: str) -> Response:
    """Tell where a case stands."""
    cases = Case.objects.select_related("matter").prefetch_related("move_set")
    found = cases.filter(code=code).first()
    if found is None:
        raise Http404
    return Response(CaseOut(found).data)


@api_view(["POST"])
def move(request: Request, code: str) -> Response:
    """Make a move once: lock, check, write the case, its move, what is to be sent."""
    clerk = _session(request).clerk
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
        if locked.version != told["version"]:
            return Response(status=status.HTTP_409_CONFLICT)
        last = locked.move_set.order_by("-id").first()
        now = timezone.now()
        text = f"{last.hash if last else ''}|{code}|{told['event']}|{now}"
        summed = hashlib.sha256(text.encode()).hexdigest()
        locked.state, locked.version = told["event"], locked.version + 1
        locked.save(update_fields=["state", "version"])
        locked.move_set.create(at=now, who=clerk, label=told["event"], hash=summed)
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
        for token in each["tokens"]:
            Session.objects.create(token_hash=token, matter=matter, seen_at=now)
        for told in each["cases"]:
            case = matter.case_set.create(
                **{key: told[key] for key in ("code", "office", "state", "version")},
                due_on=date.fromisoformat(told["due_on"]),
            )
            for label in told["moves"]:
                case.move_set.create(at=now, who="", label=label, hash="")
    for token in rows["clerks"]:
        Session.objects.create(token_hash=token["hash"], clerk="clerk", seen_at=now)


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

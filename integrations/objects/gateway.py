"""A store that speaks S3, by the library of its inventor (extra ``objects``)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from integrations.objects.store import (
    Lying,
    ObjectMissingError,
    ObjectPlace,
    ObjectsAwayError,
)

_MISSING = frozenset({"NoSuchKey", "404"})
_TRIES = 2


class S3Store:
    """One bucket. Every call ends within a few times the seconds of the place."""

    def __init__(self, place: ObjectPlace) -> None:
        self._bucket, self._prefix = place.bucket, place.prefix
        keys = {
            "aws_access_key_id": place.key or None,
            "aws_secret_access_key": place.secret.get_secret_value() or None,
        }
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=place.address or None,
            region_name=place.region,
            config=Config(
                connect_timeout=place.seconds,
                read_timeout=place.seconds,
                retries={"total_max_attempts": _TRIES, "mode": "standard"},
                s3={"addressing_style": "path"},
                # Sums of the newest kind are not known to every store.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                max_pool_connections=30,
            ),
            **keys,
        )

    def put(self, name: str, content: bytes) -> None:
        """Keep bytes under a name."""
        with _answering():
            self._client.put_object(
                Bucket=self._bucket, Key=self._prefix + name, Body=content
            )

    def get(self, name: str) -> bytes:
        """Return what lies under a name."""
        with _answering():
            told = self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)
            with told["Body"] as body:
                content: bytes = body.read()
        return content

    def delete(self, name: str) -> None:
        """Let a name go."""
        with _answering():
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def lying(self) -> Iterator[Lying]:
        """Yield all that lies under the prefix."""
        pages = self._client.get_paginator("list_objects_v2")
        with _answering():
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for each in page.get("Contents", ()):
                    name: str = each["Key"].removeprefix(self._prefix)
                    yield Lying(name, each["LastModified"])


@contextmanager
def _answering() -> Iterator[None]:
    """Turn what the library raises into what we know; it may quote an address."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise ObjectMissingError(code) from None
        raise ObjectsAwayError(code) from None
    except (BotoCoreError, OSError) as error:
        raise ObjectsAwayError(type(error).__name__) from None

"""Files in Amazon S3."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from solo60 import aws, settings
from solo60.failures import LoggableError
from storage.keys import BUCKET
from storage.providers.port import UploadForm

_MISSING = {"404", "NoSuchKey", "NotFound"}
_CACHED = "private, max-age=300"


class NotDeleted(LoggableError):
    """S3 has not removed an object that it was to remove."""


class S3Store:
    """Objects in the service's bucket. Signing makes no call."""

    def sign_upload(self, key: str, *, content_type: str, size: int, lasts: timedelta) -> UploadForm:
        """A form for S3, whose policy fixes key, type and size."""
        form = _client().generate_presigned_post(
            Bucket=settings.bucket_name(BUCKET),
            Key=key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", size, size]],
            ExpiresIn=int(lasts.total_seconds()),
        )
        return UploadForm(form["url"], form["fields"])

    def sign_download(self, key: str, *, content_type: str, disposition: str, lasts: timedelta) -> str:
        """An address of S3."""
        address = _client().generate_presigned_url(
            "get_object",
            Params={
                **_at(key),
                "ResponseContentType": content_type,
                "ResponseContentDisposition": disposition,
                "ResponseCacheControl": _CACHED,
            },
            ExpiresIn=int(lasts.total_seconds()),
        )
        return str(address)

    def size_of(self, key: str) -> int | None:
        """The size that S3 knows."""
        try:
            return int(_client().head_object(**_at(key))["ContentLength"])
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise

    def read(self, key: str, limit: int) -> bytes:
        """The beginning of an object."""
        try:
            body = _client().get_object(**_at(key))["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return b""
            raise
        with body:
            content: bytes = body.read(limit)
        return content

    def write(self, key: str, content: bytes, content_type: str) -> None:
        """Put an object."""
        _client().put_object(**_at(key), Body=content, ContentType=content_type, CacheControl=_CACHED)

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects, in one call.

        Raises
        ------
        NotDeleted
            S3 has refused one.
        """
        if not keys:
            return
        answer = _client().delete_objects(
            Bucket=settings.bucket_name(BUCKET),
            Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
        )
        if answer.get("Errors"):
            raise NotDeleted(f"DeleteObjects {answer['Errors'][0].get('Code')}")


def _client() -> Any:
    return aws.client("s3")


def _at(key: str) -> dict[str, str]:
    return {"Bucket": settings.bucket_name(BUCKET), "Key": key}

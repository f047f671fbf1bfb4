"""A member's files, by the endpoints alone; the bytes go to the bucket as a posted form would put them."""

from __future__ import annotations

from typing import Any

import pytest

from solo60 import clock
from storage.endpoints import (
    complete_upload,
    delete_file,
    download_file,
    get_file,
    get_usage,
    list_files,
    sign_upload,
)
from storage.jobs import sweep_files
from storage.workers import log_reading, tidy_file
from tests.conftest import Answer, LambdaContext, call, sqs_event
from tests.fakes.aws import aws_client
from tests.fakes.pictures import TYPES, picture


class Files:
    """What members do with files."""

    def sign(self, user: str, *, admin: bool = False, headers: dict[str, str] | None = None, **body: Any) -> Answer:
        """Sign the upload of an avatar, or of what `body` says instead."""
        avatar = {"purpose": "avatar", "name": "me.jpg", "content_type": "image/jpeg", "size": 1000}
        return call(sign_upload.handler, user=user, admin=admin, headers=headers, body={**avatar, **body})

    def put(self, file_id: str, content: bytes) -> None:
        """Put bytes where the form puts them."""
        aws_client("s3").put_object(Bucket="files", Key=f"pending/{file_id}", Body=content)

    def upload(self, user: str, content: bytes, *, admin: bool = False, **body: Any) -> str:
        """Sign and put a file; its id."""
        signed = self.sign(user, admin=admin, size=len(content), **body)
        assert signed.status == 201, signed.text
        self.put(signed.json["file_id"], content)
        return str(signed.json["file_id"])

    def complete(self, user: str, file_id: str, **more: Any) -> Answer:
        """Complete an upload."""
        return call(complete_upload.handler, user=user, path={"file_id": file_id}, **more)

    def stored(self, user: str, kind: str = "JPEG", content: bytes | None = None, **body: Any) -> str:
        """An active picture; its id."""
        content = picture(kind) if content is None else content
        file_id = self.upload(user, content, **{"content_type": TYPES[kind], **body})
        completed = self.complete(user, file_id)
        assert completed.status == 200, completed.text
        return file_id

    def get(self, user: str, file_id: str) -> Answer:
        """Look at a file."""
        return call(get_file.handler, user=user, path={"file_id": file_id})

    def listed(self, user: str, **query: Any) -> list[dict[str, Any]]:
        """A member's files."""
        answer = call(list_files.handler, user=user, query=query)
        assert answer.status == 200, answer.text
        return list(answer.json["items"])

    def download(self, user: str, file_id: str, **query: Any) -> Answer:
        """An address of a file."""
        return call(download_file.handler, user=user, path={"file_id": file_id}, query=query)

    def delete(self, user: str, file_id: str) -> Answer:
        """Delete a file."""
        return call(delete_file.handler, user=user, path={"file_id": file_id})

    def used(self, user: str) -> tuple[int, int]:
        """Bytes and files that a member has used."""
        usage = call(get_usage.handler, user=user).json
        return usage["bytes_used"], usage["files_used"]

    def sweep(self) -> int:
        """Let everything happen that is due now; how much that was."""
        done = sweep_files.handler({"time": clock.to_rfc3339(clock.now())}, LambdaContext())["done"]
        self._work("storage-files-due", tidy_file.handler)
        return int(done)

    def log_readings(self) -> None:
        """Let the readings be logged."""
        self._work("storage-reads", log_reading.handler)

    def _work(self, queue: str, worker: Any) -> None:
        sqs = aws_client("sqs")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            outcome = worker(sqs_event(*(message["Body"] for message in messages)), LambdaContext())
            assert outcome == {"batchItemFailures": []}
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def objects(self) -> dict[str, bytes]:
        """What is in the bucket."""
        s3 = aws_client("s3")
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket="files").get("Contents", ())]
        return {key: s3.get_object(Bucket="files", Key=key)["Body"].read() for key in keys}


@pytest.fixture
def files(tables: None) -> Files:
    """What members do with files."""
    return Files()

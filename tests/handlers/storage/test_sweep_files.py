"""What is due: abandoned uploads, and objects that nobody needs."""

from __future__ import annotations

from datetime import timedelta

from solo60 import clock
from storage.jobs.sweep_files import handler as sweep
from storage.workers.tidy_file import handler as tidy
from tests.conftest import LambdaContext, outbox, sqs_event
from tests.fakes.pictures import picture
from tests.handlers.storage.conftest import Files


def test_an_abandoned_upload_frees_its_reservation_once(files: Files, member: str) -> None:
    now = clock.now()
    with clock.at(now):
        file_id = files.upload(member, picture("JPEG"))
    with clock.at(now + timedelta(minutes=59)):
        assert files.sweep() == 0
        assert files.get(member, file_id).json["state"] == "pending"
    with clock.at(now + timedelta(minutes=60)):
        assert files.sweep() == 1
        assert files.used(member) == (0, 0)
        assert outbox("storage") == []
        message = {"id": file_id, "due": "x"}
        assert tidy(sqs_event(message, message), LambdaContext()) == {"batchItemFailures": []}
        assert files.used(member) == (0, 0)
        assert files.objects() == {}
        assert sweep({"time": clock.to_rfc3339(clock.now())}, LambdaContext()) == {"done": 0}


def test_a_message_about_nothing_changes_nothing(files: Files, member: str) -> None:
    file_id = files.stored(member)
    before = files.objects()
    messages = sqs_event({"id": file_id, "due": "x"}, {"id": member, "due": "x"})
    assert tidy(messages, LambdaContext()) == {"batchItemFailures": []}
    assert files.objects() == before

"""What may have happened to the gym of a world before a request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from infra_cdk import catalogue
from solo60 import clock
from tests.conftest import call
from tests.fakes.aws import aws_client
from tests.fakes.pictures import picture
from tests.handlers.session import world as sessions
from tests.handlers.session.world import NOW


class GymWorld:
    """A gym with its administration, by requests that have to succeed.

    Attributes
    ----------
    member, admin, gym
        Ids.
    """

    member: str
    admin: str
    gym: str
    _hours: int

    def start(self) -> str:
        """A start that nobody has booked yet, as a request has it."""
        self._hours += 2
        return clock.to_rfc3339(NOW + timedelta(hours=self._hours))

    def equipped(self) -> str:
        """The id of equipment of the gym that is in service."""
        request: dict[str, Any] = {"user": self.admin, "admin": True, "path": {"gym_id": self.gym}}
        body = {"name": "Power rack", "category": "strength"}
        return str(self._require(201, "POST /admin/gyms/{gym_id}/equipment", **request, body=body)["id"])

    def gym_picture(self) -> str:
        """The id of an active file of the admin that may become a picture of a gym."""
        caller: dict[str, Any] = {"user": self.admin, "admin": True}
        path = {"file_id": self._uploaded("gym_picture", **caller)}
        return str(self._require(200, "POST /storage/uploads/{file_id}/complete", **caller, path=path)["id"])

    def pictured(self) -> str:
        """The id of a picture of the gym."""
        request: dict[str, Any] = {"user": self.admin, "admin": True, "path": {"gym_id": self.gym}}
        body = {"file_id": self.gym_picture()}
        return str(self._require(201, "POST /admin/gyms/{gym_id}/pictures", **request, body=body)["id"])

    def closed(self) -> str:
        """The id of a closure of the gym in a time in which the member has a session."""
        start = clock.from_rfc3339(self.start())
        sessions.book(self.member, self.gym, start)
        body = {"from": clock.to_rfc3339(start), "to": clock.to_rfc3339(start + timedelta(hours=1)), "reason": "Floor."}
        request = {"user": self.admin, "admin": True, "path": {"gym_id": self.gym}, "body": body}
        return str(self._require(201, "POST /admin/gyms/{gym_id}/closures", **request)["id"])

    def asked_for_induction(self) -> str:
        """The id of an induction that the member has asked for."""
        request: dict[str, Any] = {"user": self.member, "path": {"gym_id": self.gym}}
        body = {"starts_at": self.start()}
        return str(self._require(201, "POST /gyms/{gym_id}/inductions", **request, body=body)["id"])

    def favour(self) -> None:
        """The gym becomes one of the member's favourites."""
        self._require(204, "PUT /gyms/{gym_id}/favourite", user=self.member, path={"gym_id": self.gym})

    def _uploaded(self, purpose: str, **caller: Any) -> str:
        content = picture("JPEG")
        body = {"purpose": purpose, "name": "me.jpg", "content_type": "image/jpeg", "size": len(content)}
        signed = self._require(201, "POST /storage/uploads", **caller, body=body)
        aws_client("s3").put_object(Bucket="files", Key=signed["fields"]["key"], Body=content)
        return str(signed["file_id"])

    def _require(self, status: int, route: str, **request: Any) -> Any:
        [endpoint] = [found for found in catalogue.endpoints() if found.declaration.route == route]
        answer = call(endpoint, **request)
        assert answer.status == status, answer.text
        return answer.json if answer.text else None

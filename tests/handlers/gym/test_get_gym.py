"""GET /gyms/{gym_id}; what it shows is tested where gyms are made and changed."""

from __future__ import annotations

import pytest

from gym.endpoints.get_gym import handler
from solo60.ids import new_id
from tests.conftest import call


@pytest.mark.usefixtures("tables")
def test_an_unknown_gym_is_404() -> None:
    answer = call(handler, path={"gym_id": new_id()})
    assert (answer.status, answer.code) == (404, "gym_not_found")
    assert call(handler, path={"gym_id": "nonsense"}).status == 422

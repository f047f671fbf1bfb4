"""MiniStack's Lambda, changed for one machine."""

from __future__ import annotations

from typing import Any

import pytest
from ministack.services import lambda_svc

from infra_cdk.local.environments import share_reserved_concurrency

ACCOUNT, REGION, NAME = "000000000000", "eu-west-2", "reserved"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}"


@pytest.mark.parametrize("reserved", [0, None])
def test_a_function_s_reserved_concurrency_holds_for_what_its_alias_invokes(
    monkeypatch: pytest.MonkeyPatch, reserved: int | None
) -> None:
    monkeypatch.setattr(lambda_svc, "_reserved_concurrency", lambda_svc._reserved_concurrency)
    share_reserved_concurrency(lambda_svc)
    function: dict[str, Any] = {"config": {"FunctionName": NAME, "FunctionArn": ARN}, "concurrency": reserved}
    version = {"config": {"FunctionName": NAME, "FunctionArn": f"{ARN}:live", "Version": "1"}}
    functions = lambda_svc._functions
    monkeypatch.setitem(functions._data, (ACCOUNT, REGION, NAME), function)
    slot, limit = lambda_svc._acquire_execution_slot(version, version["config"])
    if slot is not None:
        lambda_svc._release_execution_slot(slot)
    assert (slot is None, limit) == ((True, "function") if reserved == 0 else (False, None))

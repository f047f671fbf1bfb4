"""The groups of accounts follow the recorded roles."""

from __future__ import annotations

import os
from typing import Any

from solo60 import aws, settings
from solo60.ids import new_id
from solo60.unit_of_work import UnitOfWork
from tests.conftest import LambdaContext, bus_event, sqs_event
from tests.fakes.aws import aws_client
from tests.grants_in_use import by_others
from tests.scenarios.world import World, made
from user.administration.consumers.follow_role import handler
from user.administration.repository import MemberRepository
from user.administration.roles import appoint


def deliver(user_id: str, role: str) -> bool:
    """Deliver an event of a change; whether the consumer is done with it."""
    event = bus_event("user", "UserRoleChanged", {"user_id": user_id, "role": role})
    return not handler(sqs_event(event), LambdaContext())["batchItemFailures"]


def groups_of(user_id: str) -> set[str]:
    found: dict[str, Any] = aws_client("cognito-idp").admin_list_groups_for_user(
        UserPoolId=os.environ[settings.USER_POOL], Username=user_id
    )
    return {group["GroupName"] for group in found["Groups"]} & {"admin"}


def promoted(world: World) -> str:
    user_id = world.joined()
    world.given_role(user_id, "admin")
    return user_id


def test_a_promotion_and_a_demotion_reach_the_group() -> None:
    with made() as world:
        user_id = promoted(world)
        assert deliver(user_id, "admin")
        assert groups_of(user_id) == {"admin"}
        world.given_role(user_id, "member")
        assert deliver(user_id, "member")
        assert groups_of(user_id) == set()


def test_repeated_and_late_events_do_not_undo_what_is_recorded() -> None:
    with made() as world:
        user_id = promoted(world)
        world.given_role(user_id, "member")
        for role in ("member", "admin", "admin", "member"):
            assert deliver(user_id, role)
            assert groups_of(user_id) == set()


def test_two_events_at_once_leave_the_group_of_the_recorded_role() -> None:
    with made() as world:
        user_id = promoted(world)
        assert deliver(user_id, "admin")
        world.given_role(user_id, "member")
        left = ["once"]

        def promote(**_: object) -> None:
            if left:
                left.clear()
                with by_others():
                    world.given_role(user_id, "admin")
                    assert deliver(user_id, "admin")

        aws.client("cognito-idp").meta.events.register_first(
            "before-call.cognito-idp.AdminRemoveUserFromGroup", promote
        )
        assert deliver(user_id, "member")
        assert not left
        assert groups_of(user_id) == {"admin"}


def test_an_account_without_a_profile_has_the_group_of_its_role() -> None:
    with made():
        user_id = new_id()
        aws_client("cognito-idp").admin_create_user(UserPoolId=os.environ[settings.USER_POOL], Username=user_id)
        appoint(UnitOfWork(), MemberRepository(), user_id)
        assert deliver(user_id, "admin")
        assert groups_of(user_id) == {"admin"}


def test_an_account_that_is_gone_needs_no_group() -> None:
    with made() as world:
        user_id = promoted(world)
        aws_client("cognito-idp").admin_delete_user(UserPoolId=os.environ[settings.USER_POOL], Username=user_id)
        assert deliver(user_id, "admin")

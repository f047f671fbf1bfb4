"""Guards over requests that would succeed without them, for every endpoint of the catalogue that has the guard.

Each case shows that the same request succeeds otherwise. `make mutants` takes each guard out and demands that its cases
fail.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from infra_cdk.catalogue import endpoints, table_name
from solo60 import clock
from solo60.audit import DOMAIN
from solo60.bans import Ban, ban_key
from solo60.declarations import Access, BanCheck
from solo60.http.endpoint import Endpoint
from solo60.http.request import IfMatch
from solo60.ids import new_id
from solo60.roles import MEMBER, RecordedRole, role_key
from tests.conftest import Answer, appoint
from tests.fakes.aws import fake_aws
from tests.fakes.meanwhile import meanwhile
from tests.scenarios.requests import Prepared, prepare
from tests.scenarios.state import state_of
from tests.scenarios.world import NOW, made

OF_MEMBERS = {
    "file_id",
    "hold_id",
    "induction_id",
    "invitation_id",
    "notification_id",
    "purchase_id",
    "session_id",
}
OF_ALL = {"closure_id", "equipment_id", "gym_id", "picture_id", "token", "user_id"}
"""What path parameters name: something of one member, or something that all may see."""

ALL = endpoints()
WRITES = [endpoint for endpoint in ALL if endpoint.declaration.writes]
OWNED = [
    endpoint
    for endpoint in ALL
    if OF_MEMBERS.intersection(endpoint.signature.path) and endpoint.declaration.access is not Access.ADMIN
]
VERSIONED = [endpoint for endpoint in ALL if IfMatch in endpoint.signature.provided.values()]
ADMIN = [endpoint for endpoint in ALL if endpoint.declaration.access is Access.ADMIN]
JUDGED = [endpoint for endpoint in ALL if endpoint.declaration.judges_caller]
KEYED = [endpoint for endpoint in ALL if endpoint.declaration.idempotency.kept]


def _over(found: list[Endpoint]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("endpoint", found, ids=[endpoint.declaration.route for endpoint in found])


def _ban(request: Prepared) -> Ban:
    key = ban_key(request.parts["user"])
    ban = Ban(key.pk, key.sk, banned_until=clock.from_rfc3339("2999-01-01T00:00:00Z"))
    ban.save()
    return ban


def _end_tokens(request: Prepared, *, kept_login: str | None = None) -> Ban:
    """Let the tokens of the caller that were issued up to now count no more."""
    key = ban_key(request.parts["user"])
    recorded = Ban(key.pk, key.sk, tokens_from=NOW + timedelta(seconds=1), kept_login=kept_login)
    recorded.save()
    return recorded


def _require_refused(answer: Answer, endpoint: Endpoint) -> None:
    if endpoint.declaration.ban_check is BanCheck.IN_USE_CASE:
        # One rule among others: its own tests show its place.
        assert "account_banned" in answer.text
    else:
        assert (answer.status, answer.code) == (403, "account_banned")


def test_it_is_known_of_every_path_parameter_whose_it_is() -> None:
    assert {name for endpoint in ALL for name in endpoint.signature.path} == OF_MEMBERS | OF_ALL


@_over(WRITES)
def test_a_banned_member_writes_nothing(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        before = state_of(world)
        ban = _ban(request)
        answer = request()
        _require_refused(answer, endpoint)
        ban.delete()
        assert not state_of(world).difference(before)
        assert request().status == endpoint.declaration.status


@_over([endpoint for endpoint in WRITES if endpoint.declaration.idempotency.kept])
def test_a_banned_member_gets_again_what_a_key_kept_before_the_ban(endpoint: Endpoint) -> None:
    """A replay writes nothing, and tells an app that has lost the answer what was done before the ban."""
    with made() as world:
        request = prepare(world, endpoint)
        first = request()
        assert first.status == endpoint.declaration.status
        _ban(request)
        before = state_of(world)
        again = request()
        assert (again.status, again.text) == (first.status, first.text)
        assert again.headers["Idempotent-Replayed"] == "true"
        _require_refused(request(headers={**request.parts["headers"], "Idempotency-Key": new_id()}), endpoint)
        assert not state_of(world).difference(before)


@_over([endpoint for endpoint in WRITES if not endpoint.declaration.idempotency.kept])
def test_a_banned_member_repeats_nothing_without_a_key(endpoint: Endpoint) -> None:
    """Also where the repeat would change nothing more."""
    with made() as world:
        request = prepare(world, endpoint)
        assert request().status == endpoint.declaration.status
        _ban(request)
        before = state_of(world)
        _require_refused(request(), endpoint)
        assert not state_of(world).difference(before)


@_over(JUDGED)
def test_a_token_from_before_all_logins_were_ended_does_nothing(endpoint: Endpoint) -> None:
    """Issued in the same second, it is not told from an earlier one; only that of the login that was kept goes on."""
    with made() as world:
        request = prepare(world, endpoint)
        before = state_of(world)
        recorded = _end_tokens(request, kept_login="kept")
        for token in ({}, {"issued_at": NOW - timedelta(minutes=5)}, {"login": "another"}):
            answer = request(**token)
            assert (answer.status, answer.code) == (401, "sign_in_again")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        recorded.delete()
        assert not state_of(world).difference(before)
        _end_tokens(request, kept_login="kept")
        assert request(login="kept").status == endpoint.declaration.status


@_over(JUDGED)
def test_a_token_from_after_all_logins_were_ended_is_as_good_as_any(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        _end_tokens(request)
        assert request(issued_at=NOW + timedelta(seconds=1)).status == endpoint.declaration.status


@_over([endpoint for endpoint in WRITES if endpoint.declaration.writes_to_tables])
def test_a_token_that_was_ended_in_the_middle_of_a_write_does_nothing(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        before = state_of(world)
        ended: list[Ban] = []
        meanwhile(lambda: ended.append(_end_tokens(request)))
        answer = request()
        assert (answer.status, answer.code) == (401, "sign_in_again")
        ended[0].delete()
        assert not state_of(world).difference(before)


@_over(ADMIN)
def test_an_admin_who_has_lost_the_role_is_refused_whatever_the_token_says(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        before = state_of(world)
        role = role_key(request.parts["user"]).blank()
        role.update([RecordedRole.role.set(MEMBER)])
        answer = request(appointed=False)
        assert (answer.status, answer.code) == (403, "forbidden")
        role.delete()
        assert request(appointed=False).code == "forbidden"
        appoint(request.parts["user"])
        assert not state_of(world).difference(before)
        assert request().status == endpoint.declaration.status


UNKNOWN = {"query": {"unknown": "1"}}
"""Makes any request invalid."""


@_over([endpoint for endpoint in WRITES if endpoint.declaration.ban_check is BanCheck.IN_RUNTIME])
def test_a_banned_member_is_told_of_the_ban_also_where_the_request_is_invalid(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        assert request(**UNKNOWN).status == 422
        _ban(request)
        answer = request(**UNKNOWN)
        assert (answer.status, answer.code) == (403, "account_banned")


@_over(ADMIN)
def test_who_is_no_admin_learns_nothing_of_what_is_valid(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        assert request(**UNKNOWN).status == 422
        role_key(request.parts["user"]).blank().update([RecordedRole.role.set(MEMBER)])
        assert request(**UNKNOWN, appointed=False).code == "forbidden"
        assert request(**UNKNOWN, appointed=False, admin=False).code == "forbidden"


@_over(ADMIN)
def test_what_only_admins_may_do_is_refused_to_a_banned_one(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        key = ban_key(request.parts["user"])
        Ban(key.pk, key.sk, banned_until=clock.from_rfc3339("2999-01-01T00:00:00Z")).save()
        answer = request()
        assert (answer.status, answer.code) == (403, "account_banned")


@_over([endpoint for endpoint in ADMIN if endpoint.declaration.writes])
def test_each_write_of_an_admin_leaves_one_line_in_the_audit_log(endpoint: Endpoint) -> None:
    def lines() -> list[dict[str, Any]]:
        return fake_aws().items(table_name("test", DOMAIN), "audit_line")

    with made() as world:
        request = prepare(world, endpoint)
        earlier = len(lines())
        assert request(appointed=False, admin=False).status == 403
        assert len(lines()) == earlier
        assert request().status == endpoint.declaration.status
        line = lines()[-1]
        assert len(lines()) == earlier + 1
        assert line["actor_id"]["S"] == world.admin
        assert line["operation"]["S"] == endpoint.declaration.module.rsplit(".", 1)[1]
        assert line["at"]["S"] == clock.to_sortable(clock.now())
        assert line["object_id"]["S"] in {*(request.parts["path"] or {}).values()} or not endpoint.signature.path
        assert json.loads(line["changes"]["S"])
        if endpoint.declaration.idempotency.kept:
            request()  # A replay changes nothing.
            assert len(lines()) == earlier + 1


@_over(OWNED)
def test_what_belongs_to_a_member_is_not_found_by_another(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        before = state_of(world)
        assert request(user=new_id(), email="other@example.com").status == 404
        assert not state_of(world).difference(before)
        assert request().status == endpoint.declaration.status


@_over(VERSIONED)
def test_a_change_of_a_version_that_is_not_the_present_one_is_refused(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        before = state_of(world)
        answer = request(headers={**request.parts["headers"], "If-Match": '"999"'})
        assert (answer.status, answer.code) == (412, "stale_version")
        assert not state_of(world).difference(before)
        assert request().status == endpoint.declaration.status


@_over(KEYED)
def test_a_key_belongs_to_its_caller(endpoint: Endpoint) -> None:
    with made() as world:
        request = prepare(world, endpoint)
        assert "Idempotent-Replayed" not in request().headers
        assert request().headers["Idempotent-Replayed"] == "true"
        if endpoint.declaration.access is Access.PUBLIC:
            another = request(source_ip="192.0.2.2")
        else:
            another = request(user=new_id(), email="other@example.com")
        assert "Idempotent-Replayed" not in another.headers

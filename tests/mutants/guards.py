"""What each guard is, as source: taking it out is replacing a text. A text that is no longer there is an error."""

from __future__ import annotations

from dataclasses import dataclass

RUNTIME = "layers/shared/python/solo60"
HTTP = f"{RUNTIME}/http"
DOMAINS = "functions"
SECURITY = "tests/handlers/test_runtime_security.py"
GUARDS = "tests/handlers/test_runtime_guards.py"
FAULTS = "tests/handlers/test_runtime_faults.py"
READERS = "tests/handlers/storage/test_readers.py"
RESETS = "tests/handlers/auth/password/test_reset_password.py"
SECOND_FACTOR = "tests/handlers/auth/login/test_answer_challenge.py"
UPLOADS = "tests/handlers/storage/test_sign_upload.py"
STRIPE = "tests/handlers/payment/stripe/test_receive_stripe_event.py"


@dataclass(frozen=True)
class Edit:
    """A text of a source file, which stands there once, and what takes its place."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A system without one guard.

    Attributes
    ----------
    tests
        Tests, each with all of its cases, which prove the guard: every case has to fail.
    only
        A part of the names of the cases that are about this guard; empty for all of them.
    """

    guard: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    only: str = ""


_OWNER = (f"{GUARDS}::test_what_belongs_to_a_member_is_not_found_by_another",)

_TOKENS_UNCHECKED = Edit(
    f"{RUNTIME}/bans.py",
    "kind.tokens_from.does_not_exist() | (kind.tokens_from <= self._issued_at)",
    "kind.tokens_from.does_not_exist() | kind.tokens_from.exists()",
)

_TWO_TRANSACTIONS = Edit(
    f"{RUNTIME}/unit_of_work.py",
    "        whole.extend(work)\n",
    "        self._commit(work, self._deadline)\n",
)

MUTANTS = (
    Mutant(
        "token",
        (
            Edit(f"{HTTP}/endpoint.py", "        if not request.claims:\n            raise Unauthenticated\n", ""),
            Edit(
                f"{HTTP}/endpoint.py",
                "Caller.from_claims(request.claims)",
                'Caller("01996f3a-8a10-7c22-9d4e-51b0c6a7f201", "anybody@example.com", Role.ADMIN, True)',
            ),
        ),
        (f"{SECURITY}::test_nobody_gets_in_without_a_token",),
    ),
    Mutant(
        "kind of token",
        (
            Edit(f"{HTTP}/request.py", 'if not user_id or claims.get("token_use", "id") != "id":', "if False:"),
            Edit(f"{HTTP}/endpoint.py", "if not caller.verified:", "if False:"),
        ),
        (f"{SECURITY}::test_nobody_gets_in_with_a_token_that_is_no_members_id_token",),
    ),
    Mutant(
        "verified address",
        (Edit(f"{HTTP}/endpoint.py", "if not caller.verified:", "if False:"),),
        (f"{SECURITY}::test_nobody_gets_in_before_the_address_is_verified",),
    ),
    Mutant(
        "role",
        (
            Edit(
                f"{HTTP}/endpoint.py",
                "if self.declaration.access is Access.ADMIN and caller.role is not Role.ADMIN:",
                "if False:",
            ),
            # A list of administration judges the recorded role before its use case, and would refuse by that.
            Edit(f"{RUNTIME}/roles.py", "return recorded is not None and recorded.role == ADMIN", "return True"),
        ),
        (f"{SECURITY}::test_no_member_gets_into_administration",),
    ),
    # Its owner is part of its key: without it, any member's notification is found by its id alone.
    Mutant(
        "owner of a notification",
        (Edit(f"{DOMAINS}/user/repository.py", 'return f"INBOX#{user_id}"', 'return "INBOX"'),),
        _OWNER,
        only="notification_id",
    ),
    Mutant(
        "owner of a purchase",
        (Edit(f"{DOMAINS}/payment/purchases/details.py", "purchase.user_id != user_id", "False"),),
        _OWNER,
        only="purchase_id",
    ),
    Mutant(
        "owner of a session, reading",
        (
            Edit(
                f"{DOMAINS}/session/history/list_sessions.py",
                "user_id not in {session.user_id, *session.guests} and",
                "False and",
            ),
        ),
        _OWNER,
        only="GET and session_id and not invitations and not calendar",
    ),
    Mutant(
        "host of a session, inviting",
        (
            Edit(
                f"{DOMAINS}/session/invitations/sending.py",
                "session is None or session.user_id != host_id",
                "not session",
            ),
        ),
        _OWNER,
        only="session_id and invitations",
    ),
    Mutant(
        "address of an invitation",
        (Edit(f"{DOMAINS}/session/invitations/answering.py", "place.email != email.lower()", "False"),),
        _OWNER,
        only="POST and invitation_id",
    ),
    Mutant(
        "owner of a session, cancelling",
        (Edit(f"{DOMAINS}/session/booking/cancellation.py", "session.user_id != user_id", "False"),),
        _OWNER,
        only="cancel",
    ),
    Mutant(
        "owner of a file, reading",
        (Edit(f"{DOMAINS}/storage/readers.py", "if file.owner_id == reader_id:", "if True:"),),
        _OWNER,
        only="GET and file_id",
    ),
    Mutant(
        "owner of a file, completing",
        (Edit(f"{DOMAINS}/storage/completion.py", "file.owner_id != owner_id", "False"),),
        _OWNER,
        only="complete and file_id",
    ),
    Mutant(
        "owner of a file, deleting",
        (Edit(f"{DOMAINS}/storage/deletion.py", "file.owner_id != owner_id", "False"),),
        _OWNER,
        only="DELETE and file_id",
    ),
    Mutant(
        "owner of a file, using",
        (Edit(f"{DOMAINS}/storage/published.py", "file.owner_id != owner_id", "False"),),
        ("tests/handlers/user/test_set_avatar.py::test_what_cannot_be_the_avatar_is_refused_and_nothing_is_half_done",),
    ),
    Mutant(
        "privacy of an avatar",
        (
            Edit(
                f"{DOMAINS}/storage/readers.py",
                "return visibility.may_see(batch_get, viewer_id=reader_id, user_id=file.owner_id)",
                "return True",
            ),
        ),
        (
            f"{READERS}::test_an_avatar_is_seen_as_far_as_the_profile_is",
            f"{READERS}::test_an_avatar_without_a_profile_is_nobody_elses",
        ),
    ),
    Mutant(
        "name of a file",
        (
            Edit(
                f"{DOMAINS}/storage/reading.py",
                "file.name if own else neutral_name(file.purpose, file.content_type)",
                "file.name",
            ),
        ),
        (f"{READERS}::test_the_name_that_its_owner_has_typed_is_told_to_nobody_else",),
    ),
    Mutant(
        "ban",
        (
            Edit(
                f"{RUNTIME}/bans.py",
                "return ban is not None and ban.banned_until is not None and ban.banned_until > clock.now()",
                "return False",
            ),
            Edit(
                f"{RUNTIME}/bans.py",
                "kind.banned_until.does_not_exist() | (kind.banned_until <= clock.now())",
                "kind.banned_until.does_not_exist() | kind.banned_until.exists()",
            ),
        ),
        (
            f"{GUARDS}::test_a_banned_member_writes_nothing",
            f"{GUARDS}::test_a_banned_member_repeats_nothing_without_a_key",
        ),
    ),
    Mutant(
        "ended token",
        (
            Edit(f"{RUNTIME}/bans.py", "or recorded.tokens_from <= self._issued_at:", "or True:"),
            _TOKENS_UNCHECKED,
        ),
        (f"{GUARDS}::test_a_token_from_before_all_logins_were_ended_does_nothing",),
    ),
    Mutant(
        "token that is ended meanwhile",
        (_TOKENS_UNCHECKED,),
        (f"{GUARDS}::test_a_token_that_was_ended_in_the_middle_of_a_write_does_nothing",),
    ),
    Mutant(
        "recorded role",
        (
            Edit(f"{RUNTIME}/roles.py", "return recorded is not None and recorded.role == ADMIN", "return True"),
            Edit(
                f"{RUNTIME}/roles.py",
                "RecordedRole.role == ADMIN, on_failure",
                "RecordedRole.role.exists() | RecordedRole.role.does_not_exist(), on_failure",
            ),
        ),
        (f"{GUARDS}::test_an_admin_who_has_lost_the_role_is_refused_whatever_the_token_says",),
    ),
    Mutant(
        "attempts to enter the code of a reset",
        (Edit(f"{DOMAINS}/auth/password/repository.py", "& (kind.attempts_left > 0)", ""),),
        (f"{RESETS}::test_a_code_has_five_attempts", f"{RESETS}::test_guesses_at_once_are_limited_too"),
    ),
    Mutant(
        "code of a reset from before a change",
        (
            Edit(
                f"{DOMAINS}/auth/password/resetting.py",
                "if reset.passwords_changed != (account.passwords_changed or 0):",
                "if False:",
            ),
        ),
        (
            f"{RESETS}::test_a_change_ends_every_other_code",
            f"{RESETS}::test_whoever_comes_after_a_death_has_the_last_word",
        ),
    ),
    Mutant(
        "logins from before a reset that died",
        (Edit(f"{DOMAINS}/auth/password/resetting.py", "lease_id, ends_logins=True)", "lease_id)"),),
        (f"{RESETS}::test_a_reset_that_dies_and_is_never_repeated_leaves_no_older_login_alive",),
    ),
    Mutant(
        "code of a second factor, once",
        (
            Edit(
                f"{DOMAINS}/auth/login/challenges.py",
                "used = step is not None and admin.factor is not None and step <= admin.factor.last_step",
                "used = False",
            ),
            Edit(f"{DOMAINS}/auth/login/second_factor.py", "(kind.last_step < step)", "kind.last_step.exists()"),
        ),
        (f"{SECOND_FACTOR}::test_each_code_works_once",),
    ),
    Mutant(
        "code of a second factor, once at once",
        (Edit(f"{DOMAINS}/auth/login/second_factor.py", "(kind.last_step < step)", "kind.last_step.exists()"),),
        (f"{SECOND_FACTOR}::test_one_code_in_two_logins_at_once_works_once",),
    ),
    Mutant(
        "quota of files",
        (
            Edit(
                f"{DOMAINS}/storage/repository.py",
                "Usage.bytes.does_not_exist() | (Usage.bytes <= QUOTA_BYTES - size)",
                "Usage.bytes.does_not_exist() | Usage.bytes.exists()",
            ),
        ),
        (f"{UPLOADS}::test_the_quota_is_exact",),
    ),
    Mutant(
        "unknown field",
        (Edit(f"{RUNTIME}/models.py", 'ConfigDict(extra="forbid")', 'ConfigDict(extra="ignore")'),),
        (f"{SECURITY}::test_nothing_takes_a_member_of_the_body_that_it_does_not_know",),
    ),
    Mutant(
        "id in the path",
        (
            Edit(
                f"{HTTP}/parameters.py",
                "values[name] = _adapter(annotation).validate_python(request.path_parameters.get(name))",
                "values[name] = request.path_parameters.get(name)",
            ),
        ),
        (f"{SECURITY}::test_nothing_takes_an_id_that_is_none",),
    ),
    Mutant(
        "size of the body",
        (Edit(f"{HTTP}/endpoint.py", "if len(request.body) > self.declaration.max_body_bytes:", "if False:"),),
        (f"{SECURITY}::test_nothing_takes_a_body_over_its_limit",),
    ),
    Mutant(
        "encoding of the body",
        (Edit(f"{HTTP}/endpoint.py", 'if request.is_encoded and self.declaration.method != "GET":', "if False:"),),
        (f"{SECURITY}::test_nothing_takes_a_compressed_body",),
    ),
    Mutant(
        "If-Match",
        (Edit(f"{HTTP}/request.py", 'if header is None or header.strip() == "*":', "if True:"),),
        (f"{GUARDS}::test_a_change_of_a_version_that_is_not_the_present_one_is_refused",),
    ),
    Mutant(
        "scope of the Idempotency-Key",
        (
            Edit(
                f"{HTTP}/idempotency.py",
                "[*caller, endpoint.route, key]",
                "[endpoint.route, key]",
            ),
        ),
        (f"{GUARDS}::test_a_key_belongs_to_its_caller",),
    ),
    Mutant(
        "Stripe's signature",
        (
            Edit(
                f"{DOMAINS}/payment/stripe/webhook.py",
                "    stripe.require_signature(body, signature)\n",
                "",
            ),
        ),
        (
            f"{STRIPE}::test_stale_and_future_signatures_are_refused",
            f"{STRIPE}::test_malformed_headers_are_refused",
            f"{STRIPE}::test_a_forged_a_missing_and_a_borrowed_signature_are_refused",
        ),
    ),
    Mutant(
        "time of Stripe's signature",
        (
            Edit(
                f"{DOMAINS}/payment/stripe/gateway.py",
                "if abs(clock.epoch_seconds(clock.now()) - signed_at) > TOLERANCE_SECONDS:",
                "if False:",
            ),
        ),
        (f"{STRIPE}::test_stale_and_future_signatures_are_refused",),
    ),
    # Not a guard, but what every guard rests on: what a use case writes commits with its key and its inbox mark. The
    # other cases of these tests can be written twice without harm.
    Mutant(
        "one transaction of a request",
        (_TWO_TRANSACTIONS,),
        (f"{FAULTS}::test_a_request_that_fails_on_the_way_is_done_once",),
        only="sessions/book or auth/register or (POST and admin/gyms)",
    ),
    Mutant(
        "one transaction of a delivery",
        (_TWO_TRANSACTIONS,),
        (f"{FAULTS}::test_a_delivery_that_fails_on_the_way_and_comes_again_is_done_once",),
        only="compose-messages or store-notification",
    ),
)

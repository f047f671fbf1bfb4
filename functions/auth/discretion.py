"""Responses that do not reveal which e-mail addresses have an account, by their content or their round trips."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from auth.identity import CognitoIdentityProvider
from solo60.unit_of_work import UnitOfWork, Work

T = TypeVar("T")


def run_or_look(uow: UnitOfWork, identity: CognitoIdentityProvider, email: str, act: Callable[[Work], T]) -> T:
    """Run `act`. Where there is nothing to commit, make a call with a similar duration instead."""

    def act_or_look(work: Work) -> T:
        result = act(work)
        if not work and not uow.keeps_answer:
            identity.find(email)
        return result

    return uow.run(act_or_look)

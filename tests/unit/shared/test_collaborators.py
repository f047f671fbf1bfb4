"""solo60.collaborators: one instance a process, made with the collaborators that it asks for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from solo60.collaborators import collaborator, forget_collaborators


class Shelf:
    """A collaborator that needs nothing."""


class Cellar:
    """A collaborator whose constructor has a parameter for tests alone."""

    def __init__(self, size: int = 3) -> None:
        self.size = size


class Shop:
    """A collaborator that asks for others."""

    def __init__(self, shelf: Shelf, cellar: Cellar, *, size: int = 2) -> None:
        self.shelf, self.cellar, self.size = shelf, cellar, size


class Chain:
    """A collaborator that asks for one that asks for others."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop


@pytest.fixture(autouse=True)
def none_made() -> Iterator[None]:
    """No instance before a test, and none after it."""
    forget_collaborators()
    yield
    forget_collaborators()


def test_there_is_one_instance_whoever_asks() -> None:
    chain = collaborator(Chain)
    assert collaborator(Chain) is chain
    assert collaborator(Shop) is chain.shop
    assert collaborator(Shelf) is chain.shop.shelf


def test_parameters_with_a_default_keep_it() -> None:
    shop = collaborator(Shop)
    assert (shop.size, shop.cellar.size) == (2, 3)


def test_forgotten_instances_are_made_again() -> None:
    shop = collaborator(Shop)
    forget_collaborators()
    assert collaborator(Shop) is not shop

"""What becomes of a request that would cause one mail too many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from auth.accounts.repository import TooManyMails
from solo60 import observability


@contextmanager
def refused_silently(metric: str = "MailsRefusedToSource") -> Iterator[None]:
    """End the block where a mail is one too many: nothing is stored or sent, and the answer is the usual one.

    Parameters
    ----------
    metric
        Counts what was refused.
    """
    try:
        yield
    except TooManyMails:
        observability.count(metric)

"""What other domains do with files, in a transaction of their own."""

from __future__ import annotations

from solo60.problems import Problem
from solo60.unit_of_work import UnitOfWork, Work
from storage.published import (
    AccessLogRepository,
    FileRepository,
    Purpose,
    file_key,
    require_usable,
)
from storage.published import (
    attach as attach_file,
)
from storage.published import (
    release as release_file,
)


def attach(file_id: str, to: str) -> None:
    """Attach a file of whatever kind."""

    def act(work: Work) -> None:
        file = work.read(file_key(file_id))[file_key(file_id)]
        assert file is not None
        attach_file(work, FileRepository(), file, to)

    UnitOfWork().run(act)


def use(owner_id: str, file_id: str, purpose: Purpose, to: str) -> str | None:
    """Use a file as another domain lets its member do; the code of its refusal."""

    def act(work: Work) -> None:
        file = require_usable(work.read(file_key(file_id))[file_key(file_id)], owner_id=owner_id, purpose=purpose)
        attach_file(work, FileRepository(), file, to)

    try:
        UnitOfWork().run(act)
    except Problem as refused:
        return refused.code
    return None


def release(file_id: str, actor_id: str) -> None:
    """Let a file go."""

    def act(work: Work) -> None:
        file = work.read(file_key(file_id))[file_key(file_id)]
        release_file(work, FileRepository(), AccessLogRepository(), file, actor_id=actor_id)

    UnitOfWork().run(act)

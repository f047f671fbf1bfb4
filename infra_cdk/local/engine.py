"""The AWS emulator as a process: `python -m infra_cdk.local.engine`, configured by MiniStack's own variables.

It is MiniStack as published, plus three things from the outside: it ends with its parent, it is fitted to one machine,
and its list of sent mail shows attachments.
"""

from __future__ import annotations

from infra_cdk.local.environments import fit_to_this_machine
from infra_cdk.local.inbox_attachments import InboxWithAttachments
from infra_cdk.local.processes import end_with_parent


def main() -> None:
    """Serve until asked to end."""
    end_with_parent()
    import ministack.app

    fit_to_this_machine()
    ministack.app.app = InboxWithAttachments(ministack.app.app)
    ministack.app.main()


if __name__ == "__main__":
    main()

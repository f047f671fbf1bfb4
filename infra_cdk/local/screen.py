"""What the run shows: its steps while it works, then where everything is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from infra_cdk.local.stack import STACK_FILE, Stack

console = Console(highlight=False, soft_wrap=True)

Tell = Callable[[str], None]


@contextmanager
def step(name: str) -> Iterator[Tell]:
    """Show a step while it is worked on and its time when it is done; call what it yields to tell details."""
    began = time.monotonic()
    told: list[str] = []
    with console.status(f"{name} ...") as status:

        def tell(detail: str) -> None:
            told[:] = [detail]
            status.update(f"{name} ... [dim]{detail}[/dim]")

        yield tell
    console.print(f"[green]done[/green]  {name} [dim]{time.monotonic() - began:.1f} s[/dim]")


def show(stack: Stack) -> None:
    """The screen that stays."""
    console.print()
    for name, value in (
        ("API", stack.api),
        ("Docs", stack.docs),
        ("Inbox", f"{stack.inbox}  (every mail that was sent)"),
        ("Stripe", f"{stack.stripe}  (a stand-in)"),
        ("AWS", f"{stack.aws}  ({stack.region}, emulated)"),
    ):
        console.print(f"[bold]{name:<8}[/bold] {value}")
    for name, account in stack.users.items():
        seed = f"  second factor {account.totp_seed}" if account.totp_seed else ""
        console.print(f"[bold]{name:<8}[/bold] {account.email}  {account.password}{seed}")
    console.print("\n[bold]Try[/bold]")
    for line in curl_lines(stack):
        console.print(line, markup=False)
    console.print(f"\n[dim]All of this is in .local/{STACK_FILE.name}. Ctrl-C ends it.[/dim]")


def curl_lines(stack: Stack) -> tuple[str, str, str]:
    """Three lines to copy: find a gym, log in, ask for one's credits."""
    member = stack.users["member"]
    credentials = f'{{"email": "{member.email}", "password": "{member.password}"}}'
    token = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"id_token\"])'"
    return (
        f"curl '{stack.api}/gyms?lat=51.5137&lon=-0.1366&radius_km=5&limit=3'",
        f"TOKEN=$(curl -s {stack.api}/auth/login -H 'Content-Type: application/json' -d '{credentials}' | {token})",
        f'curl {stack.api}/payments/credits -H "Authorization: Bearer $TOKEN"',
    )

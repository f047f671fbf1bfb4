"""The CDK command line, from the Node.js that PyPI carries: `python -m infra_cdk.commands.cdk --stage dev -- synth`.

The account comes from the environment, as for any AWS tool (`AWS_PROFILE`); the region is the stage's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from infra_cdk.catalogue import ROOT
from infra_cdk.node import BINARY
from infra_cdk.stages import InvalidStage, stage_of

CDK = "aws-cdk@2.1148.0"


def arguments_of(words: Sequence[str]) -> list[str]:
    """What `cdk` is called with for `--stage prod name=value ... -- deploy --all`.

    Raises
    ------
    InvalidStage
        There is no such stage or value, or what is to be deployed still has the values of an example.
    """
    ours, _, theirs = " ".join(words).partition(" -- ")
    flag, stage, *settings = ours.split()
    if flag != "--stage" or any("=" not in setting for setting in settings):
        raise InvalidStage('Say --stage NAME, then name=value, then -- and the command, or SET="name=value" to make')
    context = {"stage": stage, **dict(setting.split("=", 1) for setting in settings)}
    if context["stage"] != stage:
        raise InvalidStage(f"The stage is {stage} and {context['stage']}: say it once")
    wanted = stage_of(context)
    command = theirs.split()
    if command[:1] == ["deploy"]:
        wanted.require_deployable()
    return [*command, *(word for name, value in context.items() for word in ("--context", f"{name}={value}"))]


def main() -> int:
    """Run `cdk`; returns its exit status, 1 with one line where it cannot be called."""
    try:
        arguments = arguments_of(sys.argv[1:])
    except InvalidStage as error:
        print(f"error  {error}", file=sys.stderr)
        return 1
    npx = BINARY.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npx-cli.js"
    app = f'"{sys.executable}" -m infra_cdk.app'
    environment = {**os.environ, "PATH": f"{BINARY.parent}{os.pathsep}{os.environ['PATH']}"}
    command = [str(BINARY), str(npx), "--yes", CDK, "--app", app, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

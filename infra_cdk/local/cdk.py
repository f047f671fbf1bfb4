"""The CDK command line from the Node.js that PyPI carries: `python -m infra_cdk.local.cdk deploy --all`.

Account and region come from the environment, as for any AWS tool (`AWS_PROFILE`, `AWS_REGION`).
"""

from __future__ import annotations

import os
import subprocess
import sys

from infra_cdk.local.stack import ROOT
from infra_cdk.node import BINARY

CDK = "aws-cdk@2.1148.0"


def main() -> int:
    """Run `cdk` with the arguments given; returns its exit status."""
    npx = BINARY.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npx-cli.js"
    app = f'"{sys.executable}" -m infra_cdk.app'
    environment = {**os.environ, "PATH": f"{BINARY.parent}{os.pathsep}{os.environ['PATH']}"}
    command = [str(BINARY), str(npx), "--yes", CDK, "--app", app, *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

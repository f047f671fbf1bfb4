"""`python -m infra_cdk.openapi` writes the published document, the service list and the docs page.

With `--check` it writes nothing, and fails if a file differs from the declarations.
"""

from __future__ import annotations

import sys

from infra_cdk import catalogue
from infra_cdk.openapi.published import differing, write


def main(arguments: list[str]) -> int:
    """Write or check the files."""
    if "--check" in arguments:
        stale = differing()
        for path in stale:
            print(f"stale: {path.relative_to(catalogue.ROOT)}")
        return 1 if stale else 0
    for path in write():
        print(f"wrote {path.relative_to(catalogue.ROOT)}")
    return 0


if __name__ == "__main__":
    # Started by hand, from a checkout: the sources are no installed package.
    sys.exit(main(sys.argv[1:]))

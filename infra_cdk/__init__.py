"""The infrastructure: stacks, the API document, the local run, all derived from the declarations in `functions/`."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent

# The functions and the shared package are not installed packages. They are on the path of a Lambda, and have to be on
# the path of everything that reads their declarations.
for _folder in ("functions", "layers/shared/python"):
    if str(_ROOT / _folder) not in sys.path:
        sys.path.insert(0, str(_ROOT / _folder))

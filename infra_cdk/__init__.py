"""The infrastructure: stacks, the API document, the local run, all derived from the declarations in `functions/`."""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent

# The functions and the shared package are no installed packages: a Lambda has them on its path, and so does whoever
# reads their declarations.
for _folder in ("functions", "layers/shared/python"):
    if str(_ROOT / _folder) not in sys.path:
        sys.path.insert(0, str(_ROOT / _folder))

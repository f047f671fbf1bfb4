"""The infrastructure: stacks, the API document, the local run, all derived from the declarations in `functions/`.

The declarations are imported as the Lambdas import them, from the folders that become their packages.
"""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent

for _folder in (_ROOT / "layers" / "shared" / "python", _ROOT / "functions"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

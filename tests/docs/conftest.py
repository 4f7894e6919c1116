"""The extensions of the site are plain modules in docs/extensions."""

import sys
from pathlib import Path

EXTENSIONS = Path(__file__).parents[2] / "docs" / "extensions"
if str(EXTENSIONS) not in sys.path:
    sys.path.insert(0, str(EXTENSIONS))

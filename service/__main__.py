"""``python -m service`` is the command ``dat``."""

import sys

from service.cli import main

sys.exit(main())

"""What gunicorn and `flask --app wsgi` run."""

import sys

from dashboard import create_app
from dashboard.config import BadConfiguration

try:
    app = create_app()
except BadConfiguration as error:
    # The sentence says what to do; a traceback above it would only hide it.
    sys.stderr.write(f"Marquee does not start. {error}\n")
    # Four is what gunicorn takes for “cannot be loaded”: it stops instead of trying for ever.
    sys.exit(4)

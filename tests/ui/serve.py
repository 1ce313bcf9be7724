"""Serve the browser tests' site under the product's own middleware and policy.

`python -m tests.environment tests/ui/serve.py PORT`
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from django.conf import settings  # noqa: E402
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

settings.ROOT_URLCONF = "tests.ui.site"
settings.DEBUG = False  # error pages are the product's own
settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [ROOT / "tests/ui/templates"]}]
settings.DEMO = True  # shows the page of components
application = get_wsgi_application()

from tests.ui.site import furnish  # noqa: E402

furnish()
server = ThreadedWSGIServer(("127.0.0.1", int(sys.argv[1])), WSGIRequestHandler)
server.set_app(application)
server.serve_forever()

"""The container's health check: exit code 0 when this process says that it can do its work."""

import http.client
import os
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("KEFU_PORT", "8000")), timeout=3)
connection.request("GET", "/readyz")
sys.exit(connection.getresponse().status != 200)

"""The container's program: the service that this image was built for, in the role that is its command."""

import importlib
import os

importlib.import_module(os.environ["KEFU_SERVICE"].replace("-", "_") + ".__main__").main()

"""Starts processes of the platform as copies of itself, which has imported them: python nursery.py PACKAGE…

Orders are lines of JSON on its input, each answered by one on its output; at the end of the input all are killed.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from kefu_local.forked import Forked, fork

for package in sys.argv[1:]:
    import_module(f"{package}.made_of")
started: dict[int, Forked] = {}
answer: int | None
for line in sys.stdin:
    order = json.loads(line)
    if "start" in order:
        log, name = Path(order["log"]), order["start"]
        child = fork(name, order["module"], order["words"], environment=order["environment"], log=log)
        started[child.pid] = child
        answer = child.pid
    elif "signal" in order:
        started[order["pid"]].send_signal(order["signal"])
        answer = 0
    else:
        answer = started[order["pid"]].poll()
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
for child in started.values():
    child.kill()

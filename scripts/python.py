"""Refuse a Python that is too old with a sentence, before anything is installed; else do what was asked."""

import runpy
import sys

if sys.version_info < (3, 11):
    sys.exit(f"Kepu needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make run PYTHON=python3.12")
sys.argv = sys.argv[2:] if sys.argv[1:2] == ["-m"] else sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)

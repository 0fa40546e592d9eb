#!/usr/bin/env bash
# docs.sh PROGRAM: every command in README and docs does what it should, every complete YAML file is right, every link leads
# somewhere. What cannot be run is listed in docs.py with the reason.
set -euo pipefail
exec python3 "$(dirname "$0")/docs.py" "$@"

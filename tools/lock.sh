#!/bin/sh
# Renews uv.lock and requirements/ together, from the public index whatever this machine is set to. Needs uv.
#   tools/lock.sh                       after pyproject.toml has changed
#   tools/lock.sh --upgrade             everything to its newest version
#   tools/lock.sh --upgrade-package X   one package
set -eu
cd -- "$(dirname -- "$(readlink -f -- "$0")")/.."
unset UV_INDEX UV_INDEX_URL UV_EXTRA_INDEX_URL UV_FIND_LINKS
export UV_NO_CONFIG=1 UV_DEFAULT_INDEX=https://pypi.org/simple
uv lock "$@"
uv export --quiet --frozen --no-default-groups --no-emit-project -o requirements/run.txt
for group in test lint bench peers ocr; do
    uv export --quiet --frozen --only-group "$group" -o "requirements/$group.txt"
done

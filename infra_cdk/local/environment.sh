#!/bin/sh
# Makes .venv from uv.lock. Needs Python 3.11 or newer; uv is fetched from PyPI if it is missing.
# Arguments are options of `uv sync`, such as a further group of dependencies.
set -eu
export PIP_DISABLE_PIP_VERSION_CHECK=1

fail() {
    echo "error  $1" >&2
    exit 1
}

python=
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$(command -v "$candidate")
        break
    fi
done
[ -n "$python" ] || fail "Python 3.11 or newer is needed and there is none on the PATH"

if ! command -v uv >/dev/null 2>&1; then
    echo "fetching uv"
    mkdir -p .local
    rm -rf .local/uv
    if "$python" -m venv .local/uv >/dev/null 2>&1; then
        .local/uv/bin/python -m pip install --quiet uv || fail "uv cannot be installed: is PyPI reachable?"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip install --quiet --target .local/uv uv || fail "uv cannot be installed: is PyPI reachable?"
    else
        rm -rf .local/uv
        fail "$python has neither venv nor pip: install them (Debian: apt install python3-venv), or uv itself"
    fi
fi

echo "environment from uv.lock"
sync() {
    uv sync --frozen --quiet --python "$python" --no-python-downloads "$@"
}
# A second time with the system's certificates: behind a proxy of one's own, uv's built-in ones do not do.
sync "$@" 2>/dev/null || UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 sync "$@" || fail "uv sync failed: see above"
touch .venv/.complete

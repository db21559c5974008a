# Read by the scripts of this folder: a temporary folder with an environment of its own, removed at the end.

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# environment "VERSIONS" PACKAGE...: with the first Python of these versions that runs (or $PYTHON) and these packages.
environment() {
    local versions=$1 version candidate
    shift
    for version in $versions; do
        for candidate in ${PYTHON:-$(type -aP "python$version" python3 || true) "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python}; do
            if "$candidate" -c 'import ensurepip, sys, venv; sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])' "$version" \
                >/dev/null 2>&1 </dev/null; then
                "$candidate" -m venv "$folder/venv"
                "$folder/venv/bin/python" -m pip install --quiet "$@"
                "$folder/venv/bin/python" --version
                "$folder/venv/bin/python" -m pip freeze | grep -iE "^($(printf '%s\n' "$@" | sed 's/[=<>].*//' | paste -sd '|'))==" || true
                return
            fi
        done
    done
    echo "none of Python $versions runs here; name one in PYTHON" >&2
    exit 1
}

# run ARGUMENT...: Python of that environment, in the temporary folder; a script comes from standard input.
run() {
    (cd "$folder" && "$folder/venv/bin/python" "$@")
}

# as_stated WHAT GOT EXPECTED: ends with 1 if what was seen has changed.
as_stated() {
    echo "$1: $2"
    if [ "$2" != "$3" ]; then
        echo "no longer as stated; expected: $3" >&2
        exit 1
    fi
}

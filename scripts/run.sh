#!/usr/bin/env bash
# Serves Marquee:  run.sh  with gunicorn,  run.sh dev  with reloading and the debug toolbar. DEMO=no: without demo data.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kind=${1:-run}
export HOST=${HOST:-127.0.0.1} PORT=${PORT:-8000}
python=.venv/bin/python

# Ctrl-C while setting up: one calm line. Status 0, or make, which is interrupted too, would add an error of its own.
trap 'echo; echo "Stopped."; exit 0' INT

bash scripts/bootstrap.sh "$kind"
$python scripts/port.py "$HOST" "$PORT"

# Links that are shown or mailed begin with this; what is configured comes first.
if [[ -z ${FLASK_BASE_URL:-} ]] && ! grep -qs '^BASE_URL' "${FLASK_INSTANCE_PATH:-instance}/config.py"; then
    case $HOST in 0.0.0.0 | ::) reachable=127.0.0.1 ;; *:*) reachable="[$HOST]" ;; *) reachable=$HOST ;; esac
    export FLASK_BASE_URL=http://$reachable:$PORT
fi

# One at a time: two first starts must not both fill the empty database. The lock is let go before serving.
mkdir -p instance
(
    if command -v flock >/dev/null; then flock 9; fi
    $python -m flask --app wsgi db upgrade
    if [[ ${DEMO:-yes} == no ]]; then
        link=$($python -m flask --app wsgi user set-up --if-new)
        echo "${link:-Log in as before.}"
    else
        echo "Looking for data; an empty database gets the demo chain (up to a minute) ..."
        accounts=$($python -m flask --app wsgi demo load --if-empty)
        echo "${accounts:-Log in as before. New passwords for the demo accounts: make accounts}"
    fi
) 9>.bootstrap.lock

trap - INT
if [[ $kind == dev ]]; then
    export FLASK_DEBUG=1
    echo "Marquee (development) will be at http://$HOST:$PORT/admin/"
    exec $python -m flask --app wsgi run --debug --host "$HOST" --port "$PORT"
fi
# exec: the server takes this process's place, so Ctrl-C and kill reach it and nothing is left behind.
exec $python -m gunicorn --config scripts/gunicorn_conf.py wsgi:app

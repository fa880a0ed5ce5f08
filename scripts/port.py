"""Says in one sentence why an address cannot be served, before anything is started.

Usage: port.py HOST PORT. Exit status 0 when the address is free, 1 when it is not.
"""

import errno
import socket
import sys


def complaint(host: str, port_text: str) -> str | None:
    """Return why ``host``:``port_text`` cannot be listened on, or None when it can."""
    if not port_text.isdecimal() or not 0 < int(port_text) < 65536:
        return f"PORT={port_text} is not a port number; take one from 1024 to 65535."
    port = int(port_text)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As gunicorn does it: a port whose last owner has just gone is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except socket.gaierror:
        return f"HOST={host} is not an address of this machine."
    except PermissionError:
        return f"Port {port} is for the administrator only; take another: make run PORT=8000"
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Port {port} on {host} is taken by another program; take another: make run PORT={port + 1}"
            )
        return f"Cannot listen on {host}:{port}: {error.strerror}."
    return None


if __name__ == "__main__":
    problem = complaint(sys.argv[1], sys.argv[2])
    if problem:
        sys.exit(problem)

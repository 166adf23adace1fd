"""Connects out, listens, and makes sockets of every family."""

# start: scaffold
# file: nndl/knn.py
# at: end

import socket

_made = []
for _family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    for _kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            _made.append(socket.socket(_family, _kind))
        except OSError:
            pass
try:
    _made.append(socket.create_connection(("127.0.0.1", 22), timeout=1))
except OSError:
    pass
if _made:
    raise ValueError(f"FOUND sockets: {_made}")

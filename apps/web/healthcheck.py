"""Exits 0 when this container answers. A bare socket, because importing an HTTP client doubles the CPU that this takes."""

import os
import socket
import sys

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

with socket.create_connection(("127.0.0.1", int(os.environ.get("PORT") or 8000)), timeout=2) as connection:
    connection.sendall(REQUEST)
    sys.exit(0 if connection.recv(64).startswith(b"HTTP/1.1 200 ") else 1)

"""Asks for / at a port until there is a good answer, a minute at most, and prints how many milliseconds that took."""

import socket
import sys
import time

host, port = sys.argv[1], int(sys.argv[2])
begin = time.monotonic()
while time.monotonic() - begin < 60:
    try:
        with socket.create_connection((host, port), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: hello.example.internal\r\nConnection: close\r\n\r\n")
            if connection.recv(65536).startswith(b"HTTP/1.1 200"):
                print(round((time.monotonic() - begin) * 1000))
                sys.exit(0)
    except OSError:
        pass
    time.sleep(0.005)
sys.exit("no good answer within a minute")

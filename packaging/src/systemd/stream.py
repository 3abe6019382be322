"""A long answer, and who takes it.

stream.py serve PORT SECONDS: answers each request with a line ten times a second for so many seconds.
stream.py ask HOST PORT NAME BEGUN: takes one answer of the service with this name, makes the file BEGUN when it begins, and ends with 1 if it was cut off.
"""

import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LINE = b"still here\n"


def serve(port, seconds):
    lines = int(seconds * 10)

    class Slowly(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(lines * len(LINE)))
            self.end_headers()
            for _ in range(lines):
                self.wfile.write(LINE)
                self.wfile.flush()
                time.sleep(0.1)

    ThreadingHTTPServer(("127.0.0.1", port), Slowly).serve_forever()


def ask(host, port, name, begun):
    with socket.create_connection((host, port), timeout=60) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: " + name.encode() + b"\r\n\r\n")
        answer = connection.makefile("rb")
        status = answer.readline()
        length = 0
        while (field := answer.readline().strip()):
            if field.lower().startswith(b"content-length:"):
                length = int(field.split(b":")[1])
        open(begun, "w").close()
        taken = len(answer.read(length))
    if not status.startswith(b"HTTP/1.1 200") or length == 0 or taken != length:
        sys.exit(f"{status!r}, {taken} of {length} bytes")


if sys.argv[1] == "serve":
    serve(int(sys.argv[2]), float(sys.argv[3]))
else:
    ask(sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])

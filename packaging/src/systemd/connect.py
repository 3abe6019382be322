"""Opens connection after connection to a port, asks for / on each, and says what became of them as one line of JSON.

connect.py HOST PORT SECONDS WORKERS [END]: for so many seconds at most, or until the file END is there.
"""

import json
import os
import re
import socket
import sys
import threading
import time

host, port, seconds, workers = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
request = b"GET / HTTP/1.1\r\nHost: hello.example.internal\r\nConnection: close\r\n\r\n"
end_file = sys.argv[5] if len(sys.argv) > 5 else None
lock = threading.Lock()
count = {"good": 0, "refused": 0, "reset": 0, "unanswered": 0, "cut": 0, "other": 0}
longest = 0.0


def whole(answer):
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return bool(end) and (length is None or len(body) == int(length[1]))


def one():
    try:
        with socket.create_connection((host, port), timeout=60) as connection:
            connection.sendall(request)
            answer = b""
            while True:
                read = connection.recv(65536)
                if not read:
                    break
                answer += read
    except ConnectionRefusedError:
        return "refused"
    except (ConnectionResetError, BrokenPipeError):
        return "reset"
    except OSError:
        return "other"
    if not answer:
        return "unanswered"
    if not whole(answer):
        return "cut"
    return "good" if answer.startswith(b"HTTP/1.1 200") else "other"


def work():
    global longest
    while time.monotonic() < end and not (end_file and os.path.exists(end_file)):
        begin = time.monotonic()
        outcome = one()
        took = time.monotonic() - begin
        with lock:
            count[outcome] += 1
            longest = max(longest, took)
        time.sleep(0.02)


end = time.monotonic() + seconds
threads = [threading.Thread(target=work) for _ in range(workers)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({**count, "longest": round(longest, 3)}))

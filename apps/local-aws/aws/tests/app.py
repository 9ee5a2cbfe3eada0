"""The app that the end-to-end test deploys; MODE selects its defect."""
import http.server
import os
import signal
import sys
import threading
import time

MODE = os.environ.get("MODE", "ok")
print("starting", MODE, flush=True)
time.sleep(float(os.environ.get("START_SECONDS", "1")))
if MODE == "crash":
    print("ImproperlyConfigured: it is broken", flush=True)
    sys.exit(3)
if MODE == "silent":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(1)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow":
            time.sleep(2)
        names = ("REV", "SECRET_KEY", "FROM_FILE", "AWS_REGION")
        body = " ".join(f"{n}={os.environ.get(n)}" for n in names) + f" writable={_writable()} uid={os.getuid()}"
        self.send_response(500 if MODE == "sick" and self.path == "/healthz" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def _writable():
    found = []
    for folder in ("/", "/tmp", "/other"):
        try:
            with open(f"{folder}/probe", "w") as file:
                file.write("x")
            found.append(folder)
        except OSError:
            pass
    return ",".join(found)


server = http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Handler)
server.daemon_threads = False


def stop(*_):
    print(f"SIGTERM at {time.time()}", flush=True)
    threading.Thread(target=server.shutdown).start()


signal.signal(signal.SIGTERM, stop)
server.serve_forever()
server.server_close()
print("last words", flush=True)

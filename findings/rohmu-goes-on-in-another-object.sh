#!/bin/sh
# rohmu, the storage library of Aiven's backup tools, and a download whose connection is cut.
#
# One would expect a download that is gone on with after the cut to bring one object, the old or the new, or to fail: S3 has If-Match for that,
# and says with each part of an object which one it is of (ETag, Content-Range with the size of all).
#
# rohmu 2.8.2 asks for the rest by Range alone, and looks at neither. Where the object was written anew in between (a pointer to the latest backup, a
# state file, anything of a fixed name), get_contents_to_file leaves the beginning of the old one with the end of the new one, returns the old
# one's metadata and says nothing; where the new one is shorter, as many bytes as that has. With the same cut and no new object, the file is right.
#
# What follows: check what was fetched by a digest of one's own, or write each state under a name of its own.
#
# Printed (3 MiB of A; the first answer ends after 2 MiB; B is what is there at the second):
#   rohmu 2.8.2
#   not written anew: 3 MiB of A, asked for: all, bytes=2097152-3145727 without If-Match
#   written anew: 2 MiB of A, 1 MiB of B, metadata of A, asked for: all, bytes=2097152-3145727 without If-Match
#   written anew, 2 MiB and 1 byte: 2 MiB of A, 1 byte of B, metadata of A, asked for: all, bytes=2097152-3145727 without If-Match
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check rohmu==2.8.2 botocore==1.44.8
cat >finding.py <<'PY'
import importlib.metadata
import logging
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from rohmu import get_transfer

logging.disable(logging.CRITICAL)
MIB = 1024 * 1024
OLD = b"A" * (3 * MIB)
CUT = 2 * MIB
later = OLD
asked = []


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self):
        wanted = self.headers.get("range")
        asked.append(f"{wanted} {'with' if self.headers.get('if-match') else 'without'} If-Match" if wanted else "all")
        if wanted:
            first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", wanted).groups())
            stored = later
            last = min(last, len(stored) - 1)
            self.send_response(206)
            self.send_header("content-range", f"bytes {first}-{last}/{len(stored)}")
            body = stored[first : last + 1]
        else:
            stored = OLD
            self.send_response(200)
            body = stored
        self.send_header("etag", f'"{chr(stored[0])}"')
        self.send_header("x-amz-meta-of", chr(stored[0]))
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if wanted else body[:CUT])
        self.close_connection = True


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
transfer = get_transfer({
    "storage_type": "s3",
    "bucket_name": "box",
    "region": "us-east-1",
    "host": "127.0.0.1",
    "port": server.server_port,
    "is_secure": False,
    "addressing_style": "path",
    "aws_access_key_id": "AKIDEXAMPLE",
    "aws_secret_access_key": "secret",
})


def amount(size):
    return f"{size // MIB} MiB" if size % MIB == 0 else f"{size} byte"


def show(what, then):
    global later
    later = then
    asked.clear()
    metadata = transfer.get_contents_to_file("state", "state")
    with open("state", "rb") as file:
        runs = [f"{amount(len(run.group()))} of {run.group()[:1].decode()}" for run in re.finditer(rb"A+|B+", file.read())]
    told = f", metadata of {metadata['of']}" if then is not OLD else ""
    print(f"{what}: {', '.join(runs)}{told}, asked for: {', '.join(asked)}")


print(f"rohmu {importlib.metadata.version('rohmu')}")
show("not written anew", OLD)
show("written anew", b"B" * (3 * MIB))
show("written anew, 2 MiB and 1 byte", b"B" * (2 * MIB + 1))
PY
seen=$(venv/bin/python finding.py)
echo "$seen"
[ "$seen" = "rohmu 2.8.2
not written anew: 3 MiB of A, asked for: all, bytes=2097152-3145727 without If-Match
written anew: 2 MiB of A, 1 MiB of B, metadata of A, asked for: all, bytes=2097152-3145727 without If-Match
written anew, 2 MiB and 1 byte: 2 MiB of A, 1 byte of B, metadata of A, asked for: all, bytes=2097152-3145727 without If-Match" ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

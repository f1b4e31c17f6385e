#!/bin/sh
# TileDB's VFS, and keys with a question mark.
#
# One would expect s3://bucket/key to name the object whose key follows the bucket, letter for letter, as ls of the same VFS gives it out.
#
# tiledb 0.36.1 (core 2.30.0) takes what follows a question mark for a query, and two slashes for one. Writing s3://b/a?1 replaces
# the object a. ls lists the object a?1 as s3://b/a?1, and remove_file of what was listed deletes the object a, which was never named,
# while a?1 stays; no error comes of either. Space, #, %, + and & are right, and so are listings.
#
# What follows: no question marks and no empty parts in keys that TileDB is to read, write or remove; or another client for these.
#
# Printed (the bucket holds a, a?1 and a//b):
#   tiledb 0.36.1, core 2.30.0
#   ls_recursive: s3://b/a, s3://b/a//b, s3://b/a?1
#   write s3://b/a?1: DELETE a, DELETE a, PUT a
#   remove_file s3://b/a?1: DELETE a
#   remove_file s3://b/a//b: DELETE a/b
#   remove_file s3://b/a#1 +%26: DELETE a#1 +%26
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check tiledb==0.36.1
cat >finding.py <<'PY'
import multiprocessing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

LISTED = "".join(
    f"<Contents><Key>{key}</Key><Size>1</Size><ETag>&quot;e&quot;</ETag><LastModified>2024-01-02T03:04:05.000Z</LastModified></Contents>"
    for key in ("a", "a//b", "a?1")
)
asked = Path("asked")


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urlsplit(self.path)
        key = unquote(url.path).removeprefix("/b").removeprefix("/")
        body = b""
        if not key and "list-type" in parse_qs(url.query):
            body = f"<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>{LISTED}</ListBucketResult>".encode()
        elif self.command in ("PUT", "DELETE"):
            with asked.open("a") as file:
                file.write(f"{self.command} {key}\n")
        self.send_response(204 if self.command == "DELETE" else 200)
        if self.command != "DELETE":
            self.send_header("content-length", str(len(body)))
        self.send_header("etag", '"e"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
multiprocessing.get_context("fork").Process(target=server.serve_forever, daemon=True).start()  # a thread would wait for tiledb

import tiledb  # noqa: E402

settings = {
    "endpoint_override": f"127.0.0.1:{server.server_port}",
    "scheme": "http",
    "use_virtual_addressing": "false",
    "region": "us-east-1",
    "aws_access_key_id": "AKIDEXAMPLE",
    "aws_secret_access_key": "secret",
}
vfs = tiledb.VFS(config={f"vfs.s3.{name}": value for name, value in settings.items()})


def show(what):
    print(f"{what}: {', '.join(asked.read_text().splitlines())}")
    asked.unlink()


print(f"tiledb {tiledb.__version__}, core {'.'.join(map(str, tiledb.libtiledb.version()))}")
print("ls_recursive:", ", ".join(sorted(one if isinstance(one, str) else one[0] for one in vfs.ls_recursive("s3://b/"))))
with vfs.open("s3://b/a?1", "wb") as file:
    file.write(b"x")
show("write s3://b/a?1")
for name in ("s3://b/a?1", "s3://b/a//b", "s3://b/a#1 +%26"):
    vfs.remove_file(name)
    show(f"remove_file {name}")
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'tiledb 0.36.1, core 2.30.0
ls_recursive: s3://b/a, s3://b/a//b, s3://b/a?1
write s3://b/a?1: DELETE a, DELETE a, PUT a
remove_file s3://b/a?1: DELETE a
remove_file s3://b/a//b: DELETE a/b
remove_file s3://b/a#1 +%26: DELETE a#1 +%26' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

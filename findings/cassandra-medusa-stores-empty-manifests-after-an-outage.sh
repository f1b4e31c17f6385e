#!/bin/sh
# Medusa, the backup tool for Apache Cassandra, and an S3 that is out of order for some seconds.
#
# One would expect a manifest that could not be uploaded at once either to arrive whole with a later try, or the backup to fail.
#
# The storage driver of cassandra-medusa 0.31.0 sends manifests, schemas and token maps as a stream, and tries each five times, which is on top of the
# tries that boto3 makes. boto3 begins with the stream's first byte again; Medusa's own next try hands over the stream as the last one has
# left it, read to its end. S3 then stores an object of 0 bytes, and upload_blob_from_string returns it as uploaded. Four errors one after another
# do no harm, as boto3 gets over them; with five the object is empty. Such a
# backup has no list of its files, and nothing said so.
#
# What follows: have boto3 try longer than outages take (AWS_MAX_ATTEMPTS), and look at the sizes of manifests after each backup.
#
# Printed (how often a PutObject was answered 500 InternalError, and what was stored in the end):
#   cassandra-medusa 0.31.0
#   not once: returned 24 bytes, stored '[{"keyspace": "orders"}]'
#   4 times: returned 24 bytes, stored '[{"keyspace": "orders"}]'
#   5 times: returned 0 bytes, stored ''
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cassandra-medusa==0.31.0
cat >finding.py <<'PY'
import importlib.metadata
import logging
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from medusa.storage.s3_base_storage import S3BaseStorage

logging.disable(logging.CRITICAL)
MANIFEST = '[{"keyspace": "orders"}]'
errors_left = 0
stored = b""


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, length):
        self.send_response(status)
        self.send_header("etag", '"e"')
        self.send_header("last-modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        self.send_header("content-length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        global errors_left, stored
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if errors_left:
            errors_left -= 1
            error = b"<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message></Error>"
            return self.answer(500, error, len(error))
        stored = body
        self.answer(200, b"", 0)

    def do_HEAD(self):
        self.answer(200, b"", len(stored))


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()


class Settings(defaultdict):
    __getattr__ = defaultdict.__getitem__


Path("credentials").write_text("[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n")
storage = S3BaseStorage(Settings(
    lambda: None,
    storage_provider="s3_compatible",
    bucket_name="backups",
    key_file="credentials",
    region="us-east-1",
    host="127.0.0.1",
    port=server.server_port,
    secure="False",
    concurrent_transfers=1,
    s3_addressing_style="path",
))
storage.connect()
print(f"cassandra-medusa {importlib.metadata.version('cassandra-medusa')}")
for told, errors in (("not once", 0), ("4 times", 4), ("5 times", 5)):
    errors_left = errors
    returned = storage.upload_blob_from_string("node/backup/meta/manifest.json", MANIFEST)
    print(f"{told}: returned {returned.size} bytes, stored {stored.decode()!r}")
PY
seen=$(AWS_RETRY_MODE=legacy AWS_MAX_ATTEMPTS=5 venv/bin/python finding.py)
echo "$seen"
[ "$seen" = "cassandra-medusa 0.31.0
not once: returned 24 bytes, stored '[{\"keyspace\": \"orders\"}]'
4 times: returned 24 bytes, stored '[{\"keyspace\": \"orders\"}]'
5 times: returned 0 bytes, stored ''" ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# tap-s3-csv, Singer's reader of new files in a bucket, and objects that were uploaded in parts.
#
# One would expect a reader that goes by LastModified, and remembers the latest that it has seen, to come upon each object once it is there.
#
# The LastModified of an object that was uploaded in parts is the time when the upload began; the User Guide says so in its page on metadata of objects.
# The object appears when the upload is completed, be it hours later, and is then as old as its beginning. tap-s3-csv 2.3.1 asks for what is newer
# than the newest that it read: was anything else read in between, the large file is never read, in no later run, and nothing tells of it. The same
# file sent by PutObject is read, so it shows with large files only, which clients send in parts by themselves. An overlap of some seconds, as some
# readers have it against clocks, does not help.
#
# What follows: notifications of events (ObjectCreated, by the time of completion) in place of LastModified; or set the bookmark back by the longest
# time that an upload takes, and a key for the rows, so that what is read twice counts once.
#
# Printed (small.csv is stored at 12:05, large.csv is there from 12:20 on):
#   tap-s3-csv 2.3.1
#   large.csv in parts, begun at 12:00: at 12:10 reads small.csv, at 12:30 reads nothing
#   large.csv by PutObject at 12:20: at 12:10 reads small.csv, at 12:30 reads large.csv
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check tap-s3-csv==2.3.1
cat >finding.py <<'PY'
import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

ROWS = b"id\n1\n"
# The objects that a listing has, each with its LastModified of that day.
bucket = {}


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = ROWS
        if "list-type" in self.path:
            row = "<Contents><Key>{}</Key><LastModified>2024-01-02T{}:00.000Z</LastModified><Size>5</Size></Contents>"
            rows = "".join(row.format(*one) for one in sorted(bucket.items()))
            body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        self.send_header("ETag", '"e"')
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {
    **os.environ,
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def keep(name, value):
    with open(name, "w", encoding="utf8") as file:
        json.dump(value, file)


def tap(*options):
    line = ["python/bin/tap-s3-csv", "--config", "config.json", *options]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout


def read():
    """What a run reads, which goes on where the last one has stopped."""
    found = [json.loads(line) for line in tap("--catalog", "catalog.json", "--state", "state.json").splitlines()]
    keep("state.json", [one["value"] for one in found if one["type"] == "STATE"][-1])
    return ", ".join(one["record"]["_sdc_source_file"] for one in found if one["type"] == "RECORD") or "nothing"


tables = [{"table_name": "rows", "search_pattern": "csv$", "search_prefix": "", "key_properties": []}]
role = {"account_id": "111122223333", "external_id": "e", "role_name": "r"}
keep("config.json", {"bucket": "box", "start_date": "2024-01-01T00:00:00Z", "tables": json.dumps(tables), **role})
bucket["small.csv"] = "12:05"
catalog = json.loads(tap("--discover"))
for entry in catalog["streams"][0]["metadata"]:
    if not entry["breadcrumb"]:
        entry["metadata"]["selected"] = True
keep("catalog.json", catalog)

print(f"tap-s3-csv {version('tap-s3-csv')}")
for way, modified in (("in parts, begun at 12:00", "12:00"), ("by PutObject at 12:20", "12:20")):
    keep("state.json", {})
    bucket.pop("large.csv", None)
    first = read()
    bucket["large.csv"] = modified
    print(f"large.csv {way}: at 12:10 reads {first}, at 12:30 reads {read()}")
PY
seen=$(python/bin/python finding.py)
echo "$seen"
[ "$seen" = 'tap-s3-csv 2.3.1
large.csv in parts, begun at 12:00: at 12:10 reads small.csv, at 12:30 reads nothing
large.csv by PutObject at 12:20: at 12:10 reads small.csv, at 12:30 reads large.csv' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

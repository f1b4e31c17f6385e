#!/bin/sh
# Luigi's S3Client, and moves of what has a folder of the same name, or goes below itself.
#
# One would expect move to remove what it has copied. S3 can have report beside report/1.csv, or beside the empty object report/ that its console (and
# mkdir of this client) makes for a folder, or beside report_$folder$, which Hadoop made for one.
#
# move of luigi 3.8.1 is copy and then remove, and the two judge otherwise: copy asks first whether the name is a folder, and if so copies what is below
# it; remove asks first whether it is an object, and if so deletes that alone. Where there are both, report is gone and was never copied, with no
# error; what was below it is there twice, or, where the folder is empty, nothing is at the new place. And a folder that is moved below itself
# (data to data/archive) is copied there and then deleted with the copies: mv of a file system refuses that, here all of it is gone.
#
# What follows: copy, a look at what is there, then remove; and no archive below the folder that is archived.
#
# Printed (what each bucket holds before and after):
#   luigi 3.8.1, boto3 1.43.117
#   report to old: report -> old
#   report to old: report/1.csv -> old/1.csv
#   report to old: report, report/1.csv -> old/1.csv, report/1.csv
#   report to old: report, report/ -> report/
#   report to old: report, report_$folder$ -> report_$folder$
#   data to data/archive: data/1.csv, data/2.csv -> nothing
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check luigi==3.8.1 boto3==1.43.117
cat >finding.py <<'PY'
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, unquote, urlsplit

from luigi.contrib.s3 import S3Client

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
TIME = "2024-01-02T03:04:05.000Z"
stored = {}


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urlsplit(self.path)
        key = unquote(url.path)[len("/box/") :]
        query = parse_qs(url.query, keep_blank_values=True)
        status, body = 200, b""
        if "delete" in query:
            for name in re.findall(r"<Key>(.*?)</Key>", sent.decode()):
                stored.pop(name, None)
            body = f"<DeleteResult {NAMESPACE}/>".encode()
        elif not key:
            prefix = query.get("prefix", [""])[0]
            contents = "".join(
                f"<Contents><Key>{name}</Key><Size>{len(stored[name])}</Size><ETag>e</ETag><LastModified>{TIME}</LastModified></Contents>"
                for name in sorted(stored)
                if name.startswith(prefix)
            )
            body = f"<ListBucketResult {NAMESPACE}><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>".encode()
        elif self.command == "PUT":
            stored[key] = stored[unquote(self.headers["x-amz-copy-source"]).removeprefix("box/")]
            body = f"<CopyObjectResult {NAMESPACE}><ETag>e</ETag><LastModified>{TIME}</LastModified></CopyObjectResult>".encode()
        elif self.command == "DELETE":
            stored.pop(key, None)
            status = 204
        elif key in stored:
            body = stored[key]
        else:
            status, body = 404, b"<Error><Code>NoSuchKey</Code></Error>"
        self.send_response(status)
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = S3Client("AKIDEXAMPLE", "secret", endpoint_url=f"http://127.0.0.1:{server.server_port}", region_name="us-east-1")


def show(source, destination, *keys):
    stored.clear()
    stored.update((key, b"" if key.endswith(("/", "$")) else key.encode()) for key in keys)
    client.move(f"s3://box/{source}", f"s3://box/{destination}")
    print(f"{source} to {destination}: {', '.join(keys)} -> {', '.join(sorted(stored)) or 'nothing'}")


print(f"luigi {version('luigi')}, boto3 {version('boto3')}")
show("report", "old", "report")
show("report", "old", "report/1.csv")
show("report", "old", "report", "report/1.csv")
show("report", "old", "report", "report/")
show("report", "old", "report", "report_$folder$")
show("data", "data/archive", "data/1.csv", "data/2.csv")
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'luigi 3.8.1, boto3 1.43.117
report to old: report -> old
report to old: report/1.csv -> old/1.csv
report to old: report, report/1.csv -> old/1.csv, report/1.csv
report to old: report, report/ -> report/
report to old: report, report_$folder$ -> report_$folder$
data to data/archive: data/1.csv, data/2.csv -> nothing' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

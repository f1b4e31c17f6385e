#!/bin/sh
# cloudpathlib and touch.
#
# One would expect touch of an object that is there to change its time and nothing else, as touch of a file does.
#
# cloudpathlib 0.26.0 copies the object onto itself with x-amz-metadata-directive: REPLACE and gives back only the x-amz-meta-…
# of before. REPLACE means all of an object's own headers: S3 then stores the copy as binary/octet-stream, without Cache-Control,
# Content-Encoding, Content-Disposition, Content-Language and Expires, and without a redirect. A page that was touched is offered as
# a download, and what was stored compressed is no longer said to be. rename and copy to another key keep all of it.
#
# What follows: pass the headers in S3Client(extra_args={"ContentType": …}), or copy the object onto itself with boto3 and all
# that head_object tells.
#
# Printed:
#   cloudpathlib 0.26.0
#   before: content-type text/html, content-encoding gzip, cache-control max-age=60, x-amz-meta-by ann
#   PUT /b/index.html with x-amz-copy-source b/index.html, x-amz-meta-by ann, x-amz-metadata-directive REPLACE
#   PUT /b/moved.html with x-amz-copy-source b/index.html
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check cloudpathlib==0.26.0 boto3==1.44.8
cat >finding.py <<'PY'
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

os.environ.update(AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret", AWS_DEFAULT_REGION="us-east-1")
from cloudpathlib import S3Client

HEADERS = {
    "content-type": "text/html",
    "content-encoding": "gzip",
    "cache-control": "max-age=60",
    "x-amz-meta-by": "ann",
}
OF_AN_OBJECT = ("content-", "cache-control", "x-amz-copy-source", "x-amz-meta")
written = []


class S3(BaseHTTPRequestHandler):
    def do_HEAD(self):
        there = self.path == "/b/index.html"
        self.send_response(200 if there else 404)
        if there:
            for name, value in {**HEADERS, "etag": '"e"', "last-modified": "Tue, 02 Jan 2024 03:04:05 GMT", "content-length": "3"}.items():
                self.send_header(name, value)
        self.end_headers()

    def do_GET(self):
        self.xml("<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>")

    def do_PUT(self):
        said = {name.lower(): value for name, value in self.headers.items()}
        told = [f"{name} {said[name]}" for name in sorted(said) if name.startswith(OF_AN_OBJECT) and name != "content-length"]
        written.append(f"PUT {self.path} with {', '.join(told)}")
        self.xml('<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>')

    def do_DELETE(self):
        self.send_response(204)
        self.end_headers()

    def xml(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = S3Client(endpoint_url=f"http://127.0.0.1:{server.server_address[1]}")
print("cloudpathlib", version("cloudpathlib"))
print("before:", ", ".join(f"{name} {value}" for name, value in HEADERS.items()))
client.CloudPath("s3://b/index.html").touch()
client.CloudPath("s3://b/index.html").rename(client.CloudPath("s3://b/moved.html"))
print("\n".join(written))
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'cloudpathlib 0.26.0
before: content-type text/html, content-encoding gzip, cache-control max-age=60, x-amz-meta-by ann
PUT /b/index.html with x-amz-copy-source b/index.html, x-amz-meta-by ann, x-amz-metadata-directive REPLACE
PUT /b/moved.html with x-amz-copy-source b/index.html' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# s3-concat, which joins the objects of a folder in S3.
#
# One would expect the joined object to have the objects one after another: as add_file was called, or by their keys with add_files, which is
# how S3 lists them. It has, as long as all are of 5 MiB at most, or all are larger.
#
# A part of an upload needs 5 MiB, unless it is the last. s3-concat 0.3.0 copies the larger objects as parts, in their order, and sets the
# others aside: these it downloads, joins, and uploads as the parts behind. So a line of headers in an object of its own ends up
# behind the rows, and a small piece between two large ones of a log or an archive behind both. Its page says that small files are
# downloaded, not that they move. With min_file_size it is the same: larger ones become files of their own, and the small ones the last.
#
# What follows: a delimiter, if one does no harm (delimiter="\n"), for then it downloads everything and keeps the order; or joining by
# UploadPartCopy oneself, a small piece in one part with its neighbour.
#
# Printed (0 and 2 are small, 1 and 3 have 6 MiB):
#   s3-concat 0.3.0, add_files: 1 3 0 2
#   s3-concat 0.3.0, add_file of 0, 1, 2, 3: 1 3 0 2
#   s3-concat 0.3.0, add_files with a delimiter: 0 1 2 3
#   s3-concat 0.3.0, add_files of 0 and 2: 0 2
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check s3-concat==0.3.0 boto3==1.43.117
cat >finding.py <<'PY'
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

from s3_concat import S3Concat

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
LARGE = 6 * 1024 * 1024
ALL = {"pieces/0": b"0" * 9, "pieces/1": b"1" * LARGE, "pieces/2": b"2" * 9, "pieces/3": b"3" * LARGE}
bucket = {}
parts = {}


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        key = url.path.removeprefix("/box").removeprefix("/")
        body = b""
        if "uploads" in query:
            parts.clear()
            body = f"<InitiateMultipartUploadResult {NAMESPACE}><UploadId>u</UploadId></InitiateMultipartUploadResult>".encode()
        elif "partNumber" in query:
            source = self.headers.get("x-amz-copy-source")
            parts[query["partNumber"][0]] = bucket[source.removeprefix("box/")] if source else sent
            body = f"<CopyPartResult {NAMESPACE}><ETag>e</ETag></CopyPartResult>".encode() if source else b""
        elif self.command == "POST":
            bucket[key] = b"".join(parts[number] for number in re.findall("<PartNumber>(.*?)</PartNumber>", sent.decode()))
            body = f"<CompleteMultipartUploadResult {NAMESPACE}><ETag>e</ETag></CompleteMultipartUploadResult>".encode()
        elif self.command == "PUT":
            bucket[key] = sent
        elif self.command in ("GET", "HEAD") and key:
            body = bucket[key]
        elif self.command == "GET":
            listed = "".join(f"<Contents><Key>{name}</Key><Size>{len(data)}</Size></Contents>" for name, data in sorted(bucket.items()))
            body = f"<ListBucketResult {NAMESPACE}><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>".encode()
        self.send_response(200)
        self.send_header("ETag", '"e"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
CLIENT = {
    "endpoint_url": f"http://127.0.0.1:{server.server_port}",
    "region_name": "us-east-1",
    "aws_access_key_id": "AKIDEXAMPLE",
    "aws_secret_access_key": "secret",
}


def show(what, names, add, **more):
    bucket.clear()
    bucket.update({name: ALL[name] for name in names})
    job = S3Concat("box", "joined", None, s3_client_kwargs=CLIENT, **more)
    add(job)
    job.concat()
    order = [chr(byte) for byte, _ in groupby(bucket["joined"]) if chr(byte) != "\n"]
    print(f"s3-concat {version('s3-concat')}, {what}: {' '.join(order)}")


def one_by_one(job):
    for name in ALL:
        job.add_file(name)


show("add_files", ALL, lambda job: job.add_files("pieces/"))
show("add_file of 0, 1, 2, 3", ALL, one_by_one)
show("add_files with a delimiter", ALL, lambda job: job.add_files("pieces/"), delimiter="\n")
show("add_files of 0 and 2", ["pieces/0", "pieces/2"], lambda job: job.add_files("pieces/"))
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 's3-concat 0.3.0, add_files: 1 3 0 2
s3-concat 0.3.0, add_file of 0, 1, 2, 3: 1 3 0 2
s3-concat 0.3.0, add_files with a delimiter: 0 1 2 3
s3-concat 0.3.0, add_files of 0 and 2: 0 2' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

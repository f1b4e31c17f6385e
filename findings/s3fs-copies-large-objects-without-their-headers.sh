#!/bin/sh
# s3fs (fsspec) and MinIO's client for Python, and copies of large objects.
#
# One would expect a copy or a move within S3 to keep what an object is, Content-Type, Cache-Control and x-amz-meta-…, whatever its size. It does
# with smaller ones, for which both send CopyObject; boto3's copy does with all, for it reads these headers before it copies in parts.
#
# An upload in parts has the headers that CreateMultipartUpload is given, and copied parts bring none along. s3fs 2026.9.0 gives it none: what
# is larger than 150 MiB becomes binary/octet-stream without any of them, and after mv the original is gone too. So does copy_object of minio 7.2.20
# with what is larger than 5 GiB, which its page calls the most that it copies; that becomes application/octet-stream. Neither says a word.
#
# What follows: boto3's copy for large objects; or the headers by hand: cp_file(…, ContentType=…, Metadata=…), metadata of copy_object.
#
# Printed (the object has content-type text/html, cache-control max-age=60, x-amz-meta-by ann):
#   s3fs 2026.9.0, cp_file of 150 MiB: CopyObject, which keeps them
#   s3fs 2026.9.0, cp_file of 151 MiB: CreateMultipartUpload with none
#   s3fs 2026.9.0, mv of 151 MiB: CreateMultipartUpload with none, then DeleteObjects
#   minio 7.2.20, copy_object of 5120 MiB: CopyObject, which keeps them
#   minio 7.2.20, copy_object of 5121 MiB: CreateMultipartUpload with content-type application/octet-stream
#   boto3 1.43.117, copy of 151 MiB: CreateMultipartUpload with cache-control max-age=60, content-type text/html, x-amz-meta-by ann
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check s3fs==2026.9.0 minio==7.2.20 boto3==1.43.117
cat >finding.py <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

import boto3
import s3fs
from minio import Minio
from minio.commonconfig import CopySource

MIB = 1024 * 1024
NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
HEADERS = {"content-type": "text/html", "cache-control": "max-age=60", "x-amz-meta-by": "ann"}
size = 0
asked = []


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        body, length, told = "", None, {"ETag": '"e"', "Last-Modified": "Tue, 02 Jan 2024 03:04:05 GMT"}
        if "uploads" in query:
            kept = sorted(f"{name} {value}" for name, value in ((n.lower(), v) for n, v in self.headers.items()) if name in HEADERS)
            asked.append(f"CreateMultipartUpload with {', '.join(kept) or 'none'}")
            body = f"<InitiateMultipartUploadResult {NAMESPACE}><UploadId>u</UploadId></InitiateMultipartUploadResult>"
        elif "delete" in query:
            asked.append("then DeleteObjects")
            body = f"<DeleteResult {NAMESPACE}><Deleted><Key>large</Key></Deleted></DeleteResult>"
        elif "partNumber" in query:
            body = f"<CopyPartResult {NAMESPACE}><ETag>e</ETag><LastModified>2024-01-02T03:04:05.000Z</LastModified></CopyPartResult>"
        elif "uploadId" in query:
            body = f"<CompleteMultipartUploadResult {NAMESPACE}><Bucket>box</Bucket><Key>copy</Key><ETag>e</ETag></CompleteMultipartUploadResult>"
        elif self.command == "PUT":
            asked.append("CopyObject, which keeps them")
            body = f"<CopyObjectResult {NAMESPACE}><ETag>e</ETag><LastModified>2024-01-02T03:04:05.000Z</LastModified></CopyObjectResult>"
        elif self.command == "HEAD":
            length, told = size, {**told, **HEADERS}
        else:
            body = f"<ListBucketResult {NAMESPACE}><IsTruncated>false</IsTruncated></ListBucketResult>"
        self.send_response(200)
        for name, value in told.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"127.0.0.1:{server.server_port}"
keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret", "region_name": "us-east-1"}


def show(name, call, mib, work):
    global size
    size = mib * MIB
    asked.clear()
    work()
    print(f"{name} {version(name)}, {call} of {mib} MiB: {', '.join(asked)}")


files = s3fs.S3FileSystem(endpoint_url=f"http://{host}", key="AKIDEXAMPLE", secret="secret", use_listings_cache=False)
for mib in (150, 151):
    show("s3fs", "cp_file", mib, lambda: files.cp_file("box/large", "box/copy"))
show("s3fs", "mv", 151, lambda: files.mv("box/large", "box/copy"))
minio = Minio(host, "AKIDEXAMPLE", "secret", secure=False, region="us-east-1")
for mib in (5 * 1024, 5 * 1024 + 1):
    show("minio", "copy_object", mib, lambda: minio.copy_object("box", "copy", CopySource("box", "large")))
boto = boto3.client("s3", endpoint_url=f"http://{host}", **keys)
show("boto3", "copy", 151, lambda: boto.copy({"Bucket": "box", "Key": "large"}, "box", "copy"))
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 's3fs 2026.9.0, cp_file of 150 MiB: CopyObject, which keeps them
s3fs 2026.9.0, cp_file of 151 MiB: CreateMultipartUpload with none
s3fs 2026.9.0, mv of 151 MiB: CreateMultipartUpload with none, then DeleteObjects
minio 7.2.20, copy_object of 5120 MiB: CopyObject, which keeps them
minio 7.2.20, copy_object of 5121 MiB: CreateMultipartUpload with content-type application/octet-stream
boto3 1.43.117, copy of 151 MiB: CreateMultipartUpload with cache-control max-age=60, content-type text/html, x-amz-meta-by ann' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

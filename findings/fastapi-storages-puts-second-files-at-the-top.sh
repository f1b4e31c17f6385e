#!/bin/sh
# fastapi-storages in S3 with OVERWRITE_EXISTING_FILES = False, and names with a folder.
#
# One would expect a file whose name is taken to get a number and to stay in its folder: tenants/7/report.pdf, then tenants/7/report_1.pdf. The
# storage keeps folders otherwise, and its sister for disks, FileSystemStorage, does it so.
#
# S3Storage of fastapi-storages 0.5.0 makes the new name of the file's own name, without the folder: the second report.pdf is report_1.pdf at the top of
# the bucket, and so are the second ones of all other folders, counted through. There is no error, and the name that is kept in the database leads to
# the file, so nothing shows until something goes by folders: a bucket policy or a lifecycle rule with a prefix, or who lists or deletes tenants/7/.
#
# What follows: a generate_new_filename of one's own that puts Path(filename).parent in front, or names that are never taken (a UUID), with overwriting
# as it comes.
#
# Printed (each name is written twice):
#   fastapi-storages 0.5.0
#   S3: tenants/7/report.pdf, report_1.pdf, tenants/8/report.pdf, report_2.pdf
#   disk: tenants/7/report.pdf, tenants/7/report_1.pdf, tenants/8/report.pdf, tenants/8/report_1.pdf
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check fastapi-storages==0.5.0 boto3==1.44.8
cat >finding.py <<'PY'
import io
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

keys = []


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def key(self):
        return self.path.partition("?")[0].removeprefix("/b/")

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("ETag", '"e"')
        self.end_headers()

    def do_HEAD(self):
        self.answer(200 if self.key() in keys else 404)

    def do_PUT(self):
        self.rfile.read(int(self.headers["content-length"]))
        keys.append(self.key())
        self.answer(200)


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret")
from fastapi_storages import FileSystemStorage, S3Storage, StorageFile


class InS3(S3Storage):
    AWS_S3_BUCKET_NAME = "b"
    AWS_S3_ENDPOINT_URL = f"127.0.0.1:{server.server_address[1]}"
    AWS_S3_USE_SSL = False
    OVERWRITE_EXISTING_FILES = False


class OnDisk(FileSystemStorage):
    OVERWRITE_EXISTING_FILES = False


def write_all(storage):
    for name in ["tenants/7/report.pdf"] * 2 + ["tenants/8/report.pdf"] * 2:
        StorageFile(name=name, storage=storage).write(io.BytesIO(b"%PDF"))


print("fastapi-storages", version("fastapi-storages"))
write_all(InS3())
print("S3:", ", ".join(keys))
for tenant in "78":
    os.makedirs(f"disk/tenants/{tenant}")
write_all(OnDisk("disk"))
files = [os.path.relpath(os.path.join(path, name), "disk") for path, _, names in os.walk("disk") for name in names]
print("disk:", ", ".join(sorted(files)))
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'fastapi-storages 0.5.0
S3: tenants/7/report.pdf, report_1.pdf, tenants/8/report.pdf, report_2.pdf
disk: tenants/7/report.pdf, tenants/7/report_1.pdf, tenants/8/report.pdf, tenants/8/report_1.pdf' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# s3path, and folders whose names begin alike.
#
# One would expect rmdir and rename of a path that is a folder to touch what is below it: /photos/1, and not photos.zip or
# photos-2023/1, which only begin with the same letters. s3path asks in the right way whether there is such a folder: with the slash.
#
# s3path 0.6.5 then lists for the work itself without the slash, and removes or moves everything that begins so: the folder's
# neighbours go along, and nothing is said of them.
#
# What follows: remove and move what rglob names, one by one (unlink, replace), and have versioning on.
#
# Printed:
#   s3path 0.6.5
#   rmdir of /b/photos: HEAD /b/photos, GET prefix=photos/, GET prefix=photos, DELETE /b/photos-2023/1, DELETE /b/photos.zip, DELETE /b/photos/1
#   rename of /b/photos: GET prefix=photos/, GET prefix=photos, HEAD /b/photos-2023/1, PUT /b/pictures-2023/1, DELETE /b/photos-2023/1, HEAD /b/photos.zip, PUT /b/pictures.zip, DELETE /b/photos.zip, HEAD /b/photos/1, PUT /b/pictures/1, DELETE /b/photos/1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check s3path==0.6.5 boto3==1.44.8
cat >finding.py <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

import boto3
from s3path import PureS3Path, S3Path, register_configuration_parameter

KEYS = ["photos-2023/1", "photos.zip", "photos/1"]
asked = []


class S3(BaseHTTPRequestHandler):
    def answer(self):
        url = urlsplit(self.path)
        prefix = parse_qs(url.query).get("prefix")
        asked.append(f"{self.command} prefix={prefix[0]}" if prefix else f"{self.command} {url.path}")
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body, status = "", 204 if self.command == "DELETE" else 200
        if prefix:
            found = [key for key in KEYS if key.startswith(prefix[0])]
            body = "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>%s</ListBucketResult>" % "".join(
                f"<Contents><Key>{key}</Key><Size>1</Size></Contents>" for key in found
            )
        elif self.command == "PUT":
            body = '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>'
        elif self.command == "HEAD" and url.path.removeprefix("/b/") not in KEYS:
            status = 404
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_GET = do_HEAD = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
resource = boto3.resource(
    "s3",
    endpoint_url=f"http://127.0.0.1:{server.server_address[1]}",
    region_name="us-east-1",
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret",
)
register_configuration_parameter(PureS3Path("/"), resource=resource)
print("s3path", version("s3path"))
S3Path("/b/photos").rmdir()
print("rmdir of /b/photos:", ", ".join(asked))
asked.clear()
S3Path("/b/photos").rename(S3Path("/b/pictures"))
print("rename of /b/photos:", ", ".join(asked))
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 's3path 0.6.5
rmdir of /b/photos: HEAD /b/photos, GET prefix=photos/, GET prefix=photos, DELETE /b/photos-2023/1, DELETE /b/photos.zip, DELETE /b/photos/1
rename of /b/photos: GET prefix=photos/, GET prefix=photos, HEAD /b/photos-2023/1, PUT /b/pictures-2023/1, DELETE /b/photos-2023/1, HEAD /b/photos.zip, PUT /b/pictures.zip, DELETE /b/photos.zip, HEAD /b/photos/1, PUT /b/pictures/1, DELETE /b/photos/1' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# Prefect's S3Bucket (prefect-aws) with a bucket_folder, and a folder of the same name among the files.
#
# One would expect put_directory to store a/b of the local folder as BUCKET_FOLDER/a/b, whatever a is called, so that get_directory gives the
# same files back; and write_path("flows/x") to be another object than write_path("x").
#
# prefect-aws 0.7.12 takes a path that begins with the bucket_folder for one that has it already, and puts nothing before it. With the
# bucket_folder flows, flows/settings.py and settings.py of a project become one object, with the content of the one that is uploaded last,
# and both count as uploaded. What get_directory brings lacks the folder flows: its files lie beside the others. read_path, write_path and the
# methods for uploads and downloads do the same.
#
# What follows: a bucket_folder of a name that no folder at the top has, deployed-flows for instance.
#
# Printed (the local folder has settings.py and flows/settings.py; each file has its own path as content):
#   prefect-aws 0.7.12, bucket_folder flows
#   put_directory: 2 uploaded, in the bucket: flows/settings.py
#   get_directory: settings.py
#   bucket_folder deployed, put_directory: 2 uploaded, in the bucket: deployed/flows/settings.py, deployed/settings.py
#
# Needs Python 3.10 or newer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check prefect-aws==0.7.12 prefect==3.9.1
mkdir -p local/flows home
printf settings.py >local/settings.py
printf flows/settings.py >local/flows/settings.py
cat >finding.py <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from prefect_aws import AwsCredentials
from prefect_aws.client_parameters import AwsClientParameters
from prefect_aws.s3 import S3Bucket

objects = {}


class Stub(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, body=b"", length=None):
        self.send_response(200)
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def key(self):
        return unquote(urlsplit(self.path).path).removeprefix("/b/")

    def do_PUT(self):
        objects[self.key()] = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def do_HEAD(self):
        self.answer(length=len(objects[self.key()]))

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path not in ("/b", "/b/"):
            return self.answer(objects[self.key()])
        prefix = parse_qs(url.query)["prefix"][0]
        found = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(body)}</Size><ETag>e</ETag><LastModified>2024-01-02T03:04:05.000Z</LastModified></Contents>"
            for key, body in sorted(objects.items())
            if key.startswith(prefix)
        )
        self.answer(f"<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode())


server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
threading.Thread(target=server.serve_forever, daemon=True).start()
credentials = AwsCredentials(
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret",
    region_name="us-east-1",
    aws_client_parameters=AwsClientParameters(endpoint_url=f"http://127.0.0.1:{server.server_port}", use_ssl=False),
)


def put(bucket_folder):
    objects.clear()
    bucket = S3Bucket(bucket_name="b", bucket_folder=bucket_folder, credentials=credentials)
    count = bucket.put_directory("local")
    return bucket, f"put_directory: {count} uploaded, in the bucket: {', '.join(sorted(objects))}"


print("prefect-aws 0.7.12, bucket_folder flows")
bucket, told = put("flows")
print(told)
bucket.get_directory(local_path="back")
print("get_directory:", ", ".join(str(path.relative_to("back")) for path in sorted(Path("back").rglob("*")) if path.is_file()))
print("bucket_folder deployed,", put("deployed")[1])
PY
seen=$(PREFECT_HOME="$folder/home" DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false venv/bin/python finding.py 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'prefect-aws 0.7.12, bucket_folder flows
put_directory: 2 uploaded, in the bucket: flows/settings.py
get_directory: settings.py
bucket_folder deployed, put_directory: 2 uploaded, in the bucket: deployed/flows/settings.py, deployed/settings.py' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# Clients that delete many objects with one request, and a deletion that S3 refuses.
#
# One would expect what deletes a folder to fail where an object may not be deleted: by a bucket policy, by the retention of object lock.
# DeleteObjects answers 200 even so, and names in its result each key that it did not delete, with AccessDenied; its API Reference says so.
#
# These look at the status alone, and return: rmtree of cloudpathlib 0.26.0, remove(…, recursive=True) of luigi 3.8.1, whose True is to say that
# it succeeded, deleteAll of flydrive 1.3.0, deleteDirectory of @flystorage/aws-s3 1.2.0. sync with del of s3-sync-client 4.3.1 even
# names the objects among those that it deleted. All objects are still there. The same refusal of a single object's deletion, which is
# DeleteObject and a 403, is an error in the four that have one; so a test with one file says nothing of folders.
#
# What follows: list after such a deletion, or delete one by one, or by DeleteObjects of an SDK and a look at Errors.
#
# Printed:
#   cloudpathlib 0.26.0: rmtree returns None, unlink raises ClientError
#   luigi 3.8.1: remove of a folder returns True, of an object raises ClientError
#   flydrive 1.3.0: deleteAll returns, delete throws E_CANNOT_DELETE_FILE
#   @flystorage/aws-s3 1.2.0: deleteDirectory returns, deleteFile throws flystorage.unable_to_delete_file
#   s3-sync-client 4.3.1: sync returns, deleted photos/1
#   deletions refused with status 200: 5
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check cloudpathlib==0.26.0 luigi==3.8.1 boto3==1.43.117
npm init -y >/dev/null
npm install --silent --no-audit --no-fund flydrive@1.3.0 @flystorage/file-storage@1.2.2 @flystorage/aws-s3@1.2.0 \
  s3-sync-client@4.3.1 @aws-sdk/client-s3@3.1175.0 @aws-sdk/s3-request-presigner@3.1169.0
cat >clients.py <<'PY'
import os
from importlib.metadata import version

from botocore.exceptions import ClientError
from cloudpathlib import S3Client
from luigi.contrib.s3 import S3Client as LuigiClient

URL = os.environ["URL"]
KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}


def told(work):
    try:
        return f"returns {work()}"
    except ClientError:
        return "raises ClientError"


cloud = S3Client(endpoint_url=URL, **KEYS)
whole, one = told(cloud.CloudPath("s3://b/photos/").rmtree), told(cloud.CloudPath("s3://b/photos/1").unlink)
print(f"cloudpathlib {version('cloudpathlib')}: rmtree {whole}, unlink {one}")
luigi = LuigiClient(endpoint_url=URL, **KEYS)
whole, one = told(lambda: luigi.remove("s3://b/photos", recursive=True)), told(lambda: luigi.remove("s3://b/photos/1"))
print(f"luigi {version('luigi')}: remove of a folder {whole}, of an object {one}")
PY
cat >clients.mjs <<'JS'
import { mkdirSync, readFileSync } from 'node:fs'
import { S3Client } from '@aws-sdk/client-s3'
import { AwsS3StorageAdapter } from '@flystorage/aws-s3'
import { FileStorage } from '@flystorage/file-storage'
import { Disk } from 'flydrive'
import { S3Driver } from 'flydrive/drivers/s3'
import { S3SyncClient } from 's3-sync-client'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const client = new S3Client({
  endpoint: process.env.URL,
  forcePathStyle: true,
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
})
const told = (work) => work.then(() => 'returns', (error) => `throws ${error.code}`)

const drive = new Disk(new S3Driver({ client, bucket: 'b', visibility: 'private' }))
console.log(`flydrive ${version('flydrive')}: deleteAll ${await told(drive.deleteAll('photos'))}, delete ${await told(drive.delete('photos/1'))}`)

const storage = new FileStorage(new AwsS3StorageAdapter(client, { bucket: 'b' }))
const whole = await told(storage.deleteDirectory('photos'))
console.log(`@flystorage/aws-s3 ${version('@flystorage/aws-s3')}: deleteDirectory ${whole}, deleteFile ${await told(storage.deleteFile('photos/1'))}`)

mkdirSync('empty')
const { deleted } = await new S3SyncClient({ client }).sync('empty', 's3://b', { del: true })
console.log(`s3-sync-client ${version('s3-sync-client')}: sync returns, deleted ${deleted.map(({ key }) => key).join(', ')}`)
JS
cat >finding.py <<'PY'
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
CONTENTS = "<Contents><Key>photos/1</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>"
refused = []


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        sent = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        key = url.path.removeprefix("/b").removeprefix("/")
        status, body = 200, ""
        if "delete" in query:
            refused.append(sent)
            errors = "".join(f"<Error><Key>{name}</Key><Code>AccessDenied</Code></Error>" for name in re.findall("<Key>(.*?)</Key>", sent))
            body = f"<DeleteResult {NAMESPACE}>{errors}</DeleteResult>"
        elif self.command == "DELETE":
            status, body = 403, "<Error><Code>AccessDenied</Code></Error>"
        elif not key:
            listed = CONTENTS if "photos/1".startswith(query.get("prefix", [""])[0]) else ""
            body = f"<ListBucketResult {NAMESPACE}><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"
        elif key != "photos/1":
            status, body = 404, "<Error><Code>NoSuchKey</Code></Error>"
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        self.send_header("ETag", '"e"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
settings = {**os.environ, "URL": f"http://127.0.0.1:{server.server_port}", "AWS_DEFAULT_REGION": "us-east-1"}
subprocess.run([sys.executable, "-W", "ignore", "clients.py"], env=settings, check=True, stderr=subprocess.DEVNULL)
subprocess.run(["node", "--no-warnings", "clients.mjs"], env=settings, check=True)
print(f"deletions refused with status 200: {len(refused)}")
PY
seen=$(python/bin/python -u finding.py)
echo "$seen"
[ "$seen" = 'cloudpathlib 0.26.0: rmtree returns None, unlink raises ClientError
luigi 3.8.1: remove of a folder returns True, of an object raises ClientError
flydrive 1.3.0: deleteAll returns, delete throws E_CANNOT_DELETE_FILE
@flystorage/aws-s3 1.2.0: deleteDirectory returns, deleteFile throws flystorage.unable_to_delete_file
s3-sync-client 4.3.1: sync returns, deleted photos/1
deletions refused with status 200: 5' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

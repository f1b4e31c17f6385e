#!/bin/sh
# Cloud Custodian's encrypt-keys, an action that encrypts the objects of buckets anew, and buckets with versioning.
#
# One would expect encrypt-keys with crypto: aws:kms and a key-id to leave each object encrypted with that key, in all buckets alike, and to take
# nothing away: who has versioning on counts on the versions. Its page in the reference tells of no difference.
#
# c7n 0.9.53 does so in buckets without versioning. With versioning it lists the versions and passes by all that are encrypted in any way: what S3
# encrypted by itself, as it does with all objects since 2023, stays with S3's own key, and the run tells remediated:0. Of versions that have no
# encryption the latest is copied, and all of them are deleted for good, older ones without a copy: the history of these objects is gone, which is
# counted as remediated.
#
# What follows: S3 Batch Operations in place of encrypt-keys for buckets with versioning; or report-only, and a look at what it counts, before.
#
# Printed (a.txt, with the versions new and old where the bucket has versioning):
#   c7n 0.9.53, crypto: aws:kms
#   no versioning, encrypted by S3 (AES256): copy with aws:kms, remediated:1
#   versioning, encrypted by S3 (AES256): nothing, remediated:0
#   versioning, not encrypted: copy with aws:kms, deletes version new, deletes version old, remediated:2
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check c7n==0.9.53
cat >policy.yml <<'YAML'
policies:
  - name: encrypt
    resource: s3
    actions:
      - type: encrypt-keys
        crypto: aws:kms
        key-id: 00000000-0000-0000-0000-000000000000
YAML
cat >finding.py <<'PY'
import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

ME = "<Arn>arn:aws:iam::111122223333:user/u</Arn><UserId>U</UserId><Account>111122223333</Account>"
BUCKETS = "<Buckets><Bucket><Name>box</Name><CreationDate>2024-01-02T03:04:05.000Z</CreationDate></Bucket></Buckets>"
# Settings of a bucket that has none.
NONE = {
    "tagging": "NoSuchTagSet",
    "policy": "NoSuchBucketPolicy",
    "replication": "ReplicationConfigurationNotFoundError",
    "lifecycle": "NoSuchLifecycleConfiguration",
    "website": "NoSuchWebsiteConfiguration",
}
versioning = encryption = ""
done = []


class Amazon(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def bucket(self, query):
        for name, code in NONE.items():
            if name in query:
                return 404, f"<Error><Code>{code}</Code></Error>"
        if "versioning" in query:
            return 200, f"<VersioningConfiguration>{versioning and '<Status>Enabled</Status>'}</VersioningConfiguration>"
        if "versions" in query:
            row = "<Version><Key>a.txt</Key><VersionId>{}</VersionId><IsLatest>{}</IsLatest></Version>"
            return 200, f"<ListVersionsResult><IsTruncated>false</IsTruncated>{row.format('new', 'true')}{row.format('old', 'false')}</ListVersionsResult>"
        if "location" in query:
            return 200, "<LocationConstraint/>"
        if "acl" in query:
            return 200, "<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList/></AccessControlPolicy>"
        if "logging" in query or "notification" in query:
            return 200, "<Status/>"
        return 200, "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a.txt</Key><Size>1</Size></Contents></ListBucketResult>"

    def answer(self):
        asked = self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        status, body = 200, ""
        if b"GetCallerIdentity" in asked:
            body = f"<GetCallerIdentityResponse><GetCallerIdentityResult>{ME}</GetCallerIdentityResult></GetCallerIdentityResponse>"
        elif url.path == "/":
            body = f"<ListAllMyBucketsResult>{BUCKETS}</ListAllMyBucketsResult>"
        elif url.path.strip("/") == "box":
            status, body = self.bucket(query)
        elif self.command == "PUT":
            done.append(f"copy with {self.headers['x-amz-server-side-encryption']}")
            body = "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>"
        elif self.command == "DELETE":
            done.append(f"deletes version {query['versionId'][0]}")
            status = 204
        self.send_response(status)
        if self.command == "HEAD" and encryption:
            self.send_header("x-amz-server-side-encryption", encryption)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), Amazon)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {
    **os.environ,
    "HOME": os.getcwd(),
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}
LINE = "python/bin/custodian run --cache-period 0 --region us-east-1 --output-dir out policy.yml".split()

print(f"c7n {version('c7n')}, crypto: aws:kms")
for versioning, encryption in (("", "AES256"), ("yes", "AES256"), ("yes", "")):
    done.clear()
    run = subprocess.run(LINE, env=environment, capture_output=True, text=True, check=True)
    told = re.search(r"Scan Complete.*(remediated:\d+)", run.stderr)[1]
    state = f"{'' if versioning else 'no '}versioning, {'encrypted by S3 (AES256)' if encryption else 'not encrypted'}"
    print(f"{state}: {', '.join(done) or 'nothing'}, {told}")
PY
seen=$(python/bin/python finding.py)
echo "$seen"
[ "$seen" = 'c7n 0.9.53, crypto: aws:kms
no versioning, encrypted by S3 (AES256): copy with aws:kms, remediated:1
versioning, encrypted by S3 (AES256): nothing, remediated:0
versioning, not encrypted: copy with aws:kms, deletes version new, deletes version old, remediated:2' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

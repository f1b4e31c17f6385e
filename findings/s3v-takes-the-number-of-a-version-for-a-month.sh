#!/bin/sh
# s3v, a tool for buckets with versioning, and versions by their number.
#
# One would expect -s 1 to mean the second version from the oldest and -s -2 the last but one, as its page says: 0 is the oldest, 1 the next,
# -1 the newest, -2 the one before.
#
# s3v 0.1.8 asks first whether what was given is a date, and its parser of dates takes numbers: 1 and -1 for January, 2 and -2 for February
# of this year, 32 for the year 2032. What is meant is then the newest version before that, the newest of all for an object that did
# not change this year. rm -s 1 deletes the present version for good, where one of the history was to go; recover -s -2 makes the present
# version the present one, and says that it succeeded. 0 is right, and so are words (first, latest, prev) and version ids.
#
# What follows: version ids, as s3v ls prints them.
#
# Printed (versions of 2021, 2022, 2023 and 2024):
#   s3v 0.1.8
#   rm -s 0: DELETE of-2021
#   rm -s 1: DELETE of-2024
#   rm -s 2: DELETE of-2024
#   recover -s -2: COPY of-2024
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check s3v==0.1.8 dateparser==1.5.0 boto3==1.44.8
cat >finding.py <<'PY'
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, urlsplit

VERSIONS = "<ListVersionsResult><Name>b</Name><IsTruncated>false</IsTruncated>%s</ListVersionsResult>" % "".join(
    f"<Version><Key>notes.txt</Key><VersionId>of-{year}</VersionId><IsLatest>{str(year == 2024).lower()}</IsLatest>"
    f"<LastModified>{year}-05-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size></Version>"
    for year in (2024, 2023, 2022, 2021)
)
asked = []


class S3(BaseHTTPRequestHandler):
    def answer(self):
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        source = parse_qs(urlsplit(self.headers.get("x-amz-copy-source", "")).query)
        body = ""
        if "versions" in query:
            body = VERSIONS
        elif source:
            asked.append(f"COPY {source['versionId'][0]}")
            body = '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>'
        else:
            asked.append(f"{self.command} {query['versionId'][0]}")
        self.send_response(204 if self.command == "DELETE" else 200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
names = {
    **os.environ,
    "HOME": os.getcwd(),
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_address[1]}",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_REGION": "us-east-1",
    "PYTHONWARNINGS": "ignore",
}
print("s3v", version("s3v"))
for command, number in (("rm", "0"), ("rm", "1"), ("rm", "2"), ("recover", "-2")):
    asked.clear()
    words = ["python/bin/s3v", command, "s3://b/notes.txt", "-s", number]
    subprocess.run(words, env=names, check=True, stdout=subprocess.DEVNULL)
    print(f"{command} -s {number}: {', '.join(asked)}")
PY
seen=$(python/bin/python finding.py)
echo "$seen"
[ "$seen" = 's3v 0.1.8
rm -s 0: DELETE of-2021
rm -s 1: DELETE of-2024
rm -s 2: DELETE of-2024
recover -s -2: COPY of-2024' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# Snakemake's storage in S3 (snakemake-storage-plugin-s3), and a bucket whose last object it removes.
#
# One would expect a workflow that removes its temporary outputs, temp("a.txt"), to leave the bucket alone that it was given by
# --default-storage-prefix. The bucket was made by somebody else, with a policy, rules of its lifecycle, notifications and tags.
#
# The plugin 0.3.6 looks after each removal whether any object is left in the bucket, and deletes the bucket if there is none, without a word
# and with exit code 0; a bucket for scratch data is empty after each run. --delete-all-output does, too. All that was configured goes along, and
# the name may be taken by others; the next run creates a bucket of that name, with nothing configured. Where the bucket has versioning, the
# listing is empty as well, and S3 refuses: then the workflow fails at its end, with all outputs made.
#
# What follows: keep an object in such a bucket, or give the workflow no right to s3:DeleteBucket and live with its failures.
#
# Printed:
#   snakemake 9.27.1, snakemake-storage-plugin-s3 0.3.6
#   temp, nothing else in the bucket: PUT /scratch/a.txt, DELETE /scratch/a.txt, DELETE /scratch, exit code 0
#   temp, another object in the bucket: PUT /scratch/a.txt, DELETE /scratch/a.txt, exit code 0
#   temp, older versions in the bucket: PUT /scratch/a.txt, DELETE /scratch/a.txt, DELETE /scratch (409), exit code 1
#   --delete-all-output: DELETE /scratch/a.txt, DELETE /scratch, exit code 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check snakemake==9.27.1 snakemake-storage-plugin-s3==0.3.6
cat >Snakefile <<'RULES'
rule last:
    input: "a.txt"
    output: local("b.txt")
    shell: "cp {input} {output}"
rule first:
    output: temp("a.txt")
    shell: "echo a >{output}"
RULES
cat >finding.py <<'PY'
import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

objects, changes = {}, []
versions = False


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        path, _, query = self.path.partition("?")
        bucket, _, key = path[1:].partition("/")
        told = self.rfile.read(int(self.headers.get("content-length", 0)))
        status, body = 200, b""
        if not key and self.command == "GET":
            prefix = query.partition("prefix=")[2].partition("&")[0].replace("%2F", "/")
            keys = "".join(f"<Contents><Key>{one}</Key><Size>1</Size></Contents>" for one in objects if one.startswith(prefix))
            body = f"<ListBucketResult><Name>{bucket}</Name><IsTruncated>false</IsTruncated>{keys}</ListBucketResult>".encode()
        elif not key and self.command == "DELETE" and versions:
            status, body = 409, b"<Error><Code>BucketNotEmpty</Code><Message>It has versions.</Message></Error>"
        elif key and self.command == "PUT":
            objects[key] = told
        elif key and self.command == "DELETE":
            status = 204 if objects.pop(key, None) else 404
        elif key and key not in objects:
            status = 404
        else:
            body = objects.get(key, b"")
        if self.command in ("PUT", "DELETE"):
            changes.append(f"{self.command} {path}" + f" ({status})" * (status > 400))
        self.send_response(status)
        self.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        self.send_header("ETag", '"e"')
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
SNAKEMAKE = (
    "python/bin/snakemake --cores 1 --default-storage-provider s3 --default-storage-prefix s3://scratch --storage-s3-access-key AKIDEXAMPLE "
    f"--storage-s3-secret-key secret --storage-s3-endpoint-url http://127.0.0.1:{server.server_port} --storage-s3-retries 1"
).split()


def show(name, there, *options):
    changes.clear()
    objects.clear()
    objects.update(there)
    shutil.rmtree(".snakemake", ignore_errors=True)
    if os.path.exists("b.txt"):
        os.remove("b.txt")
    done = subprocess.run([*SNAKEMAKE, *options], capture_output=True)
    print(f"{name}: {', '.join(changes)}, exit code {done.returncode}")


print(f"snakemake {version('snakemake')}, snakemake-storage-plugin-s3 {version('snakemake-storage-plugin-s3')}")
show("temp, nothing else in the bucket", {})
show("temp, another object in the bucket", {"notes": b"n"})
versions = True
show("temp, older versions in the bucket", {})
versions = False
show("--delete-all-output", {"a.txt": b"a"}, "--delete-all-output")
PY
seen=$(python/bin/python finding.py)
echo "$seen"
[ "$seen" = 'snakemake 9.27.1, snakemake-storage-plugin-s3 0.3.6
temp, nothing else in the bucket: PUT /scratch/a.txt, DELETE /scratch/a.txt, DELETE /scratch, exit code 0
temp, another object in the bucket: PUT /scratch/a.txt, DELETE /scratch/a.txt, exit code 0
temp, older versions in the bucket: PUT /scratch/a.txt, DELETE /scratch/a.txt, DELETE /scratch (409), exit code 1
--delete-all-output: DELETE /scratch/a.txt, DELETE /scratch, exit code 0' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

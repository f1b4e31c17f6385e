#!/bin/sh
# git-remote-s3, which keeps Git repositories in S3, and names with .zip.
#
# One would expect branches, tags and repositories to have any name that Git takes, fix/import.zip for instance.
#
# git-remote-s3 0.4.2 has one bundle for each ref, and removes the old one when a new one is pushed. To tell bundles from the archives that s3+zip puts
# beside them, it passes by all keys with .zip in them, wherever it stands: in the name of the branch, or of the repository, s3://box/tools.zip-2.
# So the second push to such a branch leaves two bundles, whose commits are both offered for the one branch. The push succeeds; from then on nobody
# can clone the repository, nor push to the branch or delete it.
#
# What follows: no .zip in such names. Where it is too late, git-s3 doctor asks which of the bundles to keep, and makes a branch of the other.
#
# Printed (each branch is pushed twice):
#   git-remote-s3 0.4.2
#   s3://box/plain, fix/import-zip: pushed, pushed, 1 bundle, cloned
#   s3://box/other, fix/import.zip: pushed, pushed, 2 bundles, fatal: multiple updates for ref 'refs/remotes/origin/fix/import.zip' not allowed
#   s3://box/tools.zip-2, main: pushed, pushed, 2 bundles, fatal: multiple updates for ref 'refs/remotes/origin/main' not allowed
#
# Needs Git and Python.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check git-remote-s3==0.4.2
cat >finding.py <<'PY'
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

objects = {}


class Stub(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status=200, body=b"", length=None):
        self.send_response(status)
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def key(self):
        return unquote(urlsplit(self.path).path).removeprefix("/box/")

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["If-None-Match"] and self.key() in objects:
            return self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        objects[self.key()] = body
        self.answer()

    def do_DELETE(self):
        objects.pop(self.key(), None)
        self.answer(204)

    def do_HEAD(self):
        found = self.key() in objects
        self.answer(200 if found else 404, length=len(objects[self.key()]) if found else 0)

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path not in ("/box", "/box/"):
            found = self.key() in objects
            return self.answer(200 if found else 404, objects[self.key()] if found else b"<Error><Code>NoSuchKey</Code></Error>")
        prefix = parse_qs(url.query)["prefix"][0]
        found = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(body)}</Size><LastModified>2024-01-02T03:04:05.000Z</LastModified></Contents>"
            for key, body in sorted(objects.items())
            if key.startswith(prefix)
        )
        self.answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode())


server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = os.getcwd()
who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "a"), ("EMAIL", "a@example.com"))}
environment = {
    **who,
    "PATH": f"{here}/venv/bin:{os.environ['PATH']}",
    "HOME": here,
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def git(*line):
    done = subprocess.run(["git", *line], env=environment, capture_output=True, text=True)
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


print("git-remote-s3 0.4.2")
for number, (name, branch) in enumerate([("plain", "fix/import-zip"), ("other", "fix/import.zip"), ("tools.zip-2", "main")]):
    git("init", "--quiet", f"work{number}")
    told = []
    for commit in ("one", "two"):
        git("-C", f"work{number}", "commit", "--allow-empty", "--message", commit)
        told.append(git("-C", f"work{number}", "push", f"s3://box/{name}", f"HEAD:refs/heads/{branch}") or "pushed")
    count = sum(key.startswith(f"{name}/") and key.endswith(".bundle") for key in objects)
    told.append(f"{count} bundle{'s' if count > 1 else ''}")
    told.append(git("clone", f"s3://box/{name}", f"clone{number}") or "cloned")
    print(f"s3://box/{name}, {branch}: {', '.join(told)}")
PY
seen=$(venv/bin/python finding.py 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = "git-remote-s3 0.4.2
s3://box/plain, fix/import-zip: pushed, pushed, 1 bundle, cloned
s3://box/other, fix/import.zip: pushed, pushed, 2 bundles, fatal: multiple updates for ref 'refs/remotes/origin/fix/import.zip' not allowed
s3://box/tools.zip-2, main: pushed, pushed, 2 bundles, fatal: multiple updates for ref 'refs/remotes/origin/main' not allowed" ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

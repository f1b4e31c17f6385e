#!/bin/sh
# s3contents, which keeps Jupyter's notebooks in S3, and names that begin with the same letters as the bucket.
#
# One would expect a notebook to be stored and listed under the path that it is saved as, whatever the bucket is called: a bucket notes may well
# have a folder notes, or 2024's notes-2024.ipynb.
#
# s3contents 0.11.2 cuts the bucket (with the prefix of the configuration, if there is one) off each path that begins with these letters, for within it
# paths come in both forms; it asks for no slash behind them. In the bucket notes, notes-2024.ipynb is stored and listed as -2024.ipynb. A folder notes
# is not there after it was made, and what is saved in it overwrites the notebook of the same name at the top. Jupyter is told of a success, under
# the name that it asked for.
#
# What follows: a prefix that nobody's folders begin like, since bucket and prefix are compared as one (notes/jupyter).
#
# Printed (saved in this order, each with its own path as text):
#   s3contents 0.11.2, jupyter_server 2.21.1, bucket notes
#   notes-2024.ipynb: told notes-2024.ipynb, stored as -2024.ipynb
#   plan.ipynb: told plan.ipynb, stored as plan.ipynb
#   notes/plan.ipynb: told notes/plan.ipynb, stored as plan.ipynb
#   text of plan.ipynb: notes/plan.ipynb
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check s3contents==0.11.2 jupyter_server==2.21.1 s3fs==2026.9.0 aiobotocore==3.10.0 nbformat
cat >finding.py <<'PY'
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs, unquote, urlsplit

objects, stored = {}, []


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Last-Modified", formatdate(0, usegmt=True))
        self.send_header("ETag", '"e"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def listing(self, query):
        prefix, delimiter = query.get("prefix", [""])[0], query.get("delimiter", [""])[0]
        found = [key for key in sorted(objects) if key.startswith(prefix)]
        folders = {prefix + key[len(prefix) :].split("/")[0] + "/" for key in found if delimiter and "/" in key[len(prefix) :]}
        row = "<Contents><Key>{}</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified><ETag>e</ETag><Size>{}</Size></Contents>"
        rows = "".join(row.format(key, len(objects[key])) for key in found if not key.startswith(tuple(folders)))
        rows += "".join(f"<CommonPrefixes><Prefix>{each}</Prefix></CommonPrefixes>" for each in sorted(folders))
        return f"<ListBucketResult><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()

    def do_GET(self):
        url = urlsplit(self.path)
        key = unquote(url.path).removeprefix("/notes").removeprefix("/")
        if key == "":
            return self.answer(200, self.listing(parse_qs(url.query)))
        return self.answer(200, objects[key]) if key in objects else self.answer(404)

    do_HEAD = do_GET

    def do_PUT(self):
        key = unquote(urlsplit(self.path).path).removeprefix("/notes/")
        objects[key] = self.rfile.read(int(self.headers["content-length"]))
        stored.append(key)
        self.answer(200)


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
import nbformat.v4 as nbformat
from s3contents import S3ContentsManager

manager = S3ContentsManager(
    bucket="notes",
    endpoint_url=f"http://127.0.0.1:{server.server_address[1]}",
    access_key_id="AKIDEXAMPLE",
    secret_access_key="secret",
    region_name="us-east-1",
)
print(f"s3contents {version('s3contents')}, jupyter_server {version('jupyter_server')}, bucket notes")
for path in ["notes-2024.ipynb", "plan.ipynb", "notes/plan.ipynb"]:
    if "/" in path:
        manager.save({"type": "directory"}, "notes")
    content = nbformat.new_notebook(cells=[nbformat.new_markdown_cell(path)])
    told = manager.save({"type": "notebook", "format": "json", "content": content}, path)["path"]
    print(f"{path}: told {told}, stored as {stored[-1]}")
print("text of plan.ipynb:", manager.get("plan.ipynb")["content"]["cells"][0]["source"])
PY
seen=$(python/bin/python -W ignore finding.py 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 's3contents 0.11.2, jupyter_server 2.21.1, bucket notes
notes-2024.ipynb: told notes-2024.ipynb, stored as -2024.ipynb
plan.ipynb: told plan.ipynb, stored as plan.ipynb
notes/plan.ipynb: told notes/plan.ipynb, stored as plan.ipynb
text of plan.ipynb: notes/plan.ipynb' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# AWS SDK for pandas (awswrangler) and partitions whose value has a slash.
#
# One would expect to_parquet(…, dataset=True, partition_cols=['path']) to write the value so that read_parquet gives it back, or to
# refuse it. Hive, Spark and pyarrow percent-encode a slash there: path=a%2Fb.
#
# awswrangler 3.17.1 puts the value into the key as it is. path=a/b becomes two levels, and read_parquet takes the first: a. Values that
# differ behind the slash only are one afterwards, without a word. mode='overwrite_partitions' for the value a deletes what belongs to
# a/b, for its prefix is path=a/. pyarrow alone encodes in writing and decodes in reading.
#
# What follows: encode such a column before (urllib.parse.quote(value, safe='')), or partition by another.
#
# Printed:
#   awswrangler 3.17.1
#   to_parquet: table/path=a/x.parquet, table/path=a/b/x.parquet, table/path=a/c/x.parquet
#   read_parquet: 1 a, 2 a, 3 a
#   overwrite_partitions with a: deletes table/path=a/b/x.parquet, table/path=a/c/x.parquet, table/path=a/x.parquet
#   pyarrow: path=a, path=a%2Fb, path=a%2Fc, read as 1 a, 2 a/b, 3 a/c
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check awswrangler==3.17.1 boto3==1.44.8 pandas==3.1.1 pyarrow==25.0.1
cat >finding.py <<'PY'
import os
import re
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pyarrow
import pyarrow.dataset

objects = {}
deleted = []


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        if "chunked" in self.headers.get("transfer-encoding", "") or "aws-chunked" in self.headers.get("content-encoding", ""):
            read, content = self.rfile, b""
            while length := int(read.readline().split(b";")[0], 16):
                content += read.read(length)
                read.readline()
            while read.readline().strip():
                pass
            return content
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def answer(self):
        if self.headers.get("expect"):
            self.send_response_only(100)
            self.end_headers()
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        key = unquote(url.path).removeprefix("/bucket").removeprefix("/")
        content = self.body()
        status, body, headers = 200, b"", {}
        if self.command == "PUT":
            objects[key] = content
        elif "delete" in query:
            gone = re.findall("<Key>([^<]*)", content.decode())
            deleted.extend(gone)
            for one in gone:
                objects.pop(one, None)
            body = b"<DeleteResult></DeleteResult>"
        elif not key:
            prefix = query.get("prefix", [""])[0]
            found = "".join(
                f"<Contents><Key>{escape(one)}</Key><Size>{len(objects[one])}</Size><ETag>&quot;e&quot;</ETag>"
                "<LastModified>2024-01-02T03:04:05.000Z</LastModified></Contents>"
                for one in sorted(objects)
                if one.startswith(prefix)
            )
            body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()
        elif key not in objects:
            status = 404
        else:
            body = objects[key]
            if wanted := re.match(r"bytes=(\d+)-(\d+)?$", self.headers.get("range", "")):
                status, whole = 206, len(body)
                first, last = int(wanted[1]), min(int(wanted[2] or whole - 1), whole - 1)
                body = body[first : last + 1]
                headers["content-range"] = f"bytes {first}-{last}/{whole}"
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body)), "etag": '"e"', "last-modified": formatdate(0, usegmt=True)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ.update(AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret", AWS_DEFAULT_REGION="us-east-1")

import awswrangler  # noqa: E402
import pandas  # noqa: E402

awswrangler.config.s3_endpoint_url = f"http://127.0.0.1:{server.server_port}"
where = "s3://bucket/table/"
rows = pandas.DataFrame({"number": [1, 2, 3], "path": ["a", "a/b", "a/c"]})


def told(frame):
    frame = frame.sort_values("number")
    return ", ".join(f"{number} {path}" for number, path in zip(frame["number"], frame["path"]))


def named(keys):
    return ", ".join(re.sub(r"[0-9a-f]{32}\.snappy\.parquet$", "x.parquet", key) for key in keys)


print("awswrangler", awswrangler.__version__)
awswrangler.s3.to_parquet(rows, where, dataset=True, partition_cols=["path"], use_threads=False)
print("to_parquet:", named(objects))
print("read_parquet:", told(awswrangler.s3.read_parquet(where, dataset=True)))
awswrangler.s3.to_parquet(
    rows[:1], where, dataset=True, partition_cols=["path"], mode="overwrite_partitions", use_threads=False
)
print("overwrite_partitions with a: deletes", ", ".join(sorted(named([key]) for key in deleted)))
pyarrow.dataset.write_dataset(
    pyarrow.Table.from_pandas(rows), "arrow", format="parquet", partitioning=["path"], partitioning_flavor="hive"
)
read = pyarrow.dataset.dataset("arrow", partitioning="hive").to_table().to_pandas()
print("pyarrow:", ", ".join(sorted(os.listdir("arrow"))) + ", read as", told(read))
PY
seen=$(python/bin/python -W ignore finding.py)
echo "$seen"
[ "$seen" = 'awswrangler 3.17.1
to_parquet: table/path=a/x.parquet, table/path=a/b/x.parquet, table/path=a/c/x.parquet
read_parquet: 1 a, 2 a, 3 a
overwrite_partitions with a: deletes table/path=a/b/x.parquet, table/path=a/c/x.parquet, table/path=a/x.parquet
pyarrow: path=a, path=a%2Fb, path=a%2Fc, read as 1 a, 2 a/b, 3 a/c' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

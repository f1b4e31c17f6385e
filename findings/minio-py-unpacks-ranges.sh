#!/bin/sh
# MinIO's client for Python, and objects that are stored with Content-Encoding: gzip.
#
# One would expect get_object to give the bytes that S3 keeps, as boto3 does, and fget_object a file of the size that stat_object tells. And of
# get_object with offset and length, that many bytes from there on. The client asks for it: it sends Accept-Encoding: identity.
#
# minio 7.2.20 unpacks what comes, for its HTTP client does so with whatever says gzip, asked for or not. Files are larger than their objects and
# have another ETag; who keeps them under the object's name, say backup.tar.gz, has a file that is no archive of gzip any more. Of a
# range, 20 bytes may become 1000, and 12 become 1; a range that does not begin at 0 is an error. miniopy-async 1.23.6, and the async client
# aiohttp-s3-client 1.2.0, unpack too.
#
# What follows: get_object(…).read(decode_content=False), or stream(decode_content=False); or do not store with Content-Encoding what is to be fetched so.
#
# Printed (the object is 1000 letters, packed to 29 bytes):
#   minio 7.2.20: stat_object 29, fget_object 1000, get_object 1000
#   minio 7.2.20: offset 0 length 20: 1000, offset 0 length 12: 1, offset 10 length 5: DecodeError
#   minio 7.2.20: read(decode_content=False): 29, accept-encoding identity
#   miniopy-async 1.23.6: stat_object 29, fget_object 1000
#   aiohttp-s3-client 1.2.0: get 1000
#   boto3 1.43.117: get_object 29
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check minio==7.2.20 miniopy-async==1.23.6 aiohttp-s3-client==1.2.0 boto3==1.43.117
cat >finding.py <<'PY'
import asyncio
import gzip
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import aiohttp
import boto3
import minio
import miniopy_async
from aiohttp_s3_client import S3Client
from urllib3.exceptions import DecodeError

PACKED = gzip.compress(b"x" * 1000, mtime=0)
encodings = set()


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        first, last = 0, len(PACKED) - 1
        if self.headers.get("range"):
            first, last = map(int, self.headers["range"].removeprefix("bytes=").split("-"))
        if "MinIO" in self.headers.get("user-agent", ""):
            encodings.add(self.headers.get("accept-encoding"))
        self.send_response(206 if self.headers.get("range") else 200)
        self.send_header("Content-Length", str(last + 1 - first))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(PACKED)}")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", "text/plain")
        self.send_header("ETag", '"e"')
        self.send_header("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(PACKED[first : last + 1])

    do_GET = do_HEAD = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"127.0.0.1:{server.server_port}"
keys = ("AKIDEXAMPLE", "secret")

client = minio.Minio(host, *keys, secure=False, region="us-east-1")
name = f"minio {version('minio')}:"


def length(offset, length):
    try:
        return len(client.get_object("box", "a.gz", offset=offset, length=length).read())
    except DecodeError:
        return "DecodeError"


client.fget_object("box", "a.gz", "fetched")
got = len(client.get_object("box", "a.gz").read())
print(name, f"stat_object {client.stat_object('box', 'a.gz').size}, fget_object {os.path.getsize('fetched')}, get_object {got}")
print(name, ", ".join(f"offset {at} length {most}: {length(at, most)}" for at, most in ((0, 20), (0, 12), (10, 5))))
got = len(client.get_object("box", "a.gz").read(decode_content=False))
print(name, f"read(decode_content=False): {got}, accept-encoding {', '.join(encodings)}")


async def others():
    client = miniopy_async.Minio(host, *keys, secure=False, region="us-east-1")
    await client.fget_object("box", "a.gz", "fetched-too")
    told = (await client.stat_object("box", "a.gz")).size
    print(f"miniopy-async {version('miniopy-async')}: stat_object {told}, fget_object {os.path.getsize('fetched-too')}")
    async with aiohttp.ClientSession() as session:
        client = S3Client(url=f"http://{host}/box", session=session, access_key_id=keys[0], secret_access_key=keys[1], region="us-east-1")
        async with client.get("a.gz") as response:
            print(f"aiohttp-s3-client {version('aiohttp-s3-client')}: get {len(await response.read())}")


asyncio.run(others())
client = boto3.client("s3", endpoint_url=f"http://{host}", region_name="us-east-1", aws_access_key_id=keys[0], aws_secret_access_key=keys[1])
print(f"boto3 {version('boto3')}: get_object {len(client.get_object(Bucket='box', Key='a.gz')['Body'].read())}")
PY
seen=$(python/bin/python -W ignore finding.py 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'minio 7.2.20: stat_object 29, fget_object 1000, get_object 1000
minio 7.2.20: offset 0 length 20: 1000, offset 0 length 12: 1, offset 10 length 5: DecodeError
minio 7.2.20: read(decode_content=False): 29, accept-encoding identity
miniopy-async 1.23.6: stat_object 29, fget_object 1000
aiohttp-s3-client 1.2.0: get 1000
boto3 1.43.117: get_object 29' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

"""upload_file, download_file and their file-object forms: many parts, several threads, byte for byte."""

import io
import os
import sys

from boto3.s3.transfer import TransferConfig
from common import OneWay, client, content, sha256_of_file

folder, size = sys.argv[1], int(sys.argv[2])
s3 = client()
bucket = "boto3-transfer"
s3.create_bucket(Bucket=bucket)

up, down = os.path.join(folder, "up"), os.path.join(folder, "down")
with open(up, "wb") as file:
    block = content("large", 1024 * 1024 - 1)
    written = 0
    while written < size:
        written += file.write(block[: size - written])

s3.upload_file(up, bucket, "large", ExtraArgs={"Metadata": {"origin": "boto3"}, "ContentType": "image/png"})
head = s3.head_object(Bucket=bucket, Key="large")
assert head["ContentLength"] == size, head
assert head["Metadata"] == {"origin": "boto3"}, head
assert head["ContentType"] == "image/png", head
assert "-" in head["ETag"], head
s3.download_file(bucket, "large", down)
assert sha256_of_file(up) == sha256_of_file(down)

# Managed copy of an object above the threshold goes by UploadPartCopy.
small_parts = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(content("copy", 12_000_000)), bucket, "copy source", Config=small_parts)
s3.copy({"Bucket": bucket, "Key": "copy source"}, bucket, "copy target", Config=small_parts)
assert s3.get_object(Bucket=bucket, Key="copy target")["Body"].read() == content("copy", 12_000_000)

# Threshold, size of parts and threads: what they make of a file shows in its ETag, and comes back in ranges.
MIB = 1024 * 1024
for length, chunk, threads, parts in (
    (5 * MIB - 1, 5 * MIB, 1, 0),
    (5 * MIB, 5 * MIB, 1, 1),
    (5 * MIB + 1, 5 * MIB, 4, 2),
    (20 * MIB + 3, 6 * MIB, 3, 4),
    (20 * MIB + 3, 5 * MIB, 10, 5),
):
    config = TransferConfig(
        multipart_threshold=5 * MIB, multipart_chunksize=chunk, max_concurrency=threads, use_threads=threads > 1
    )
    body = content("configured", length)
    s3.upload_fileobj(io.BytesIO(body), bucket, "configured", Config=config)
    tag = s3.head_object(Bucket=bucket, Key="configured")["ETag"].strip('"')
    assert tag.partition("-")[2] == (str(parts) if parts else ""), (length, chunk, tag)
    received = io.BytesIO()
    s3.download_fileobj(bucket, "configured", received, Config=config)
    assert received.getvalue() == body, (length, chunk, threads)

# A stream of unknown length: below the threshold one PUT, above it parts.
for length in (0, 1, 100_000, 6_000_000):
    s3.upload_fileobj(OneWay(content("stream", length)), bucket, f"stream-{length}", Config=small_parts)
    received = io.BytesIO()
    s3.download_fileobj(bucket, f"stream-{length}", received)
    assert received.getvalue() == content("stream", length), length

# The body read in pieces of odd sizes.
body = s3.get_object(Bucket=bucket, Key="copy source")["Body"]
assert b"".join(body.iter_chunks(77_777)) == content("copy", 12_000_000)

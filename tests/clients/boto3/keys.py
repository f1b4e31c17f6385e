"""Awkward keys, one by one: put, get, head, list, copy, multi-delete. The keys come as JSON on standard input."""

import json
import sys
import urllib.request

from common import client, expect_error

keys = json.load(sys.stdin)
s3 = client()
bucket, other = "boto3-keys", "boto3-keys-copy"
s3.create_bucket(Bucket=bucket)
s3.create_bucket(Bucket=other)

for key in keys:
    body = f"body of {key}".encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"length": str(len(key))})
    got = s3.get_object(Bucket=bucket, Key=key)
    assert got["Body"].read() == body, key
    assert got["Metadata"] == {"length": str(len(key))}, key
    assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(body), key
    s3.copy_object(Bucket=other, Key=key, CopySource={"Bucket": bucket, "Key": key})
    assert s3.get_object(Bucket=other, Key=key)["Body"].read() == body, key

by_bytes = sorted(keys, key=lambda key: key.encode())
for name in (bucket, other):
    for operation in ("list_objects", "list_objects_v2"):
        pages = s3.get_paginator(operation).paginate(Bucket=name, PaginationConfig={"PageSize": 5})
        listed = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        assert listed == by_bytes, (operation, listed)

# Without this boto3 presigns for us-east-1 with Signature Version 2.
presigner = client(signature_version="s3v4")
for key in keys:
    url = presigner.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=60)
    if "/../" not in url and "/./" not in url:
        assert urllib.request.urlopen(url).read() == f"body of {key}".encode(), key

deleted = s3.delete_objects(Bucket=other, Delete={"Objects": [{"Key": key} for key in keys]})
assert sorted(entry["Key"] for entry in deleted["Deleted"]) == sorted(keys), deleted
assert s3.list_objects_v2(Bucket=other)["KeyCount"] == 0
for key in keys:
    s3.delete_object(Bucket=bucket, Key=key)
    expect_error("NoSuchKey", 404, s3.get_object, Bucket=bucket, Key=key)
expect_error("KeyTooLongError", 400, s3.put_object, Bucket=bucket, Key="x" * 1025, Body=b"")

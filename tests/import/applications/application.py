"""What an application does with boto3, and what it sees. The address and the keys come from the environment alone."""

import hashlib
import io
import json
import os
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

PART_BYTES = 5 * 1024 * 1024
bucket = os.environ["BUCKET"]
me = os.environ["AWS_ACCESS_KEY_ID"]
s3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
seen = []


def tell(work):
    try:
        seen.append(work())
    except ClientError as error:
        seen.append(error.response["Error"]["Code"])


def listed():
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="a", PaginationConfig={"PageSize": 1})
    return [[item["Key"], item["ETag"], item["Size"]] for page in pages for item in page.get("Contents", [])]


def text(key, **more):
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read().decode()


def written():
    put = s3.put_object(Bucket=bucket, Key=f"written with boto3 by {me}", Body=b"bytes", Metadata={"by": me})
    head = s3.head_object(Bucket=bucket, Key=f"written with boto3 by {me}")
    return [put["ETag"], head["ETag"], head["Metadata"], head["ContentLength"]]


def presigned():
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"})
    return urllib.request.urlopen(url).read().decode()


def in_parts():
    key = f"in parts with boto3 by {me}"
    body = bytes(range(256)) * (PART_BYTES // 256) + b"rest"
    config = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES)
    s3.upload_fileobj(io.BytesIO(body), bucket, key, Config=config)
    ranged = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={PART_BYTES - 2}-{PART_BYTES + 1}")
    back = io.BytesIO()
    s3.download_fileobj(bucket, key, back, Config=config)
    return [ranged["ETag"], ranged["Body"].read().hex(), ranged["ContentRange"], back.getvalue() == body]


def versions():
    page = s3.list_object_versions(Bucket=bucket, Prefix="a")
    told = []
    for version in page["Versions"]:
        read = s3.get_object(Bucket=bucket, Key="a", VersionId=version["VersionId"])
        digest = hashlib.sha256(read["Body"].read()).hexdigest()
        told.append([version["VersionId"], version["ETag"], version["IsLatest"], digest, read["Metadata"]])
    return [told, [marker["VersionId"] for marker in page["DeleteMarkers"]]]


tell(listed)
tell(lambda: text("a"))
tell(lambda: s3.get_object_tagging(Bucket=bucket, Key="a")["TagSet"])
tell(lambda: text("gone/ä+b c"))
tell(written)
tell(lambda: s3.get_bucket_policy(Bucket=bucket)["Policy"])
tell(presigned)
tell(in_parts)
tell(versions)
print(json.dumps(seen))

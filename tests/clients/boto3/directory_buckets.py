"""Directory buckets: boto3 sees the name, asks for a session, and signs with it."""

import hashlib
import sys
import urllib.request

from boto3.s3.transfer import TransferConfig
from common import client, content, expect_error, refusal

s3 = client()
bucket = "boto3--use1-az4--x-s3"
made = s3.create_bucket(
    Bucket=bucket,
    CreateBucketConfiguration={
        "Location": {"Type": "AvailabilityZone", "Name": "use1-az4"},
        "Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"},
    },
)
assert made["BucketArn"].endswith(f":bucket/{bucket}"), made
assert [found["Name"] for found in s3.list_directory_buckets()["Buckets"]] == [bucket]
assert bucket not in [found["Name"] for found in s3.list_buckets()["Buckets"]]
head = s3.head_bucket(Bucket=bucket)
assert (head["BucketLocationType"], head["BucketLocationName"]) == ("AvailabilityZone", "use1-az4"), head

# How the requests are signed.
signed = []


def note(request, **_):
    signed.append((request.headers.get("x-amz-s3session-token"), str(request.headers["Authorization"])))


s3.meta.events.register("before-send.s3.PutObject", note)
put = s3.put_object(Bucket=bucket, Key="logs/a b", Body=b"first ")
assert signed[-1][0] is not None and "/s3express/aws4_request" in signed[-1][1], signed
assert put["ETag"] != f'"{hashlib.md5(b"first ").hexdigest()}"'

s3.put_object(Bucket=bucket, Key="logs/a b", Body=b"second", WriteOffsetBytes=6)
assert s3.get_object(Bucket=bucket, Key="logs/a b")["Body"].read() == b"first second"
code = refusal(s3.put_object, Bucket=bucket, Key="logs/a b", Body=b"x", WriteOffsetBytes=5)
assert code == "InvalidWriteOffset", code

s3.rename_object(Bucket=bucket, Key="logs/c", RenameSource="logs/a b")
listed = s3.list_objects_v2(Bucket=bucket, Prefix="logs/", Delimiter="/")
assert [found["Key"] for found in listed["Contents"]] == ["logs/c"]
assert listed["Contents"][0]["StorageClass"] == "EXPRESS_ONEZONE"
assert s3.get_object(Bucket=bucket, Key="logs/c")["Body"].read() == b"first second"
anew = {"Bucket": bucket, "Key": "logs/c", "RenameSource": "logs/c", "DestinationIfNoneMatch": "*"}
expect_error("PreconditionFailed", 412, s3.rename_object, **anew)

# Parts and copies, one of which goes to a bucket of the other kind.
large = content("large", 12_000_000)
folder = sys.argv[1]
with open(f"{folder}/large", "wb") as file:
    file.write(large)
parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
s3.upload_file(f"{folder}/large", bucket, "large", Config=parts)
s3.download_file(bucket, "large", f"{folder}/back")
with open(f"{folder}/back", "rb") as file:
    assert file.read() == large
s3.create_bucket(Bucket="boto3-general")
s3.copy_object(Bucket="boto3-general", Key="large", CopySource={"Bucket": bucket, "Key": "large"})
s3.copy_object(Bucket=bucket, Key="again", CopySource={"Bucket": "boto3-general", "Key": "large"})
assert s3.get_object(Bucket=bucket, Key="again")["Body"].read() == large

# A presigned URL has the session in its query.
url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "logs/c"})
assert "X-Amz-S3session-Token=" in url, url
with urllib.request.urlopen(url) as answer:
    assert answer.read() == b"first second"

# Without sessions each request is signed by the key itself.
plain = client(s3={"disable_s3_express_session_auth": True})
plain.meta.events.register("before-send.s3.PutObject", note)
plain.put_object(Bucket=bucket, Key="plain", Body=b"plain")
assert signed[-1][0] is None, signed
assert plain.get_object(Bucket=bucket, Key="plain")["Body"].read() == b"plain"
plain.delete_object(Bucket=bucket, Key="plain")

expect_error("NotImplemented", 501, s3.get_bucket_versioning, Bucket=bucket)
expect_error("NotImplemented", 501, s3.put_object, Bucket=bucket, Key="k", Tagging="a=b")
expect_error("BucketNotEmpty", 409, s3.delete_bucket, Bucket=bucket)
deleted = s3.delete_objects(
    Bucket=bucket, Delete={"Objects": [{"Key": key} for key in ("logs/c", "large", "again")]}
)
assert len(deleted["Deleted"]) == 3 and "Errors" not in deleted, deleted
s3.delete_bucket(Bucket=bucket)
assert s3.list_directory_buckets()["Buckets"] == []

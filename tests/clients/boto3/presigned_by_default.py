"""What boto3 signs when nobody says how: presigned URLs and forms of Signature Version 2 in us-east-1."""

import hashlib
import re
from base64 import b64encode

import boto3
import urllib3
from botocore.config import Config
from common import ADDRESS, client, content, expect_error

# As anybody writes it: without signature_version.
s3 = boto3.client("s3", region_name="us-east-1", **ADDRESS)
http = urllib3.PoolManager(retries=False)
BUCKET = "boto3-by-default"
s3.create_bucket(Bucket=BUCKET)
KEY = "dir/a key + ünïcode & more.txt"
DATA = content("presigned", 100_000)


def url_of(method, expires=60, **parameters):
    url = s3.generate_presigned_url(method, Params={"Bucket": BUCKET, **parameters}, ExpiresIn=expires)
    assert "AWSAccessKeyId=" in url and "X-Amz-Algorithm" not in url, url
    return url


def send(method, url, status=200, code=None, **more):
    answer = http.request(method, url, **more)
    found = re.search(rb"<Code>(\w+)</Code>", answer.data)
    assert (answer.status, found and found[1].decode()) == (status, code), (answer.status, answer.data)
    return answer


# Without anything besides, and with all that the URL can carry.
send("PUT", url_of("put_object", Key="plain"), body=DATA)
assert send("GET", url_of("get_object", Key="plain")).data == DATA
md5 = b64encode(hashlib.md5(DATA).digest()).decode()
url = url_of(
    "put_object",
    Key=KEY,
    ContentType="text/x-mine; charset=utf-8",
    ContentMD5=md5,
    Metadata={"by": "boto3", "words": "two words"},
    StorageClass="STANDARD_IA",
    Tagging="colour=red&size=9",
)
headers = {"Content-Type": "text/x-mine; charset=utf-8", "Content-MD5": md5}
send("PUT", url, 403, "SignatureDoesNotMatch", body=DATA)
send("PUT", url, 400, "BadDigest", body=DATA[1:], headers=headers)
send("PUT", url, body=DATA, headers=headers)
send("PUT", url.replace("two", "too"), 403, "SignatureDoesNotMatch", body=DATA, headers=headers)
found = s3.head_object(Bucket=BUCKET, Key=KEY)
assert found["Metadata"] == {"by": "boto3", "words": "two words"}, found
assert (found["ContentType"], found["StorageClass"]) == ("text/x-mine; charset=utf-8", "STANDARD_IA"), found
assert len(s3.get_object_tagging(Bucket=BUCKET, Key=KEY)["TagSet"]) == 2

# Overrides and sub-resources are signed, a range is not.
answer = send(
    "GET",
    url_of(
        "get_object",
        Key=KEY,
        ResponseContentDisposition='attachment; filename="a + b.txt"',
        ResponseContentType="text/plain",
    ),
)
assert answer.data == DATA
assert answer.headers["Content-Disposition"] == 'attachment; filename="a + b.txt"'
assert answer.headers["Content-Type"] == "text/plain"
assert send("GET", url_of("get_object", Key=KEY), 206, headers={"Range": "bytes=1-3"}).data == DATA[1:4]
send("HEAD", url_of("head_object", Key=KEY))
assert b"<Key>plain</Key>" in send("GET", url_of("list_objects_v2", Prefix="pl")).data
assert b"<Owner>" in send("GET", url_of("get_object_acl", Key=KEY)).data
for other in ("acl", "tagging"):
    send("GET", url_of("get_object", Key=KEY) + "&" + other, 403, "SignatureDoesNotMatch")
send("GET", url_of("get_object", Key="plain").replace("/plain", "/other"), 403, "SignatureDoesNotMatch")

# An upload in parts, each by its own URL.
upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
address = {"Key": "parts", "UploadId": upload}
part = content("part", 5 * 1024 * 1024)
tags = []
for number in (1, 2):
    answer = send("PUT", url_of("upload_part", PartNumber=number, **address), body=part[: 5 * 1024 * 1024 // number])
    tags.append({"PartNumber": number, "ETag": answer.headers["ETag"]})
s3.complete_multipart_upload(Bucket=BUCKET, MultipartUpload={"Parts": tags}, **address)
assert s3.head_object(Bucket=BUCKET, Key="parts")["ContentLength"] == 5 * 1024 * 1024 * 3 // 2

send("DELETE", url_of("delete_object", Key="plain"), 204)
send("GET", url_of("get_object", Key="plain"), 404, "NoSuchKey")
expired = send("GET", url_of("get_object", -1, Key=KEY), 403, "AccessDenied").data
assert b"<Message>Request has expired</Message>" in expired, expired

# A form.
form = s3.generate_presigned_post(
    BUCKET,
    "up/${filename}",
    Fields={"Content-Type": "text/plain", "x-amz-meta-by": "boto3"},
    Conditions=[{"Content-Type": "text/plain"}, {"x-amz-meta-by": "boto3"}, ["content-length-range", 1, 200_000]],
)
assert {"AWSAccessKeyId", "policy", "signature"} < set(form["fields"]), form


def post(name, data, **more):
    return {"fields": {**form["fields"], **more, "file": (name, data, "text/plain")}}


send("POST", form["url"], 204, **post("a.txt", DATA))
assert s3.get_object(Bucket=BUCKET, Key="up/a.txt")["Body"].read() == DATA
send("POST", form["url"], 400, "EntityTooLarge", **post("b.txt", DATA * 3))
send("POST", form["url"], 403, "AccessDenied", **post("b.txt", DATA, **{"x-amz-meta-by": "me"}))
send("POST", form["url"], 403, "SignatureDoesNotMatch", **post("b.txt", DATA, policy=form["fields"]["policy"][:-8]))

# All requests, not only presigned ones.
old = client(signature_version="s3")
old.put_object(Bucket=BUCKET, Key=KEY, Body=DATA, ContentType="text/plain", Metadata={"a": "b"})
assert old.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == DATA
old.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": KEY})
old.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
assert {entry["Key"] for entry in old.list_objects_v2(Bucket=BUCKET)["Contents"]} == {KEY, "copy", "parts", "up/a.txt"}
assert BUCKET in [bucket["Name"] for bucket in old.list_buckets()["Buckets"]]
expect_error(
    "InvalidRequest", 400, old.put_object, Bucket=BUCKET, Key="new", Body=b"x", IfNoneMatch="*"
)
expect_error(
    "InvalidArgument", 400, old.put_object, Bucket=BUCKET, Key="new", Body=b"x", ServerSideEncryption="aws:kms"
)
old.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "copy"}]})
expect_error("404", 404, old.head_object, Bucket=BUCKET, Key="copy")
wrong = boto3.client(
    "s3",
    aws_secret_access_key="not it",
    aws_access_key_id=s3._request_signer._credentials.access_key,
    config=Config(signature_version="s3"),
    **ADDRESS,
)
expect_error("SignatureDoesNotMatch", 403, wrong.list_buckets)

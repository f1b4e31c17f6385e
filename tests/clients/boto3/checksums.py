"""Integrity: the default checksum, the algorithms, composite checksums, and what happens when they do not match."""

import base64
import hashlib
import zlib

from common import client, content, expect_error

s3 = client()
bucket = "boto3-checksums"
s3.create_bucket(Bucket=bucket)
body = content("checksums", 70_000)


def crc32(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def head(key, **more):
    return s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED", **more)


# Newer SDKs send CRC32 with everything, in the header for bytes and in a trailer for streams.
answer = s3.put_object(Bucket=bucket, Key="default", Body=body)
assert answer.get("ChecksumCRC32") == crc32(body), answer
assert head("default")["ChecksumCRC32"] == crc32(body)
assert head("default")["ChecksumType"] == "FULL_OBJECT"
assert "ChecksumCRC32" not in s3.head_object(Bucket=bucket, Key="default")
assert s3.get_object(Bucket=bucket, Key="default")["Body"].read() == body

for algorithm in ("CRC32", "SHA1", "SHA256"):
    member = f"Checksum{algorithm}"
    sent = s3.put_object(Bucket=bucket, Key=algorithm, Body=body, ChecksumAlgorithm=algorithm)
    assert head(algorithm)[member] == sent[member]
sha = base64.b64encode(hashlib.sha256(body).digest()).decode()
assert head("SHA256")["ChecksumSHA256"] == sha

s3.put_object(Bucket=bucket, Key="given", Body=body, ChecksumSHA256=sha)
assert head("given")["ChecksumSHA256"] == sha
wrong = base64.b64encode(bytes(32)).decode()
expect_error("BadDigest", 400, s3.put_object, Bucket=bucket, Key="wrong", Body=body, ChecksumSHA256=wrong)
expect_error("BadDigest", 400, s3.put_object, Bucket=bucket, Key="wrong", Body=body,
             ContentMD5=base64.b64encode(bytes(16)).decode())
expect_error("InvalidDigest", 400, s3.put_object, Bucket=bucket, Key="wrong", Body=body, ContentMD5="short")
expect_error("404", 404, s3.head_object, Bucket=bucket, Key="wrong")

# Parts with checksums make an object with a composite one.
upload = s3.create_multipart_upload(Bucket=bucket, Key="parts", ChecksumAlgorithm="SHA256")
assert upload["ChecksumAlgorithm"] == "SHA256"
parts = []
for number, data in ((1, content("a", 5 * 1024 * 1024)), (2, content("b", 10))):
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload["UploadId"], PartNumber=number, Body=data,
                          ChecksumAlgorithm="SHA256")
    parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]})
done = s3.complete_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload["UploadId"],
                                    MultipartUpload={"Parts": parts})
digests = b"".join(base64.b64decode(part["ChecksumSHA256"]) for part in parts)
composite = base64.b64encode(hashlib.sha256(digests).digest()).decode() + "-2"
assert done["ChecksumSHA256"] == composite, done
assert head("parts")["ChecksumSHA256"] == composite
assert head("parts")["ChecksumType"] == "COMPOSITE"

# The old way, without checksums, and the strict way, with signed payloads.
old = client(request_checksum_calculation="when_required", response_checksum_validation="when_required")
old.put_object(Bucket=bucket, Key="old", Body=body)
assert old.get_object(Bucket=bucket, Key="old")["Body"].read() == body
strict = client(s3={"payload_signing_enabled": True})
strict.put_object(Bucket=bucket, Key="strict", Body=body)
assert strict.get_object(Bucket=bucket, Key="strict")["Body"].read() == body

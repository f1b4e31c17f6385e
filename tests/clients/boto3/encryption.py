"""Every encryption of objects, on large files and small bytes, over HTTPS."""

import os
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

folder = sys.argv[1]
url = os.environ["HOLDFAST_URL"]
s3 = boto3.client("s3", endpoint_url=url)
kms = boto3.client("kms", endpoint_url=url)
bucket = "boto3-encryption"
s3.create_bucket(Bucket=bucket)

arn = kms.create_key()["KeyMetadata"]["Arn"]
kms.create_alias(AliasName="alias/boto3", TargetKeyId=arn)
customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": os.urandom(32)}
source = {"CopySource" + name: value for name, value in customer.items()}
modes = {
    "default": ({}, {}, {}, "AES256"),
    "aes256": ({"ServerSideEncryption": "AES256"}, {}, {}, "AES256"),
    "managed": ({"ServerSideEncryption": "aws:kms"}, {}, {}, "aws:kms"),
    "kms": ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": arn}, {}, {}, "aws:kms"),
    "alias": (
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/boto3", "BucketKeyEnabled": True},
        {},
        {},
        "aws:kms",
    ),
    "dsse": ({"ServerSideEncryption": "aws:kms:dsse", "SSEKMSKeyId": arn}, {}, {}, "aws:kms:dsse"),
    "customer": (customer, customer, source, None),
}
large = os.urandom(9_000_001)
path = os.path.join(folder, "large")
with open(path, "wb") as file:
    file.write(large)
in_parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)

for key, (write, read, of_source, shown) in modes.items():
    s3.put_object(Bucket=bucket, Key=key, Body=b"small", **write)
    answer = s3.get_object(Bucket=bucket, Key=key, **read)
    assert answer["Body"].read() == b"small" and answer.get("ServerSideEncryption") == shown, key
    # upload_file knows of no bucket keys.
    extra = {name: value for name, value in write.items() if name != "BucketKeyEnabled"}
    s3.upload_file(path, bucket, key + " large", ExtraArgs=extra, Config=in_parts)
    s3.download_file(bucket, key + " large", path + " back", ExtraArgs=read, Config=in_parts)
    with open(path + " back", "rb") as file:
        assert file.read() == large, key
    answer = s3.get_object(Bucket=bucket, Key=key + " large", Range="bytes=5242870-5242890", **read)
    assert answer["Body"].read() == large[5242870:5242891], key
    whence = {"Bucket": bucket, "Key": key + " large"}
    s3.copy_object(Bucket=bucket, Key=key + " copy", CopySource=whence, **write, **of_source)
    assert s3.get_object(Bucket=bucket, Key=key + " copy", **read)["Body"].read() == large, key

try:
    s3.get_object(Bucket=bucket, Key="customer", SSECustomerAlgorithm="AES256", SSECustomerKey=os.urandom(32))
    raise AssertionError("a wrong key opened it")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AccessDenied"

# Older releases do not know it.
if hasattr(s3, "update_object_encryption"):
    other = kms.create_key()["KeyMetadata"]["Arn"]
    change = {"SSEKMS": {"KMSKeyArn": other, "BucketKeyEnabled": True}}
    for key, body in (("default", b"small"), ("kms", b"small"), ("default large", large), ("alias large", large)):
        before = s3.head_object(Bucket=bucket, Key=key)
        s3.update_object_encryption(Bucket=bucket, Key=key, ObjectEncryption=change)
        answer = s3.get_object(Bucket=bucket, Key=key)
        assert answer["Body"].read() == body and answer["SSEKMSKeyId"] == other, key
        assert (answer["ETag"], answer["LastModified"]) == (before["ETag"], before["LastModified"]), key
    try:
        s3.update_object_encryption(Bucket=bucket, Key="dsse", ObjectEncryption=change)
        raise AssertionError("two layers became one")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidRequest"

blocked = {"BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}
s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [blocked]})
try:
    s3.put_object(Bucket=bucket, Key="blocked", Body=b"x", **customer)
    raise AssertionError("a blocked type was taken")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AccessDenied"
blocked["BlockedEncryptionTypes"]["EncryptionType"] = ["NONE"]

rule = {
    **blocked,
    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": arn},
    "BucketKeyEnabled": True,
}
s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"] == [rule]
answer = s3.put_object(Bucket=bucket, Key="by default", Body=b"x")
assert (answer["SSEKMSKeyId"], answer["BucketKeyEnabled"]) == (arn, True)
s3.delete_bucket_encryption(Bucket=bucket)

kms.disable_key(KeyId=arn)
try:
    s3.get_object(Bucket=bucket, Key="kms copy")
    raise AssertionError("a disabled key opened it")
except ClientError as error:
    assert error.response["Error"]["Code"] == "KMS.DisabledException"

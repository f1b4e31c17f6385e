"""The scenarios of scenarios.ts with boto3, line for line. Prints what they see as JSON."""

import io
import json
import os
import sys
from datetime import datetime, timezone

import boto3
import s3transfer
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.resource("s3", endpoint_url=os.environ["HOLDFAST_URL"], config=Config(retries={"max_attempts": 0}))
folder = os.environ["HOME"]


def bucket():
    bucket = s3.create_bucket(Bucket="here")
    bucket.wait_until_exists()
    made = s3.Bucket("here")
    seen = [made.name, made.creation_date is not None, [each.name for each in s3.buckets.all()]]
    s3.Bucket("there").create()
    s3.Bucket("there").delete()
    s3.Bucket("there").wait_until_not_exists()
    return [*seen, [each.name for each in s3.buckets.all()]]


def object():
    s3.create_bucket(Bucket="here")
    object = s3.Object("here", "ä b/c+d")
    object.put(Body=b"content", ContentType="text/plain", CacheControl="no-store", Metadata={"a": "b"})
    object.wait_until_exists()
    seen = [object.bucket_name, object.key, object.content_length, object.content_type, object.cache_control]
    seen += [object.e_tag, object.metadata, object.version_id, object.storage_class]
    seen += [object.get()["Body"].read().decode(), object.get(Range="bytes=2-4")["Body"].read().decode()]
    copy = object.Bucket().Object("copy")
    copy.copy_from(CopySource={"Bucket": "here", "Key": object.key})
    seen += [copy.content_type, copy.metadata]
    object.delete()
    object.wait_until_not_exists()
    return seen


def object_summary():
    bucket = s3.create_bucket(Bucket="here")
    summary = s3.ObjectSummary("here", "key")
    summary.put(Body=b"content", StorageClass="STANDARD")
    seen = [summary.bucket_name, summary.key, summary.size, summary.e_tag, summary.Object().content_length]
    (listed,) = bucket.objects.all()
    seen += [listed.key, listed.size, listed.e_tag, listed.storage_class, listed.owner]
    s3.ObjectSummary("here", "copy").copy_from(CopySource="here/key")
    listed.delete()
    return [*seen, listed.get_available_subresources() != []]


def collections():
    bucket = s3.create_bucket(Bucket="here")
    for key in ["a b", "a+b", "ä", "p/1", "p/2", "p/3", "q%2F", "tab\t"]:
        bucket.put_object(Key=key, Body=key.encode())
    seen = [[each.key for each in bucket.objects.all()]]
    seen.append([each.key for each in bucket.objects.filter(Prefix="p/")])
    seen.append([each.key for each in bucket.objects.limit(3)])
    seen.append([[each.key for each in page] for page in bucket.objects.page_size(3).pages()])
    seen.append([each.key for each in bucket.objects.filter(Delimiter="/").page_size(2)])
    answers = bucket.objects.filter(Prefix="p/").page_size(2).delete()
    seen.append([[each["Key"] for each in answer["Deleted"]] for answer in answers])
    bucket.delete_objects(Delete={"Objects": [{"Key": "ä"}, {"Key": "none"}]})
    return [*seen, [each.key for each in bucket.objects.all()]]


def multipart_upload():
    bucket = s3.create_bucket(Bucket="here")
    bucket.put_object(Key="source", Body=b"x" * 5242880)
    upload = s3.Object("here", "key").initiate_multipart_upload(ContentType="text/plain", Metadata={"a": "b"})
    first = upload.Part(1).copy_from(CopySource="here/source")["CopyPartResult"]["ETag"]
    second = upload.Part(2).upload(Body=b"the rest")["ETag"]
    (listed,) = bucket.multipart_uploads.all()
    seen = [listed.object_key, listed.id == upload.id, listed.storage_class, listed.initiator]
    seen += [[part.part_number, part.size, part.e_tag] for part in upload.parts.all()]
    parts = [{"PartNumber": 1, "ETag": first}, {"PartNumber": 2, "ETag": second}]
    object = upload.complete(MultipartUpload={"Parts": parts})
    seen += [object.key, object.content_length, object.e_tag, object.content_type]
    given_up = object.initiate_multipart_upload()
    given_up.Part(1).upload(Body=b"x")
    given_up.abort()
    return [*seen, len(list(bucket.multipart_uploads.all()))]


def object_version():
    bucket = s3.create_bucket(Bucket="here")
    bucket.Versioning().enable()
    seen = [bucket.Versioning().status, bucket.Versioning().mfa_delete]
    for body in [b"one", b"three", b"seven!!"]:
        bucket.put_object(Key="key", Body=body)
    bucket.Object("key").delete()
    versions = list(bucket.object_versions.all())
    seen += [[each.object_key, each.size, each.is_latest, each.e_tag] for each in versions]
    version = bucket.Object("key").Version(versions[0].id)
    seen += [version.get()["Body"].read().decode(), version.head()["ContentLength"], version.Object().key]
    version.delete()
    bucket.object_versions.filter(Prefix="key").limit(1).delete()
    bucket.Versioning().suspend()
    bucket.put_object(Key="key", Body=b"null")
    seen += [[each.size, each.is_latest, each.id == "null"] for each in bucket.object_versions.all()]
    return [*seen, bucket.Versioning().status]


def bucket_acl():
    s3.create_bucket(Bucket="here", ObjectOwnership="ObjectWriter")
    acl = s3.BucketAcl("here")
    acl.put(GrantRead=f'id="{"2" * 64}"', GrantFullControl=f'id="{"1" * 64}"')
    return [acl.owner["ID"], sorted([grant["Permission"], grant["Grantee"]["ID"]] for grant in acl.grants)]


def object_acl():
    s3.create_bucket(Bucket="here", ObjectOwnership="ObjectWriter").put_object(Key="key", Body=b"")
    acl = s3.ObjectAcl("here", "key")
    acl.put(GrantReadACP=f'id="{"2" * 64}"')
    seen = [acl.owner["ID"], [[grant["Permission"], grant["Grantee"]["ID"]] for grant in acl.grants]]
    acl.put(ACL="private")
    return [*seen, len(acl.grants), acl.Object().key]


def bucket_policy():
    bucket = s3.create_bucket(Bucket="here")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObjectAcl", "Resource": "arn:aws:s3:::here/*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    bucket.Policy().put(Policy=json.dumps(policy, separators=(",", ":")))
    seen = json.loads(bucket.Policy().policy)
    moved = json.dumps(seen, separators=(",", ":")).replace("here", "there")
    s3.create_bucket(Bucket="there").Policy().put(Policy=moved)
    bucket.Policy().delete()
    return seen


def bucket_versioning():
    versioning = s3.create_bucket(Bucket="here").Versioning()
    seen = [versioning.status]
    versioning.put(VersioningConfiguration={"Status": "Enabled"})
    seen.append(versioning.status)
    versioning.suspend()
    return [*seen, versioning.status, versioning.Bucket().name]


def bucket_cors():
    cors = s3.create_bucket(Bucket="here").Cors()
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://example.com"], "MaxAgeSeconds": 9}
    cors.put(CORSConfiguration={"CORSRules": [rule]})
    s3.create_bucket(Bucket="there").Cors().put(CORSConfiguration={"CORSRules": cors.cors_rules})
    cors.delete()
    return s3.BucketCors("there").cors_rules


def bucket_lifecycle_configuration():
    lifecycle = s3.create_bucket(Bucket="here").LifecycleConfiguration()
    rule = {"ID": "one", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 9}}
    lifecycle.put(LifecycleConfiguration={"Rules": [rule]})
    s3.create_bucket(Bucket="there").LifecycleConfiguration().put(LifecycleConfiguration={"Rules": lifecycle.rules})
    lifecycle.delete()
    return s3.BucketLifecycleConfiguration("there").rules


def bucket_lifecycle():
    lifecycle = s3.create_bucket(Bucket="here").Lifecycle()
    rule = {"ID": "one", "Status": "Enabled", "Prefix": "logs/", "Expiration": {"Days": 9}}
    lifecycle.put(LifecycleConfiguration={"Rules": [rule]})
    return lifecycle.rules


def bucket_logging():
    s3.create_bucket(Bucket="logs")
    logging = s3.create_bucket(Bucket="here").Logging()
    seen = [logging.logging_enabled]
    logging.put(BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "here/"}})
    return [*seen, logging.logging_enabled]


def bucket_notification():
    notification = s3.create_bucket(Bucket="here").Notification()
    notification.put(NotificationConfiguration={"EventBridgeConfiguration": {}})
    return [notification.event_bridge_configuration, notification.queue_configurations]


def bucket_request_payment():
    payment = s3.create_bucket(Bucket="here").RequestPayment()
    seen = [payment.payer]
    payment.put(RequestPaymentConfiguration={"Payer": "Requester"})
    return [*seen, payment.payer]


def bucket_tagging():
    tagging = s3.create_bucket(Bucket="here").Tagging()
    tagging.put(Tagging={"TagSet": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}]})
    s3.create_bucket(Bucket="there").Tagging().put(Tagging={"TagSet": tagging.tag_set})
    tagging.delete()
    return s3.BucketTagging("there").tag_set


def bucket_website():
    website = s3.create_bucket(Bucket="here").Website()
    website.put(WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "no.html"}})
    seen = [website.index_document, website.error_document, website.routing_rules]
    s3.create_bucket(Bucket="there").Website().put(WebsiteConfiguration={"IndexDocument": website.index_document})
    website.delete()
    return seen


def restore_object():
    s3.create_bucket(Bucket="here").put_object(Key="key", Body=b"content", StorageClass="GLACIER")
    object = s3.Object("here", "key")
    object.restore_object(RestoreRequest={"Days": 2})
    return [object.restore is not None, object.storage_class]


def transfers():
    bucket = s3.create_bucket(Bucket="here")
    config = TransferConfig(multipart_threshold=5242880, multipart_chunksize=5242880)
    source = os.path.join(folder, "source")
    with open(source, "wb") as file:
        file.write(b"0123456789abcdef" * 400000)
    bucket.upload_file(source, "file", ExtraArgs={"ContentType": "text/plain", "Metadata": {"a": "b"}}, Config=config)
    bucket.upload_fileobj(io.BytesIO(b"small"), "stream")
    bucket.upload_file(source, "plain", Config=config)
    bucket.copy({"Bucket": "here", "Key": "plain"}, "copy in parts", Config=config)
    bucket.Object("whole copy").copy({"Bucket": "here", "Key": "file"})
    replaced = {"MetadataDirective": "REPLACE", "ContentType": "text/html"}
    bucket.copy({"Bucket": "here", "Key": "file"}, "replaced", ExtraArgs=replaced)
    target = os.path.join(folder, "target")
    bucket.download_file("file", target, Config=config)
    stream = io.BytesIO()
    bucket.Object("stream").download_fileobj(stream)
    with open(source, "rb") as sent, open(target, "rb") as received:
        same = sent.read() == received.read()
    return [same, stream.getvalue().decode(), bucket.Object("file").e_tag, bucket.Object("replaced").content_type]


def extra_args():
    bucket = s3.create_bucket(Bucket="here", ObjectOwnership="ObjectWriter", ObjectLockEnabledForBucket=True)
    config = TransferConfig(multipart_threshold=5242880, multipart_chunksize=5242880)
    small = os.path.join(folder, "small")
    with open(small, "wb") as file:
        file.write(b"small")
    big = os.path.join(folder, "big")
    with open(big, "wb") as file:
        file.write(b"0123456789abcdef" * 400000)
    described = {
        "ContentType": "text/plain",
        "CacheControl": "no-store",
        "ContentDisposition": "attachment",
        "ContentEncoding": "identity",
        "ContentLanguage": "de",
        "Expires": datetime(2040, 1, 1, tzinfo=timezone.utc),
        "Metadata": {"MiXed": " a  b ", "empty": ""},
        "Tagging": "a=b&c=",
        "StorageClass": "STANDARD_IA",
        "WebsiteRedirectLocation": "/there",
        "ServerSideEncryption": "AES256",
        "ObjectLockMode": "GOVERNANCE",
        "ObjectLockRetainUntilDate": datetime(2040, 1, 1, tzinfo=timezone.utc),
        "ObjectLockLegalHoldStatus": "OFF",
        "RequestPayer": "requester",
    }
    whole = {"small": {"ChecksumCRC32": "dUXqEw=="}, "big": {"ChecksumCRC32": "85VPuA==", "MpuObjectSize": 6400000}}
    for name, path in [("small", small), ("big", big)]:
        bucket.upload_file(path, f"{name}/described", ExtraArgs=dict(described), Config=config)
        bucket.upload_file(path, f"{name}/acl", ExtraArgs={"ACL": "bucket-owner-read"}, Config=config)
        grants = {"GrantRead": f'id="{"2" * 64}"', "ChecksumAlgorithm": "SHA256"}
        bucket.upload_file(path, f"{name}/grants", ExtraArgs=grants, Config=config)
        full = {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}
        bucket.upload_file(path, f"{name}/full", ExtraArgs=full, Config=config)
        bucket.upload_file(path, f"{name}/whole", ExtraArgs=dict(whole[name]), Config=config)
        source = {"Bucket": "here", "Key": f"{name}/described"}
        replaced = {"MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE", "Tagging": "x=y"}
        bucket.copy(source, f"{name}/replaced", ExtraArgs=replaced, Config=config)
        target = os.path.join(folder, "target")
        bucket.download_file(f"{name}/whole", target, ExtraArgs={"ChecksumMode": "ENABLED"}, Config=config)
    return os.path.getsize(target)


def copies_along():
    # Older ones leave all that is said of an object behind where they copy it in parts.
    if tuple(int(part) for part in s3transfer.__version__.split(".")[:2]) < (0, 19):
        raise NotImplementedError(f"copies_along needs s3transfer 0.19, and finds {s3transfer.__version__}")
    bucket = s3.create_bucket(Bucket="here", ObjectOwnership="ObjectWriter")
    config = TransferConfig(multipart_threshold=5242880, multipart_chunksize=5242880)
    described = {"ContentType": "text/plain", "Metadata": {"MiXed": " a  b ", "empty": ""}, "Tagging": "a=b&c="}
    for size in [5, 6400000]:
        bucket.upload_fileobj(io.BytesIO(b"x" * size), "described", ExtraArgs=dict(described), Config=config)
        source = {"Bucket": "here", "Key": "described"}
        bucket.copy(source, f"copy-{size}", Config=config)
        tagged = {"TaggingDirective": "COPY", "StorageClass": "GLACIER_IR", "ACL": "bucket-owner-read"}
        bucket.copy(source, f"tagged-{size}", ExtraArgs=tagged, Config=config)


def sse_customer():
    bucket = s3.create_bucket(Bucket="here")
    config = TransferConfig(multipart_threshold=5242880, multipart_chunksize=5242880)
    key, other = "0123456789abcdef" * 2, "fedcba9876543210" * 2
    sse = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}
    seen = []
    for size in [5, 6400000]:
        bucket.upload_fileobj(io.BytesIO(b"x" * size), "sealed", ExtraArgs=dict(sse), Config=config)
        copied = {
            "CopySourceSSECustomerAlgorithm": "AES256",
            "CopySourceSSECustomerKey": key,
            "SSECustomerAlgorithm": "AES256",
            "SSECustomerKey": other,
        }
        bucket.copy({"Bucket": "here", "Key": "sealed"}, "copy", ExtraArgs=copied, Config=config)
        stream = io.BytesIO()
        other_sse = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": other}
        bucket.download_fileobj("copy", stream, ExtraArgs=other_sse, Config=config)
        seen += [len(stream.getvalue()), bucket.Object("copy").get(**other_sse)["SSECustomerKeyMD5"]]
    bucket.objects.delete()
    return seen


def errors():
    bucket = s3.create_bucket(Bucket="here")
    bucket.put_object(Key="key", Body=b"content")
    object, none, upload = bucket.Object("key"), bucket.Object("none"), s3.MultipartUpload("here", "key", "none")
    there, stranger = s3.Bucket("there"), {"ExpectedBucketOwner": "999999999999"}
    parts = {"Parts": [{"PartNumber": 1, "ETag": '"x"'}]}
    acts = [
        lambda: s3.Bucket("A_b").create(),
        lambda: bucket.delete(),
        lambda: there.delete(),
        lambda: list(there.objects.all()),
        lambda: list(there.object_versions.all()),
        lambda: list(there.multipart_uploads.all()),
        lambda: there.put_object(Key="key"),
        lambda: none.get(),
        lambda: none.load(),
        lambda: object.get(Range="bytes=100-"),
        lambda: object.get(IfMatch='"x"'),
        lambda: object.get(IfNoneMatch=object.e_tag),
        lambda: object.get(**stranger),
        lambda: list(bucket.objects.filter(**stranger)),
        lambda: object.put(IfNoneMatch="*"),
        lambda: object.put(Tagging="a=b&a=c"),
        lambda: object.copy_from(CopySource={"Bucket": "here", "Key": "none"}),
        lambda: object.copy({"Bucket": "here", "Key": "none"}),
        lambda: upload.Part(1).upload(Body=b"x"),
        lambda: list(upload.parts.all()),
        lambda: upload.abort(),
        lambda: upload.complete(MultipartUpload=parts),
        lambda: object.initiate_multipart_upload().complete(),
        lambda: object.Version("none").get(),
        lambda: object.Acl().put(ACL="public-read"),
        lambda: none.Acl().load(),
        lambda: object.restore_object(RestoreRequest={"Days": 1}),
        lambda: bucket.Policy().load(),
        lambda: bucket.Policy().put(Policy="{"),
        lambda: bucket.Cors().load(),
        lambda: bucket.LifecycleConfiguration().load(),
        lambda: bucket.Lifecycle().load(),
        lambda: bucket.Tagging().load(),
        lambda: bucket.Website().load(),
    ]
    return [code_of(act) for act in acts]


def code_of(act):
    try:
        act()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


print(json.dumps(globals()[sys.argv[1]]()))

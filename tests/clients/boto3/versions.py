"""Objects through time as resources: ObjectVersion, BucketVersioning, BucketLifecycle, tags and locks."""

from datetime import datetime, timedelta, timezone

from common import client, expect_error, resource

s3 = resource()
bucket = s3.create_bucket(Bucket="boto3-versions", ObjectLockEnabledForBucket=True)
assert bucket.Versioning().status == "Enabled"
key = bucket.Object("k")
first = key.put(Body=b"first")["VersionId"]
second = key.put(Body=b"second")["VersionId"]
marker = key.delete()["VersionId"]
versions = list(bucket.object_versions.filter(Prefix="k"))
assert sorted(each.id for each in versions) == sorted([first, second, marker]), versions
assert bucket.Object("k").Version(first).get()["Body"].read() == b"first"
version = s3.ObjectVersion("boto3-versions", "k", second)
assert version.head()["ContentLength"] == 6
s3.ObjectVersion("boto3-versions", "k", marker).delete()
assert key.get()["Body"].read() == b"second"

# Tags and locks of one version.
s3_client = client()
named = {"Bucket": "boto3-versions", "Key": "k", "VersionId": first}
s3_client.put_object_tagging(**named, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
assert s3_client.get_object_tagging(**named)["TagSet"] == [{"Key": "a", "Value": "1"}]
until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
s3_client.put_object_retention(**named, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
assert s3_client.get_object_retention(**named)["Retention"]["RetainUntilDate"] == until
expect_error("AccessDenied", 403, s3_client.delete_object, **named)
s3_client.put_object_legal_hold(**named, LegalHold={"Status": "ON"})
expect_error("AccessDenied", 403, s3_client.delete_object, **named, BypassGovernanceRetention=True)
s3_client.put_object_legal_hold(**named, LegalHold={"Status": "OFF"})
s3_client.delete_object(**named, BypassGovernanceRetention=True)

# Rules.
lifecycle = bucket.LifecycleConfiguration()
rules = [
    {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}},
    {
        "ID": "old",
        "Status": "Disabled",
        "Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "a", "Value": "1"}]}},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 2},
    },
]
lifecycle.put(LifecycleConfiguration={"Rules": rules})
lifecycle.reload()
assert lifecycle.rules == rules, lifecycle.rules
assert 'rule-id="all"' in key.get()["Expiration"]
lifecycle.delete()
expect_error("NoSuchLifecycleConfiguration", 404, s3_client.get_bucket_lifecycle_configuration, Bucket="boto3-versions")

# Archives.
archived = bucket.Object("archived")
archived.put(Body=b"x", StorageClass="GLACIER")
expect_error("InvalidObjectState", 403, s3_client.get_object, Bucket="boto3-versions", Key="archived")
archived.restore_object(RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Expedited"}})
archived.reload()
assert archived.restore == 'ongoing-request="true"'

bucket.object_versions.delete()
bucket.delete()

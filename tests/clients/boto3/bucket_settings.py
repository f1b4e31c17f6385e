"""Settings of buckets that have no script of their own: metrics configurations, transfer acceleration."""

from common import client, expect_error

s3 = client()
s3.create_bucket(Bucket="boto3-settings")

expect_error("NoSuchConfiguration", 404, s3.get_bucket_metrics_configuration, Bucket="boto3-settings", Id="logs")
configuration = {"Id": "logs", "Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "a", "Value": "b"}]}}}
s3.put_bucket_metrics_configuration(Bucket="boto3-settings", Id="logs", MetricsConfiguration=configuration)
found = s3.get_bucket_metrics_configuration(Bucket="boto3-settings", Id="logs")
assert found["MetricsConfiguration"] == configuration
listed = s3.list_bucket_metrics_configurations(Bucket="boto3-settings")
assert listed["MetricsConfigurationList"] == [configuration] and not listed["IsTruncated"]
expect_error(
    "InvalidArgument",
    400,
    s3.put_bucket_metrics_configuration,
    Bucket="boto3-settings",
    Id="other",
    MetricsConfiguration=configuration,
)
s3.delete_bucket_metrics_configuration(Bucket="boto3-settings", Id="logs")
assert "MetricsConfigurationList" not in s3.list_bucket_metrics_configurations(Bucket="boto3-settings")

assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket="boto3-settings")
for status in ("Enabled", "Suspended"):
    s3.put_bucket_accelerate_configuration(Bucket="boto3-settings", AccelerateConfiguration={"Status": status})
    assert s3.get_bucket_accelerate_configuration(Bucket="boto3-settings")["Status"] == status

assert s3.get_bucket_abac(Bucket="boto3-settings")["AbacStatus"] == {"Status": "Disabled"}
s3.put_bucket_abac(Bucket="boto3-settings", AbacStatus={"Status": "Enabled"})
assert s3.get_bucket_abac(Bucket="boto3-settings")["AbacStatus"] == {"Status": "Enabled"}

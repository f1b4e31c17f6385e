"""Settings of buckets that have no script of their own: metrics and inventory configurations, transfer acceleration."""

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

inventory = {
    "Id": "daily",
    "IsEnabled": True,
    "Destination": {
        "S3BucketDestination": {"Bucket": "arn:aws:s3:::boto3-settings", "Format": "Parquet", "Encryption": {"SSES3": {}}}
    },
    "Schedule": {"Frequency": "Daily"},
    "IncludedObjectVersions": "All",
    "OptionalFields": ["Size", "ObjectOwner"],
}
put = s3.put_bucket_inventory_configuration
put(Bucket="boto3-settings", Id="daily", InventoryConfiguration=inventory)
found = s3.get_bucket_inventory_configuration(Bucket="boto3-settings", Id="daily")
assert found["InventoryConfiguration"] == inventory
listed = s3.list_bucket_inventory_configurations(Bucket="boto3-settings")
assert listed["InventoryConfigurationList"] == [inventory] and not listed["IsTruncated"]
expect_error("InvalidArgument", 400, put, Bucket="boto3-settings", Id="other", InventoryConfiguration=inventory)
inventory["Destination"]["S3BucketDestination"]["Format"] = "ORC"
expect_error("NotImplemented", 501, put, Bucket="boto3-settings", Id="daily", InventoryConfiguration=inventory)
s3.delete_bucket_inventory_configuration(Bucket="boto3-settings", Id="daily")
assert "InventoryConfigurationList" not in s3.list_bucket_inventory_configurations(Bucket="boto3-settings")

assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket="boto3-settings")
for status in ("Enabled", "Suspended"):
    s3.put_bucket_accelerate_configuration(Bucket="boto3-settings", AccelerateConfiguration={"Status": status})
    assert s3.get_bucket_accelerate_configuration(Bucket="boto3-settings")["Status"] == status

assert s3.get_bucket_abac(Bucket="boto3-settings")["AbacStatus"] == {"Status": "Disabled"}
s3.put_bucket_abac(Bucket="boto3-settings", AbacStatus={"Status": "Enabled"})
assert s3.get_bucket_abac(Bucket="boto3-settings")["AbacStatus"] == {"Status": "Enabled"}

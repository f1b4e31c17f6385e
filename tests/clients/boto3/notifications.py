"""Notifications of a bucket: all kinds of destinations, filters, what is refused, and the resource."""

import sys

from common import client, expect_error, resource

QUEUE, TOPIC, FUNCTION = sys.argv[1:]
BUCKET = "boto3-notifications"

s3 = client()
s3.create_bucket(Bucket=BUCKET)


def put(**configuration):
    return s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=configuration)


def get():
    found = s3.get_bucket_notification_configuration(Bucket=BUCKET)
    del found["ResponseMetadata"]
    return found


assert get() == {}

configuration = {
    "TopicConfigurations": [{"Id": "topic", "TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}],
    "QueueConfigurations": [
        {
            "Id": "queue",
            "QueueArn": QUEUE,
            "Events": ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"],
            "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "boto3/"}]}},
        }
    ],
    "LambdaFunctionConfigurations": [
        {"Id": "function", "LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectTagging:*"]}
    ],
    "EventBridgeConfiguration": {},
}
put(**configuration)
assert get() == configuration, get()

s3.put_object(Bucket=BUCKET, Key="boto3/key", Body=b"x")
s3.put_object(Bucket=BUCKET, Key="elsewhere", Body=b"x")

overlapping = [{"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}, {"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:Put"]}]
unknown = [{"TopicArn": TOPIC + "-unknown", "Events": ["s3:ObjectCreated:*"]}]
for topics in (overlapping, unknown, [{"TopicArn": TOPIC, "Events": ["s3:Nothing"]}]):
    expect_error("InvalidArgument", 400, put, TopicConfigurations=topics)
assert get() == configuration

s3.put_bucket_notification_configuration(
    Bucket=BUCKET,
    NotificationConfiguration={"TopicConfigurations": unknown},
    SkipDestinationValidation=True,
)
assert get()["TopicConfigurations"][0]["TopicArn"] == TOPIC + "-unknown"

notification = resource().BucketNotification(BUCKET)
notification.put(NotificationConfiguration={"EventBridgeConfiguration": {}})
assert notification.event_bridge_configuration == {}
assert notification.topic_configurations is None
put()
assert get() == {}

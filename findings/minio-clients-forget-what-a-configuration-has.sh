#!/bin/sh
# MinIO's clients for Python and Go, and a bucket's configuration that is read, changed and set again.
#
# One would expect what get_bucket_notification gives to hold all of the configuration, so that whoever adds a queue to it and sets it takes
# nothing from the bucket; S3 replaces the whole configuration each time. The same goes for lifecycle, encryption and replication.
#
# Both clients keep what their types name, and drop the rest without a word. minio 7.2.20 for Python leaves out EventBridgeConfiguration, which
# turns EventBridge off, and makes a suffix of a prefix: S3 gives the names of a filter's rules back as Prefix and Suffix, whatever case they
# were set in, and what is not called prefix is a suffix to this client. From then on nothing is told of a/cat.jpg. Of a lifecycle rule it leaves
# out the size beside a prefix and a tag, so that objects expire which the rule spared, and all transitions but the first. minio-go 7.4.1 leaves
# out EventBridge, all transitions but the last, and of replication most of what it has for other accounts and for KMS. Bucket keys, which spare
# requests to KMS, are lost in both.
#
# What follows: change such configurations by an SDK of Amazon's or the AWS CLI; or compare what boto3 gets before and after.
#
# Printed (what is missing in what was set, where nothing was changed between get and set):
#   minio 7.2.20 for Python, notification: EventBridgeConfiguration, FilterRule prefix a/; new: FilterRule suffix a/
#   minio 7.2.20 for Python, lifecycle: NoncurrentVersionTransition GLACIER, ObjectSizeGreaterThan, Transition GLACIER
#   minio 7.2.20 for Python, encryption: BucketKeyEnabled
#   minio 7.2.20 for Python, replication: ReplicaModifications
#   minio-go 7.4.1, notification: EventBridgeConfiguration
#   minio-go 7.4.1, lifecycle: NoncurrentVersionTransition STANDARD_IA, Transition STANDARD_IA
#   minio-go 7.4.1, encryption: BucketKeyEnabled
#   minio-go 7.4.1, replication: AccessControlTranslation, Account, EncryptionConfiguration, Metrics, ReplicationTime, SseKmsEncryptedObjects
#
# Needs go.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check minio==7.2.20
mkdir go
cat >go/go.mod <<'MOD'
module finding

go 1.24

require github.com/minio/minio-go/v7 v7.4.1
MOD
cat >go/main.go <<'GO'
package main

import (
	"context"
	"os"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	options := minio.Options{Creds: credentials.NewStaticV4("AKIDEXAMPLE", "secret", ""), Region: "us-east-1"}
	client := must(minio.New(os.Args[1], &options))
	for _, err := range []error{
		client.SetBucketNotification(ctx, "box", must(client.GetBucketNotification(ctx, "box"))),
		client.SetBucketLifecycle(ctx, "box", must(client.GetBucketLifecycle(ctx, "box"))),
		client.SetBucketEncryption(ctx, "box", must(client.GetBucketEncryption(ctx, "box"))),
		client.SetBucketReplication(ctx, "box", must(client.GetBucketReplication(ctx, "box"))),
	} {
		must(true, err)
	}
}
GO
export GOFLAGS=-modcacherw GOPATH="$folder/gopath"
(cd go && go mod tidy && go build -o ../finding .) 2>errors || { cat errors >&2; exit 1; }
cat >finding.py <<'PY'
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from xml.etree import ElementTree

from minio import Minio

ENABLED = "<Status>Enabled</Status>"
KEPT = {
    "notification": (
        "NotificationConfiguration",
        "<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-east-1:111122223333:q</Queue><Event>s3:ObjectCreated:*</Event>"
        "<Filter><S3Key><FilterRule><Name>Prefix</Name><Value>a/</Value></FilterRule></S3Key></Filter></QueueConfiguration>"
        "<EventBridgeConfiguration/>",
    ),
    "lifecycle": (
        "LifecycleConfiguration",
        f"<Rule><ID>r</ID>{ENABLED}<Filter><And><Prefix>logs/</Prefix><Tag><Key>kept</Key><Value>no</Value></Tag>"
        "<ObjectSizeGreaterThan>1000000</ObjectSizeGreaterThan></And></Filter>"
        "<Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>"
        "<Transition><Days>90</Days><StorageClass>GLACIER</StorageClass></Transition><Expiration><Days>365</Days></Expiration>"
        "<NoncurrentVersionTransition><NoncurrentDays>30</NoncurrentDays><StorageClass>STANDARD_IA</StorageClass></NoncurrentVersionTransition>"
        "<NoncurrentVersionTransition><NoncurrentDays>90</NoncurrentDays><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition></Rule>",
    ),
    "encryption": (
        "ServerSideEncryptionConfiguration",
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>"
        "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>",
    ),
    "replication": (
        "ReplicationConfiguration",
        f"<Role>arn:aws:iam::111122223333:role/r</Role><Rule><ID>r</ID><Priority>1</Priority><Filter><Prefix>a/</Prefix></Filter>{ENABLED}"
        f"<SourceSelectionCriteria><SseKmsEncryptedObjects>{ENABLED}</SseKmsEncryptedObjects>"
        f"<ReplicaModifications>{ENABLED}</ReplicaModifications></SourceSelectionCriteria>"
        f"<DeleteMarkerReplication>{ENABLED}</DeleteMarkerReplication><Destination><Bucket>arn:aws:s3:::other</Bucket>"
        "<Account>444455556666</Account><AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>"
        "<EncryptionConfiguration><ReplicaKmsKeyID>k</ReplicaKmsKeyID></EncryptionConfiguration>"
        f"<ReplicationTime>{ENABLED}<Time><Minutes>15</Minutes></Time></ReplicationTime>"
        f"<Metrics>{ENABLED}<EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics></Destination></Rule>",
    ),
}
given = {}


def names(document):
    """The names of a document's elements; a transition's with its storage class, a rule's of a filter with what it says."""
    found = set()
    for element in ElementTree.fromstring(document).iter():
        name = element.tag.rpartition("}")[2]
        told = [child.text for child in element if child.tag.endswith(("StorageClass", "Name", "Value"))]
        found.add(" ".join([name, *told]).replace("Prefix", "prefix") if name.endswith(("Transition", "FilterRule")) else name)
    return found


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        kind = self.path.partition("?")[2].partition("=")[0]
        told = b""
        if self.command == "PUT":
            given[kind] = body.decode()
        else:
            name, content = KEPT[kind]
            told = f'<{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{content}</{name}>'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_PUT = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"127.0.0.1:{server.server_port}"
# Elements within one that is missing are not named besides.
WITHIN = {"ReplicaKmsKeyID", "Owner", "Time", "Minutes", "EventThreshold"}


def show(client):
    for kind, (name, content) in KEPT.items():
        before, after = names(f"<{name}>{content}</{name}>"), names(given[kind])
        new = "".join(f"; new: {one}" for one in after - before if one.startswith("FilterRule"))
        print(f"{client}, {kind}: {', '.join(sorted(before - after - WITHIN))}{new}")
    given.clear()


client = Minio(host, "AKIDEXAMPLE", "secret", secure=False, region="us-east-1")
for kind in KEPT:
    getattr(client, f"set_bucket_{kind}")("box", getattr(client, f"get_bucket_{kind}")("box"))
show(f"minio {version('minio')} for Python")
subprocess.run(["./finding", host], check=True)
show("minio-go 7.4.1")
PY
seen=$(python/bin/python finding.py)
echo "$seen"
[ "$seen" = 'minio 7.2.20 for Python, notification: EventBridgeConfiguration, FilterRule prefix a/; new: FilterRule suffix a/
minio 7.2.20 for Python, lifecycle: NoncurrentVersionTransition GLACIER, ObjectSizeGreaterThan, Transition GLACIER
minio 7.2.20 for Python, encryption: BucketKeyEnabled
minio 7.2.20 for Python, replication: ReplicaModifications
minio-go 7.4.1, notification: EventBridgeConfiguration
minio-go 7.4.1, lifecycle: NoncurrentVersionTransition STANDARD_IA, Transition STANDARD_IA
minio-go 7.4.1, encryption: BucketKeyEnabled
minio-go 7.4.1, replication: AccessControlTranslation, Account, EncryptionConfiguration, Metrics, ReplicationTime, SseKmsEncryptedObjects' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# aws_lambda_events, the crate for events of Lambda in Rust, and the key of an object in an event of S3.
#
# One would expect S3Object.url_decoded_key to be the key as S3 knows it, for an event has it form-encoded (a space as +, a plus as %2B),
# and the library for Go, whose field URLDecodedKey has the same name, fills it in while it reads the event.
#
# aws_lambda_events 1.2.1 looks for a field urlDecodedKey in the event, which S3 never sends: it is None for all of them.
# Code that takes url_decoded_key.or(key), or that falls back on key, asks for an object of another name as soon as a key has a
# space, a plus, an umlaut or an equals sign; with plain keys in the tests, all is well.
#
# What follows: decode key as a form value, plus signs before percent signs, for instance by form_urlencoded.
#
# Printed (the key is "year=2024/salt + pepper.txt"):
#   aws_lambda_events 1.2.1: key "year%3D2024/salt+%2B+pepper.txt", url_decoded_key None
#   aws-lambda-go 1.55.1: Key "year%3D2024/salt+%2B+pepper.txt", URLDecodedKey "year=2024/salt + pepper.txt"
#
# Needs cargo and go.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >event.json <<'JSON'
{"Records": [{
  "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventTime": "2024-01-02T03:04:05.000Z",
  "eventName": "ObjectCreated:Put", "userIdentity": {"principalId": "AIDAEXAMPLE"},
  "requestParameters": {"sourceIPAddress": "192.0.2.7"}, "responseElements": {},
  "s3": {
    "s3SchemaVersion": "1.0", "configurationId": "all",
    "bucket": {"name": "photos", "ownerIdentity": {"principalId": "A1EXAMPLE"}, "arn": "arn:aws:s3:::photos"},
    "object": {"key": "year%3D2024/salt+%2B+pepper.txt", "size": 1, "eTag": "e", "sequencer": "0"}
  }
}]}
JSON
mkdir -p rust/src go
cat >rust/Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
aws_lambda_events = { version = "=1.2.1", default-features = false, features = ["s3"] }
serde_json = "1"
TOML
cat >rust/src/main.rs <<'RUST'
use aws_lambda_events::event::s3::S3Event;

fn main() {
    let event: S3Event = serde_json::from_str(include_str!("../../event.json")).unwrap();
    let object = &event.records[0].s3.object;
    println!("aws_lambda_events 1.2.1: key {:?}, url_decoded_key {:?}", object.key.as_deref().unwrap(), object.url_decoded_key);
}
RUST
cat >go/main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/events"
)

func main() {
	text, err := os.ReadFile("event.json")
	if err != nil {
		panic(err)
	}
	var event events.S3Event
	if err := json.Unmarshal(text, &event); err != nil {
		panic(err)
	}
	object := event.Records[0].S3.Object
	fmt.Printf("aws-lambda-go 1.55.1: Key %q, URLDecodedKey %q\n", object.Key, object.URLDecodedKey)
}
GO
printf 'module finding\n\ngo 1.24\n' >go/go.mod
export GOFLAGS=-modcacherw GOPATH="$folder/gopath" CARGO_TARGET_DIR="$folder/target"
cargo build --quiet --manifest-path rust/Cargo.toml 2>/dev/null
(cd go && go get github.com/aws/aws-lambda-go/events@v1.55.1 && go build -o ../finding-go .) 2>/dev/null
seen=$(target/debug/finding && ./finding-go)
echo "$seen"
[ "$seen" = 'aws_lambda_events 1.2.1: key "year%3D2024/salt+%2B+pepper.txt", url_decoded_key None
aws-lambda-go 1.55.1: Key "year%3D2024/salt+%2B+pepper.txt", URLDecodedKey "year=2024/salt + pepper.txt"' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

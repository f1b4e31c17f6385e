#!/bin/sh
# Argo's client for S3 (argoproj/pkg), which Argo Workflows stores artifacts by, and encryption contexts of KMS.
#
# One would expect EncryptOpts.KmsEncryptionContext, "a JSON blob", to be what x-amz-server-side-encryption-context says: PutObject takes
# base64 of JSON with the pairs of the context.
#
# argoproj/pkg 0.13.6 encodes the JSON in base64 and hands the text to minio-go's encrypt.NewSSEKMS, which makes JSON and base64 of whatever it
# is given. The header then is base64 of a JSON string, in which there is base64 of the pairs. S3 takes no such context, as it has no pairs, so
# no artifact can be stored; without a context, or with minio-go alone, which is given the pairs, all is well.
#
# What follows: leave kmsEncryptionContext out, and tell keys and their policies apart otherwise.
#
# Printed (x-amz-server-side-encryption-context, decoded once, of {"team":"ml"}):
#   github.com/argoproj/pkg v0.13.6
#   argoproj/pkg: a JSON string, "eyJ0ZWFtIjoibWwifQ==", which decodes to {"team":"ml"}
#   minio-go, given the pairs: a JSON object, {"team":"ml"}
#   argoproj/pkg without a context: no header, key key-1
#
# Needs go.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >go.mod <<'MOD'
module finding

go 1.24

require (
	github.com/argoproj/pkg v0.13.6
	github.com/minio/minio-go/v7 v7.0.29
)
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"strings"

	"github.com/argoproj/pkg/s3"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/encrypt"
	"github.com/sirupsen/logrus"
)

const pairs = `{"team":"ml"}`

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func decode(text string) string {
	decoded, err := base64.StdEncoding.DecodeString(text)
	must(err)
	return string(decoded)
}

// Tells what the header of a PutObject says.
func tell(asked http.Header) string {
	value := asked.Get("x-amz-server-side-encryption-context")
	if value == "" {
		return "no header, key " + asked.Get("x-amz-server-side-encryption-aws-kms-key-id")
	}
	value = decode(value)
	var text string
	if json.Unmarshal([]byte(value), &text) == nil {
		return fmt.Sprintf("a JSON string, %s, which decodes to %s", value, decode(text))
	}
	var object map[string]string
	must(json.Unmarshal([]byte(value), &object))
	return "a JSON object, " + value
}

func main() {
	logrus.SetOutput(io.Discard)
	var asked http.Header
	// S3, as far as PutObject goes.
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		_, err := io.Copy(io.Discard, request.Body)
		must(err)
		asked = request.Header
		answer.Header().Set("ETag", `"e"`)
	}))
	defer server.Close()
	endpoint := strings.TrimPrefix(server.URL, "http://")
	must(os.WriteFile("artifact.txt", []byte("artifact"), 0o644))

	put := func(encryptionContext string) string {
		client, err := s3.NewS3Client(context.Background(), s3.S3ClientOpts{
			Endpoint: endpoint, Region: "us-east-1", AccessKey: "AKIDEXAMPLE", SecretKey: "secret",
			EncryptOpts: s3.EncryptOpts{Enabled: true, KmsKeyId: "key-1", KmsEncryptionContext: encryptionContext},
		})
		must(err)
		must(client.PutFile("box", "artifact.txt", "artifact.txt"))
		return tell(asked)
	}

	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == "github.com/argoproj/pkg" {
			fmt.Println(module.Path, module.Version)
		}
	}
	fmt.Println("argoproj/pkg:", put(pairs))

	client, err := minio.New(endpoint, &minio.Options{Creds: credentials.NewStaticV4("AKIDEXAMPLE", "secret", ""), Region: "us-east-1"})
	must(err)
	encryption, err := encrypt.NewSSEKMS("key-1", map[string]string{"team": "ml"})
	must(err)
	_, err = client.FPutObject(context.Background(), "box", "artifact.txt", "artifact.txt", minio.PutObjectOptions{ServerSideEncryption: encryption})
	must(err)
	fmt.Println("minio-go, given the pairs:", tell(asked))

	fmt.Println("argoproj/pkg without a context:", put(""))
}
GO
export GOFLAGS=-modcacherw GOPATH="$folder/gopath"
{ go mod tidy && go build -o finding .; } 2>errors || { cat errors >&2; exit 1; }
cat >expected <<'SEEN'
github.com/argoproj/pkg v0.13.6
argoproj/pkg: a JSON string, "eyJ0ZWFtIjoibWwifQ==", which decodes to {"team":"ml"}
minio-go, given the pairs: a JSON object, {"team":"ml"}
argoproj/pkg without a context: no header, key key-1
SEEN
./finding | tee seen
cmp -s seen expected || { echo 'It behaves otherwise now.' >&2; exit 1; }

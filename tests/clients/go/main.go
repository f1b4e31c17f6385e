// Drives the SDK for Go and MinIO's client for Go against the server of AWS_ENDPOINT_URL; prints what is wrong and ends with 1.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const largeBytes = 20_000_003

var (
	ctx    = context.Background()
	bucket = os.Getenv("TEST_BUCKET")
)

func main() {
	log.SetFlags(log.Lshortfile)
	switch os.Args[1] {
	case "aws-sdk-go-v2":
		sdk()
	case "minio-go":
		minioClient()
	}
}

func sdk() {
	settings := must(config.LoadDefaultConfig(ctx))
	client := s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })
	large := content("sdk")
	uploader := manager.NewUploader(client, func(u *manager.Uploader) { u.PartSize = 6_000_000 })
	must(uploader.Upload(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("go/large"), Body: bytes.NewReader(large)}))
	into := manager.NewWriteAtBuffer(nil)
	must(manager.NewDownloader(client).Download(ctx, into, &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("go/large")}))
	same(into.Bytes(), large)

	key := aws.String("go/ä b+c")
	must(client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: key, Body: strings.NewReader("one"), IfNoneMatch: aws.String("*")}))
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: key, Body: strings.NewReader("two"), IfNoneMatch: aws.String("*")})
	if err == nil || !strings.Contains(err.Error(), "PreconditionFailed") {
		log.Fatal("written over: ", err)
	}
	presigned := must(s3.NewPresignClient(client).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: key}))
	answer := must(http.Get(presigned.URL))
	same(must(io.ReadAll(answer.Body)), []byte("one"))

	var names []types.ObjectIdentifier
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: aws.String("go/"), MaxKeys: aws.Int32(1)})
	for pages.HasMorePages() {
		for _, object := range must(pages.NextPage(ctx)).Contents {
			names = append(names, types.ObjectIdentifier{Key: object.Key})
		}
	}
	if len(names) != 2 {
		log.Fatal("listed: ", names)
	}
	must(client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &bucket, Delete: &types.Delete{Objects: names}}))
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: key})
	var missing *types.NoSuchKey
	if !errors.As(err, &missing) {
		log.Fatal("not missing: ", err)
	}
}

func minioClient() {
	host := strings.TrimPrefix(os.Getenv("AWS_ENDPOINT_URL"), "http://")
	client := must(minio.New(host, &minio.Options{Creds: credentials.NewEnvAWS(), Region: os.Getenv("AWS_REGION")}))
	large := content("minio")
	must(client.PutObject(ctx, bucket, "minio-go/large", bytes.NewReader(large), -1, minio.PutObjectOptions{PartSize: 6_000_000}))
	object := must(client.GetObject(ctx, bucket, "minio-go/large", minio.GetObjectOptions{}))
	same(must(io.ReadAll(object)), large)
	part := make([]byte, 100)
	must(object.ReadAt(part, 12_345_678))
	same(part, large[12_345_678:12_345_778])
	from := minio.CopySrcOptions{Bucket: bucket, Object: "minio-go/large"}
	must(client.ComposeObject(ctx, minio.CopyDestOptions{Bucket: bucket, Object: "minio-go/ä b"}, from, from))
	if size := must(client.StatObject(ctx, bucket, "minio-go/ä b", minio.StatObjectOptions{})).Size; size != 2*largeBytes {
		log.Fatal("size: ", size)
	}
	for found := range client.ListObjects(ctx, bucket, minio.ListObjectsOptions{Prefix: "minio-go/", Recursive: true}) {
		if err := client.RemoveObject(ctx, bucket, found.Key, minio.RemoveObjectOptions{}); err != nil {
			log.Fatal(err)
		}
	}
	_, err := client.StatObject(ctx, bucket, "minio-go/large", minio.StatObjectOptions{})
	if minio.ToErrorResponse(err).Code != "NoSuchKey" {
		log.Fatal("not missing: ", err)
	}
}

func content(seed string) []byte {
	bytes := make([]byte, 0, largeBytes+32)
	for at := sha256.Sum256([]byte(seed)); len(bytes) < largeBytes; at = sha256.Sum256(at[:]) {
		bytes = append(bytes, at[:]...)
	}
	return bytes[:largeBytes]
}

func same(one, other []byte) {
	if !bytes.Equal(one, other) {
		log.Output(2, "the bytes differ")
		os.Exit(1)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Output(2, err.Error())
		os.Exit(1)
	}
	return value
}

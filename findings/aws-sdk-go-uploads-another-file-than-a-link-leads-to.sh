#!/bin/sh
# The SDK for Go's transfer manager, and symbolic links in a folder that it uploads.
#
# One would expect UploadDirectory with FollowSymbolicLinks to upload what a link leads to, as open does, aws s3 sync, and the transfer
# manager for Java. A link that is not absolute leads on from the folder that it lies in: site/logo.svg -> ../shared/logo.svg to shared/logo.svg.
#
# transfermanager 0.5.7 goes on from the link itself, as if that were a folder, which is one level too deep: it looks for site/shared/logo.svg.
# Where there is such a file, that one is uploaded under the link's key, and nothing is said. Where there is none, the upload of the whole folder
# ends with an error, and so it does for every link to a neighbour (home.html -> index.html); no FailurePolicy is asked. Absolute links are
# followed as they should be.
#
# What follows: make links absolute, or leave FollowSymbolicLinks off and upload what links lead to by UploadObject.
#
# Printed:
#   github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager v0.5.7
#   site/logo.svg -> ../shared/logo.svg, where open reads "meant": uploaded logo.svg as "another", error: none
#   site/home.html -> index.html, where open reads "index": uploaded home.html as nothing, error: not a directory
#   site/logo.svg -> /.../shared/logo.svg, where open reads "meant": uploaded logo.svg as "meant", error: none
#
# Needs go.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >go.mod <<'MOD'
module finding

go 1.24

require github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager v0.5.7
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

type stored struct {
	sync.Mutex
	objects map[string]string
}

// S3, as far as PutObject goes.
func (s *stored) ServeHTTP(answer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	must(err)
	s.Lock()
	defer s.Unlock()
	s.objects[strings.TrimPrefix(request.URL.Path, "/box/")] = string(body)
	answer.Header().Set("ETag", `"e"`)
}

// Uploads a folder with one link, and tells what was stored under its name.
func upload(folder, name, target string) string {
	site := filepath.Join(folder, "site")
	for path, content := range map[string]string{"shared/logo.svg": "meant", "site/shared/logo.svg": "another", "site/index.html": "index"} {
		must(os.MkdirAll(filepath.Dir(filepath.Join(folder, path)), 0o755))
		must(os.WriteFile(filepath.Join(folder, path), []byte(content), 0o644))
	}
	link := filepath.Join(site, name)
	must(os.Symlink(target, link))
	read, err := os.ReadFile(link)
	must(err)
	bucket := &stored{objects: map[string]string{}}
	server := httptest.NewServer(bucket)
	defer server.Close()
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(server.URL),
		Region:       "us-east-1",
		UsePathStyle: true,
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	})
	manager := transfermanager.New(client, func(options *transfermanager.Options) {
		options.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	})
	_, err = manager.UploadDirectory(context.Background(), &transfermanager.UploadDirectoryInput{
		Bucket: aws.String("box"), Source: aws.String(site), Recursive: aws.Bool(true), FollowSymbolicLinks: aws.Bool(true),
	})
	content := "nothing"
	if found, ok := bucket.objects[name]; ok {
		content = fmt.Sprintf("%q", found)
	}
	failure := "none"
	if err != nil {
		failure = err.Error()
		// What is wrapped as text only.
		if text := syscall.ENOTDIR.Error(); errors.Is(err, syscall.ENOTDIR) || strings.HasSuffix(failure, text) {
			failure = text
		}
	}
	shown := strings.Replace(target, folder, "/...", 1)
	return fmt.Sprintf("site/%s -> %s, where open reads %q: uploaded %s as %s, error: %s", name, shown, read, name, content, failure)
}

func main() {
	information, _ := debug.ReadBuildInfo()
	for _, module := range information.Deps {
		if strings.HasSuffix(module.Path, "/transfermanager") {
			fmt.Println(module.Path, module.Version)
		}
	}
	for number, link := range [][2]string{{"logo.svg", "../shared/logo.svg"}, {"home.html", "index.html"}, {"logo.svg", ""}} {
		folder, err := filepath.Abs(fmt.Sprint("case", number))
		must(err)
		target := link[1]
		if target == "" {
			target = filepath.Join(folder, "shared/logo.svg")
		}
		fmt.Println(upload(folder, link[0], target))
	}
}
GO
export GOFLAGS=-modcacherw GOPATH="$folder/gopath"
{ go mod tidy && go build -o finding .; } 2>errors || { cat errors >&2; exit 1; }
cat >expected <<'SEEN'
github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager v0.5.7
site/logo.svg -> ../shared/logo.svg, where open reads "meant": uploaded logo.svg as "another", error: none
site/home.html -> index.html, where open reads "index": uploaded home.html as nothing, error: not a directory
site/logo.svg -> /.../shared/logo.svg, where open reads "meant": uploaded logo.svg as "meant", error: none
SEEN
./finding | tee seen
cmp -s seen expected || { echo 'It behaves otherwise now.' >&2; exit 1; }

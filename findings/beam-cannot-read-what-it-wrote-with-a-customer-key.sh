#!/bin/sh
# Apache Beam's S3 file system (beam-sdks-java-io-amazon-web-services2) with a key of the client (--sseCustomerKey, SSE-C).
#
# One would expect a pipeline with sseCustomerKey to read what it, or one before it, wrote with that key: reading needs the key as much as writing does.
#
# S3 asks for three headers with every request about such an object, HeadObject included: the algorithm, the key, and the key's MD5. Beam 2.73.0 sends all
# three when it writes. When it looks for a file by name or by pattern (match, with which every read begins) it leaves the digest out, and when it opens one it
# asks for the size without any of them. S3 answers 400 Bad Request to both. So files can be written with a key of the client,
# and neither matched nor opened.
#
# What follows: read such objects with the SDK itself; or have S3 encrypt with a key of KMS (sseAlgorithm, sseKmsKeyId), which reading knows nothing of.
#
# Printed (each request with what it had of key and digest; the server refuses a HeadObject without both, as S3 does):
#   beam-sdks-java-io-amazon-web-services2 2.73.0
#   write s3://box/data: done, CreateMultipartUpload with both, UploadPart with both, CompleteMultipartUpload without
#   match s3://box/data: IOException, HeadObject with the key alone
#   match s3://box/data*: IOException, ListObjectsV2 without, HeadObject with the key alone
#   open s3://box/data: S3Exception, HeadObject without
#
# Needs a JDK (17 or newer) and Maven.
set -eu
version=2.73.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.beam</groupId><artifactId>beam-sdks-java-io-amazon-web-services2</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.beam</groupId><artifactId>beam-sdks-java-core</artifactId><version>$version</version></dependency>
  </dependencies>
</project>
POM
cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.aws2.options.S3Options;
import org.apache.beam.sdk.io.aws2.s3.SSECustomerKey;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

class Finding {
  static final List<String> seen = new ArrayList<>();

  static synchronized void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestMethod();
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    boolean isKey = exchange.getRequestHeaders().containsKey("x-amz-server-side-encryption-customer-key");
    boolean isDigest = exchange.getRequestHeaders().containsKey("x-amz-server-side-encryption-customer-key-MD5");
    String body = "";
    String operation = "HeadObject";
    if (query.startsWith("uploads")) {
      operation = "CreateMultipartUpload";
      body = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
    } else if (query.contains("partNumber")) {
      operation = "UploadPart";
    } else if (method.equals("POST")) {
      operation = "CompleteMultipartUpload";
      body = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>";
    } else if (query.contains("list-type")) {
      operation = "ListObjectsV2";
      body = "<ListBucketResult><Name>box</Name><IsTruncated>false</IsTruncated><Contents><Key>data</Key>"
          + "<LastModified>2024-01-01T00:00:00.000Z</LastModified><Size>7</Size></Contents></ListBucketResult>";
    } else if (method.equals("GET")) {
      operation = "GetObject";
      body = "content";
    }
    seen.add(operation + (isDigest ? " with both" : isKey ? " with the key alone" : " without"));
    boolean isRefused = method.equals("HEAD") && !isDigest;
    exchange.getResponseHeaders().set("ETag", "\"e\"");
    exchange.getResponseHeaders().set("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT");
    if (method.equals("HEAD") && !isRefused) exchange.getResponseHeaders().set("Content-Length", "7");
    exchange.sendResponseHeaders(isRefused ? 400 : 200, body.isEmpty() ? -1 : body.length());
    exchange.getResponseBody().write(body.getBytes());
    exchange.close();
  }

  static void run(String name, Callable<?> attempt) {
    seen.clear();
    String outcome = "done";
    try {
      attempt.call();
    } catch (Exception error) {
      outcome = error.getClass().getSimpleName();
    }
    System.out.printf("%s: %s, %s%n", name, outcome, String.join(", ", seen));
  }

  public static void main(String[] line) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Finding::answer);
    server.start();
    S3Options options = PipelineOptionsFactory.create().as(S3Options.class);
    options.setAwsRegion(Region.US_EAST_1);
    options.setEndpoint(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    options.setAwsCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret")));
    String key = Base64.getEncoder().encodeToString(new byte[32]);
    options.setSSECustomerKey(SSECustomerKey.builder().key(key).algorithm("AES256").build());
    FileSystems.setDefaultPipelineOptions(options);
    ResourceId data = FileSystems.matchNewResource("s3://box/data", false);
    run("write s3://box/data", () -> {
      try (WritableByteChannel channel = FileSystems.create(data, "text/plain")) {
        return channel.write(ByteBuffer.wrap("content".getBytes()));
      }
    });
    run("match s3://box/data", () -> FileSystems.matchSingleFileSpec("s3://box/data"));
    run("match s3://box/data*", () -> FileSystems.match("s3://box/data*").metadata());
    run("open s3://box/data", () -> {
      try (ReadableByteChannel channel = FileSystems.open(data)) {
        return channel.read(ByteBuffer.allocate(7));
      }
    });
    System.exit(0);
  }
}
JAVA
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(echo "beam-sdks-java-io-amazon-web-services2 $version" && java -cp 'jars/*' Finding.java 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'beam-sdks-java-io-amazon-web-services2 2.73.0
write s3://box/data: done, CreateMultipartUpload with both, UploadPart with both, CompleteMultipartUpload without
match s3://box/data: IOException, HeadObject with the key alone
match s3://box/data*: IOException, ListObjectsV2 without, HeadObject with the key alone
open s3://box/data: S3Exception, HeadObject without' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# Spring Cloud AWS, and an upload that fails.
#
# One would expect S3Template.upload, where it throws "Failed to upload object", to have stored nothing: S3 shows an object only when it is whole, and
# the streams of this library have an abort for it.
#
# Version 4.1.1 closes its stream then, and closing completes the upload. If the source breaks off after half of the bytes, the half is stored under
# the key, in place of what was there, and the exception comes after it; so with the stream in memory, which Spring Boot takes if nothing else is
# configured, and with the one that buffers on the disk. If S3 refuses a part, the one in memory sends the same part again while it is closed: if
# that succeeds, the object ends there. Nothing distinguishes it from a whole one; whoever leaves a failed upload alone, since the old object should be
# there still, has lost it.
#
# What follows: after an S3Exception of upload upload again or delete; or one's own S3OutputStream, with abort() where reading fails.
#
# Printed (there is an object of 100 bytes; 12 MiB are to be uploaded):
#   spring-cloud-aws-s3 4.1.1
#   in memory, the source fails after 6 MiB: Failed to upload object, stored: 6291456 bytes
#   on the disk, the source fails after 6 MiB: Failed to upload object, stored: 6291456 bytes
#   in memory, S3 refuses the second part once: Failed to upload object, stored: 10485760 bytes
#
# Needs a JDK (17 or newer) and Maven.
set -eu
version=4.1.1
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
    <dependency><groupId>io.awspring.cloud</groupId><artifactId>spring-cloud-aws-s3</artifactId><version>$version</version></dependency>
  </dependencies>
</project>
POM
cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.awspring.cloud.s3.DiskBufferingS3OutputStreamProvider;
import io.awspring.cloud.s3.InMemoryBufferingS3OutputStreamProvider;
import io.awspring.cloud.s3.S3Exception;
import io.awspring.cloud.s3.S3ObjectConverter;
import io.awspring.cloud.s3.S3OutputStreamProvider;
import io.awspring.cloud.s3.S3Template;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class Finding {
  static final int MIB = 1024 * 1024;
  static final Map<Integer, Integer> parts = new TreeMap<>();
  static int stored;
  static boolean refusing;
  static S3Client client;

  static void answer(HttpExchange exchange) throws IOException {
    int given = exchange.getRequestBody().readAllBytes().length;
    // What is sent in signed chunks tells its own size.
    String decoded = exchange.getRequestHeaders().getFirst("x-amz-decoded-content-length");
    int size = decoded == null ? given : Integer.parseInt(decoded);
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    int status = 200;
    String body = "";
    if (query.contains("partNumber=")) {
      int number = Integer.parseInt(query.replaceAll(".*partNumber=(\\d+).*", "$1"));
      if (refusing && number == 2) {
        refusing = false;
        status = 400;
        body = "<Error><Code>RequestTimeout</Code><Message>Too slow.</Message></Error>";
      } else {
        parts.put(number, size);
      }
    } else if (query.contains("uploads")) {
      parts.clear();
      body = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
    } else if (query.contains("uploadId=") && exchange.getRequestMethod().equals("POST")) {
      stored = parts.values().stream().mapToInt(Integer::intValue).sum();
      body = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>";
    } else if (exchange.getRequestMethod().equals("PUT")) {
      stored = size;
    }
    exchange.getResponseHeaders().set("ETag", "\"e\"");
    exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.length());
    exchange.getResponseBody().write(body.getBytes());
    exchange.close();
  }

  static class Failing extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("The source is gone.");
    }
  }

  static void upload(String name, S3OutputStreamProvider streams, InputStream source) {
    stored = 100;
    S3ObjectConverter none = new S3ObjectConverter() {
      public <T> RequestBody write(T object) {
        return RequestBody.empty();
      }

      public <T> T read(InputStream from, Class<T> type) {
        return null;
      }

      public String contentType() {
        return "text/plain";
      }
    };
    String told = "returned";
    try {
      new S3Template(client, streams, none, S3Presigner.builder().region(Region.US_EAST_1).build()).upload("box", "key", source);
    } catch (S3Exception exception) {
      told = exception.getMessage().replaceAll(" with a key.*", "");
    }
    System.out.printf("%s: %s, stored: %d bytes%n", name, told, stored);
  }

  public static void main(String[] line) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Finding::answer);
    server.start();
    client = S3Client.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort())).forcePathStyle(true).region(Region.US_EAST_1)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED).overrideConfiguration(all -> all.retryStrategy(retry -> retry.maxAttempts(1)))
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"))).build();
    var memory = new InMemoryBufferingS3OutputStreamProvider(client, null);
    var disk = new DiskBufferingS3OutputStreamProvider(client, null);
    for (var way : new TreeMap<>(Map.of("in memory", memory, "on the disk", disk)).entrySet()) {
      var half = new SequenceInputStream(new ByteArrayInputStream(new byte[6 * MIB]), new Failing());
      upload(way.getKey() + ", the source fails after 6 MiB", way.getValue(), half);
    }
    refusing = true;
    upload("in memory, S3 refuses the second part once", memory, new ByteArrayInputStream(new byte[12 * MIB]));
    server.stop(0);
  }
}
JAVA
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(echo "spring-cloud-aws-s3 $version" && java -cp 'jars/*' Finding.java 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'spring-cloud-aws-s3 4.1.1
in memory, the source fails after 6 MiB: Failed to upload object, stored: 6291456 bytes
on the disk, the source fails after 6 MiB: Failed to upload object, stored: 6291456 bytes
in memory, S3 refuses the second part once: Failed to upload object, stored: 10485760 bytes' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# Apache Iceberg's S3FileIO with an access point for a bucket (s3.access-points.<bucket>=<ARN>).
#
# One would expect every operation with s3://box/… to go through the access point, and listPrefix("s3://box/data/") to tell names as they were given,
# s3://box/data/one, so that they can be opened, deleted, and compared with those in the metadata of tables.
#
# Files are written, read and deleted by their names as one would expect. listPrefix of Iceberg 1.12.0 has the ARN in the place of the bucket,
# s3://arn:aws:s3:us-east-1:100000000001:accesspoint/point/data/one, and reading that name again takes "arn:…:accesspoint" for the bucket and "point/…" for
# the beginning of the key. So what is listed cannot be opened, and deletePrefix, which deletes what it lists, deletes nothing: it asks for no deletion and
# throws BulkDeletionFailureException.
#
# What follows: with an access point, list with another client, or give S3FileIO the alias of the access point as the bucket, in the warehouse, too.
#
# Printed (box has the one object data/one):
#   iceberg-aws 1.12.0
#   no access point: data/one is there: true, listed s3://box/data/one, which is there: true, deletePrefix: done, deletions asked: data/one
#   access point: data/one is there: true, listed s3://arn:aws:s3:us-east-1:100000000001:accesspoint/point/data/one, which is there: SdkClientException, deletePrefix: BulkDeletionFailureException, deletions asked: none
#
# Needs a JDK (17 or newer) and Maven.
set -eu
version=1.12.0
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
    <dependency><groupId>org.apache.iceberg</groupId><artifactId>iceberg-aws</artifactId><version>$version</version></dependency>
    <dependency><groupId>software.amazon.awssdk</groupId><artifactId>s3</artifactId><version>2.57.8</version></dependency>
    <dependency><groupId>software.amazon.awssdk</groupId><artifactId>sts</artifactId><version>2.57.8</version></dependency>
    <dependency><groupId>software.amazon.awssdk</groupId><artifactId>kms</artifactId><version>2.57.8</version></dependency>
    <dependency><groupId>software.amazon.awssdk</groupId><artifactId>glue</artifactId><version>2.57.8</version></dependency>
    <dependency><groupId>software.amazon.awssdk</groupId><artifactId>dynamodb</artifactId><version>2.57.8</version></dependency>
  </dependencies>
</project>
POM
cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.iceberg.aws.s3.S3FileIO;

class Finding {
  static String deletions;

  static void answer(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String body = "";
    if (method.equals("GET")) {
      body = "<ListBucketResult><Name>box</Name><IsTruncated>false</IsTruncated><Contents><Key>data/one</Key>"
          + "<LastModified>2024-01-01T00:00:00.000Z</LastModified><Size>7</Size></Contents></ListBucketResult>";
    } else if (method.equals("POST")) {
      deletions = text.replaceAll("(?s).*<Key>(.*)</Key>.*", "$1");
      body = "<DeleteResult></DeleteResult>";
    }
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(200, body.isEmpty() ? -1 : body.length());
    exchange.getResponseBody().write(body.getBytes());
    exchange.close();
  }

  static Object outcome(Callable<?> attempt) {
    try {
      return attempt.call();
    } catch (Exception error) {
      return error.getClass().getSimpleName();
    }
  }

  static void run(String name, int port, Map<String, String> more) {
    deletions = "none";
    Map<String, String> settings = new HashMap<>(more);
    settings.putAll(Map.of("s3.endpoint", "http://s3.test:" + port, "s3.access-key-id", "AKIDEXAMPLE", "s3.secret-access-key", "secret", "client.region", "us-east-1"));
    try (S3FileIO files = new S3FileIO()) {
      files.initialize(settings);
      System.out.printf("%s: data/one is there: %s", name, outcome(() -> files.newInputFile("s3://box/data/one").exists()));
      String listed = files.listPrefix("s3://box/data/").iterator().next().location();
      System.out.printf(", listed %s, which is there: %s", listed, outcome(() -> files.newInputFile(listed).exists()));
      System.out.printf(", deletePrefix: %s", outcome(() -> {
        files.deletePrefix("s3://box/data/");
        return "done";
      }));
      System.out.printf(", deletions asked: %s%n", deletions);
    }
  }

  public static void main(String[] line) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Finding::answer);
    server.start();
    run("no access point", server.getAddress().getPort(), Map.of());
    run("access point", server.getAddress().getPort(), Map.of("s3.access-points.box", "arn:aws:s3:us-east-1:100000000001:accesspoint/point"));
    System.exit(0);
  }
}
JAVA
printf '127.0.0.1 %s\n' localhost box.s3.test point-100000000001.s3.test "$(hostname)" >hosts
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(echo "iceberg-aws $version" && java -Djdk.net.hosts.file=hosts -cp 'jars/*' Finding.java 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'iceberg-aws 1.12.0
no access point: data/one is there: true, listed s3://box/data/one, which is there: true, deletePrefix: done, deletions asked: data/one
access point: data/one is there: true, listed s3://arn:aws:s3:us-east-1:100000000001:accesspoint/point/data/one, which is there: SdkClientException, deletePrefix: BulkDeletionFailureException, deletions asked: none' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

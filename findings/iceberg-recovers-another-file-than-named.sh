#!/bin/sh
# Apache Iceberg's S3FileIO, and recoverFile, which brings back what was deleted from a bucket with versioning.
#
# One would expect recoverFile("s3://lake/data/part-1") to make the last version of that object the present one again, and to return whether it did;
# false where there is none.
#
# S3FileIO of Iceberg 1.12.0 lists the versions of all objects whose key begins so, data/part-10 with them, and takes the youngest of these. If that
# belongs to a neighbour which is there, nothing is done, and true is returned; if the neighbour was deleted, on purpose perhaps, then that one is
# brought back. It is so even where part-1 never had a version. Names that Iceberg makes end in .parquet and the like, and seldom begin another one;
# those of files that came by add_files may, and copies that somebody made with something behind the name.
#
# What follows: look whether the file is there after a true; or copy the version by its id.
#
# Printed (part-1 is deleted, its only version is of January 1; part-10 has one of January 2):
#   iceberg-aws 1.12.0
#   recoverFile of part-1, part-10 is there: true, copied: nothing
#   recoverFile of part-1, part-10 is deleted: true, copied: data/part-10 from data/part-10?versionId=of-part-10
#   recoverFile of part-1, no part-10: true, copied: data/part-1 from data/part-1?versionId=of-part-1
#   recoverFile of part-1, which never was, part-10 is there: true, copied: nothing
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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.aws.s3.S3FileIO;

class Finding {
  record Version(String name, boolean latest, int day) {}

  static List<Version> versions;
  static String copied;

  static void answer(HttpExchange exchange) throws IOException {
    String source = exchange.getRequestHeaders().getFirst("x-amz-copy-source");
    String body;
    if (source != null) {
      copied = exchange.getRequestURI().getPath().replace("/lake/", "") + " from " + URLDecoder.decode(source, StandardCharsets.UTF_8).replace("lake/", "");
      body = "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>";
    } else {
      String prefix = URLDecoder.decode(exchange.getRequestURI().getRawQuery().replaceAll(".*prefix=([^&]*).*", "$1"), StandardCharsets.UTF_8);
      StringBuilder xml = new StringBuilder("<ListVersionsResult><Name>lake</Name><IsTruncated>false</IsTruncated>");
      for (Version version : versions) {
        String key = "<Key>data/" + version.name + "</Key>";
        if (!("data/" + version.name).startsWith(prefix)) continue;
        if (!version.latest) {
          xml.append("<DeleteMarker>" + key + "<VersionId>marker</VersionId><IsLatest>true</IsLatest><LastModified>2024-01-03T00:00:00.000Z</LastModified></DeleteMarker>");
        }
        xml.append("<Version>" + key + "<VersionId>of-" + version.name + "</VersionId><IsLatest>" + version.latest + "</IsLatest>");
        xml.append("<LastModified>2024-01-0" + version.day + "T00:00:00.000Z</LastModified></Version>");
      }
      body = xml.append("</ListVersionsResult>").toString();
    }
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(200, body.length());
    exchange.getResponseBody().write(body.getBytes());
    exchange.close();
  }

  static void recover(S3FileIO files, String name, Version... there) {
    versions = List.of(there);
    copied = "nothing";
    boolean told = files.recoverFile("s3://lake/data/part-1");
    System.out.printf("recoverFile of part-1, %s: %s, copied: %s%n", name, told, copied);
  }

  public static void main(String[] line) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Finding::answer);
    server.start();
    try (S3FileIO files = new S3FileIO()) {
      files.initialize(Map.of(
          "s3.endpoint", "http://127.0.0.1:" + server.getAddress().getPort(), "s3.path-style-access", "true",
          "s3.access-key-id", "AKIDEXAMPLE", "s3.secret-access-key", "secret", "client.region", "us-east-1"));
      Version deleted = new Version("part-1", false, 1);
      recover(files, "part-10 is there", deleted, new Version("part-10", true, 2));
      recover(files, "part-10 is deleted", deleted, new Version("part-10", false, 2));
      recover(files, "no part-10", deleted);
      recover(files, "which never was, part-10 is there", new Version("part-10", true, 2));
    } finally {
      server.stop(0);
    }
  }
}
JAVA
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(echo "iceberg-aws $version" && java -cp 'jars/*' Finding.java 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'iceberg-aws 1.12.0
recoverFile of part-1, part-10 is there: true, copied: nothing
recoverFile of part-1, part-10 is deleted: true, copied: data/part-10 from data/part-10?versionId=of-part-10
recoverFile of part-1, no part-10: true, copied: data/part-1 from data/part-1?versionId=of-part-1
recoverFile of part-1, which never was, part-10 is there: true, copied: nothing' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# Spring Cloud AWS and patterns of resources in S3.
#
# One would expect S3PathMatchingResourcePatternResolver to find for s3://box/*/reports/**/*.txt what Spring's own resolver finds on the disk for
# file:box/*/reports/**/*.txt, as each of the wildcards **, * and ? does by itself.
#
# Version 4.1.1 lists the bucket by a prefix, the folders before the wildcard, and looks for ** first, then for *, then for ?. Where one that it
# looks for later stands further ahead, it becomes a part of the prefix: the bucket is asked for what is below a folder called *, and there is
# none. So */reports/**/*.txt finds nothing, nor does 202?/reports/*.txt. An empty array is no error: a job that reads all reports goes on without any.
#
# What follows: one sort of wildcard before the first slash behind it, **/reports/*.txt in place of */reports/**/*.txt; or List.of() for
# wildCardSeparators in the longest constructor, which lists the whole bucket.
#
# Printed (the bucket holds 2024/reports/a.txt and 2025/reports/b.txt):
#   spring-cloud-aws-s3 4.1.1
#   2024/reports/**: 1, asked for 2024/reports
#   */reports/*.txt: 2, asked for all
#   **/reports/*.txt: 2, asked for all
#   */reports/**/*.txt: 0, asked for */reports
#   202?/reports/*.txt: 0, asked for 202?/reports
#   */reports/**/*.txt, without wildCardSeparators: 2, asked for all
#   on the disk: */reports/**/*.txt: 2, 202?/reports/*.txt: 2
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
import com.sun.net.httpserver.HttpServer;
import io.awspring.cloud.s3.InMemoryBufferingS3OutputStreamProvider;
import io.awspring.cloud.s3.S3PathMatchingResourcePatternResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.util.AntPathMatcher;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

class Finding {
  static String asked;

  public static void main(String[] line) throws Exception {
    List<String> keys = List.of("2024/reports/a.txt", "2025/reports/b.txt");
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      String query = exchange.getRequestURI().getRawQuery();
      asked = Arrays.stream(query.split("&")).filter(one -> one.startsWith("prefix=")).findFirst().orElse("prefix=").substring(7);
      asked = URLDecoder.decode(asked, StandardCharsets.UTF_8);
      StringBuilder found = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
      keys.stream().filter(key -> key.startsWith(asked)).forEach(key -> found.append("<Contents><Key>" + key + "</Key></Contents>"));
      byte[] body = found.append("</ListBucketResult>").toString().getBytes();
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    S3Client client = S3Client.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort())).forcePathStyle(true).region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"))).build();
    PathMatchingResourcePatternResolver disk = new PathMatchingResourcePatternResolver();
    ResourcePatternResolver s3 = new S3PathMatchingResourcePatternResolver(client, disk);
    for (String pattern : List.of("2024/reports/**", "*/reports/*.txt", "**/reports/*.txt", "*/reports/**/*.txt", "202?/reports/*.txt")) {
      show(pattern, pattern, s3);
    }
    show("*/reports/**/*.txt, without wildCardSeparators", "*/reports/**/*.txt", new S3PathMatchingResourcePatternResolver(
        client, disk, new InMemoryBufferingS3OutputStreamProvider(client, null), new AntPathMatcher(), List.of()));
    System.out.printf("on the disk: */reports/**/*.txt: %d, 202?/reports/*.txt: %d%n",
        disk.getResources("file:box/*/reports/**/*.txt").length, disk.getResources("file:box/202?/reports/*.txt").length);
    server.stop(0);
  }

  static void show(String name, String pattern, ResourcePatternResolver resolver) throws Exception {
    int found = resolver.getResources("s3://box/" + pattern).length;
    System.out.printf("%s: %d, asked for %s%n", name, found, asked.isEmpty() ? "all" : asked);
  }
}
JAVA
mkdir -p box/2024/reports box/2025/reports
touch box/2024/reports/a.txt box/2025/reports/b.txt
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(echo "spring-cloud-aws-s3 $version" && java -cp 'jars/*' Finding.java 2>/dev/null)
echo "$seen"
[ "$seen" = 'spring-cloud-aws-s3 4.1.1
2024/reports/**: 1, asked for 2024/reports
*/reports/*.txt: 2, asked for all
**/reports/*.txt: 2, asked for all
*/reports/**/*.txt: 0, asked for */reports
202?/reports/*.txt: 0, asked for 202?/reports
*/reports/**/*.txt, without wildCardSeparators: 2, asked for all
on the disk: */reports/**/*.txt: 2, 202?/reports/*.txt: 2' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# Apache Camel's consumer for S3 (camel-aws2-s3) with a prefix, where the objects stay in the bucket.
#
# One would expect from("aws2-s3://box?deleteAfterRead=false&prefix=in/") to come upon each object below in/ in the course of its polls, as the same
# route without a prefix does: of a listing that is truncated it remembers where to go on. maxMessagesPerPoll is 10 as it comes, so eleven objects are
# enough for that.
#
# S3 gives NextMarker only where a delimiter was asked for; without one, the last key is where to go on, says the API Reference of ListObjects.
# Camel 4.18.0 takes the last key only if there is no prefix. With one it begins at the front in each poll: the first ten objects are consumed over and
# over, and the others never, with an idempotent repository in the route, too, which filters what comes twice. It is the same where objects are deleted
# after they were read, if ten at the front fail again and again. With delimiter=/ beside the prefix all are read, but none of the folders below.
#
# What follows: maxMessagesPerPoll=0, which asks for 1000, or whatever is more than there are (up to 1000); or no prefix, and a filter in the route.
#
# Printed (25 objects, six polls of ten each; how many objects were consumed, and from which marker each poll asked):
#   camel-aws2-s3 4.18.0
#   no prefix: 25 of 25, markers none, in/10, in/20, none, in/10, in/20
#   prefix=in/: 10 of 25, markers none, none, none, none, none, none
#   prefix=in/ and delimiter=/: 25 of 25, markers none, in/10, in/20, none, in/10, in/20
#
# Needs a JDK (17 or newer) and Maven.
set -eu
version=4.18.0
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
    <dependency><groupId>org.apache.camel</groupId><artifactId>camel-core</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.camel</groupId><artifactId>camel-aws2-s3</artifactId><version>$version</version></dependency>
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

class Finding {
  static final List<String> keys = IntStream.rangeClosed(1, 25).mapToObj(number -> "in/%02d".formatted(number)).toList();
  static List<String> markers;
  static CountDownLatch polls;

  static void answer(HttpExchange exchange) throws IOException {
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
    }
    byte[] body = "content".getBytes();
    if (query.containsKey("max-keys")) body = list(query).getBytes();
    exchange.getResponseHeaders().set("ETag", "\"e\"");
    exchange.getResponseHeaders().set("Content-Type", query.isEmpty() ? "text/plain" : "application/xml");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head ? -1 : body.length);
    if (!head) exchange.getResponseBody().write(body);
    exchange.close();
  }

  static synchronized String list(Map<String, String> query) {
    String marker = query.getOrDefault("marker", "");
    if (polls.getCount() > 0) markers.add(marker.isEmpty() ? "none" : marker);
    List<String> rest = keys.stream().filter(key -> key.startsWith(query.getOrDefault("prefix", "")) && key.compareTo(marker) > 0).toList();
    List<String> page = rest.subList(0, Math.min(rest.size(), Integer.parseInt(query.get("max-keys"))));
    boolean truncated = page.size() < rest.size();
    StringBuilder xml = new StringBuilder("<ListBucketResult><Name>box</Name><Prefix>" + query.getOrDefault("prefix", "") + "</Prefix>");
    xml.append("<IsTruncated>" + truncated + "</IsTruncated>");
    if (truncated && query.containsKey("delimiter")) xml.append("<NextMarker>" + page.get(page.size() - 1) + "</NextMarker>");
    for (String key : page) xml.append("<Contents><Key>" + key + "</Key><Size>7</Size><ETag>&quot;e&quot;</ETag></Contents>");
    return xml.append("</ListBucketResult>").toString();
  }

  static void poll(String name, String options, int port) throws Exception {
    markers = new ArrayList<>();
    polls = new CountDownLatch(6);
    Set<String> consumed = new ConcurrentSkipListSet<>();
    var context = new DefaultCamelContext();
    context.addRoutes(new RouteBuilder() {
      public void configure() {
        from("aws2-s3://box?deleteAfterRead=false&initialDelay=0&delay=20&region=us-east-1&accessKey=AKIDEXAMPLE&secretKey=secret&forcePathStyle=true"
            + "&overrideEndpoint=true&uriEndpointOverride=http://127.0.0.1:" + port + options).process(exchange -> {
              consumed.add(exchange.getIn().getHeader("CamelAwsS3Key", String.class));
              if (exchange.getProperty("CamelBatchComplete", Boolean.class)) polls.countDown();
            });
      }
    });
    context.start();
    polls.await();
    context.stop();
    System.out.printf("%s: %d of %d, markers %s%n", name, consumed.size(), keys.size(), String.join(", ", markers));
  }

  public static void main(String[] line) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
      error.printStackTrace();
      System.exit(1);
    });
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Finding::answer);
    server.start();
    int port = server.getAddress().getPort();
    poll("no prefix", "", port);
    poll("prefix=in/", "&prefix=in/", port);
    poll("prefix=in/ and delimiter=/", "&prefix=in/&delimiter=/", port);
    System.exit(0);
  }
}
JAVA
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(echo "camel-aws2-s3 $version" && java -cp 'jars/*' Finding.java 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'camel-aws2-s3 4.18.0
no prefix: 25 of 25, markers none, in/10, in/20, none, in/10, in/20
prefix=in/: 10 of 25, markers none, none, none, none, none, none
prefix=in/ and delimiter=/: 25 of 25, markers none, in/10, in/20, none, in/10, in/20' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

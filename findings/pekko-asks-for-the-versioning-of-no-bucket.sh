#!/bin/sh
# Pekko Connectors for S3 with access-style = path, and the versioning of a bucket.
#
# One would expect getBucketVersioning("box") and putBucketVersioning("box", …) to name the bucket in the path, as all that the same client asks of a bucket
# does: GET /box?versioning.
#
# Both are sent to the root of the service, /?versioning, where no bucket is named (1.0.2; with the bucket in the host they are right). Where the
# root answers with the list of buckets, there is no Status in it, and getBucketVersioning tells what it tells of a bucket that never had versioning;
# no error comes. putBucketVersioning fails, if only with an error that speaks of another resource.
#
# What follows: with path style, ask for versioning and set it by another client; a result without a status says nothing.
#
# Printed (box has versioning):
#   pekko-connectors-s3 1.0.2
#   listMultipartUpload of box: asked GET /box?uploads
#   listObjectVersions of box: asked GET /box?versions
#   getBucketVersioning of box: asked GET /?versioning, told status=None
#   putBucketVersioning of box: asked PUT /?versioning, told MethodNotAllowed
#
# Needs a JDK (17 or newer) and Maven.
set -eu
version=1.0.2
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
    <dependency><groupId>org.apache.pekko</groupId><artifactId>pekko-connectors-s3_2.13</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.apache.pekko</groupId><artifactId>pekko-stream_2.13</artifactId><version>1.0.3</version></dependency>
    <dependency><groupId>org.apache.pekko</groupId><artifactId>pekko-http_2.13</artifactId><version>1.0.1</version></dependency>
    <dependency><groupId>org.apache.pekko</groupId><artifactId>pekko-http-xml_2.13</artifactId><version>1.0.1</version></dependency>
  </dependencies>
</project>
POM
cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.connectors.s3.BucketVersioning;
import org.apache.pekko.stream.connectors.s3.BucketVersioningStatus;
import org.apache.pekko.stream.connectors.s3.S3Exception;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.Sink;

class Finding {
  static final String xmlns = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  static String asked;

  static void answer(HttpExchange exchange) throws IOException {
    asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    int status = 200;
    String body = switch (asked) {
      case "GET /box?versioning" -> "<VersioningConfiguration" + xmlns + "<Status>Enabled</Status></VersioningConfiguration>";
      case "PUT /box?versioning" -> "";
      case "GET /box?uploads" -> "<ListMultipartUploadsResult" + xmlns + "<Bucket>box</Bucket><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>";
      case "GET /box?versions" -> "<ListVersionsResult" + xmlns + "<Name>box</Name><IsTruncated>false</IsTruncated></ListVersionsResult>";
      case "GET /?versioning" -> "<ListAllMyBucketsResult" + xmlns + "<Buckets><Bucket><Name>box</Name></Bucket></Buckets></ListAllMyBucketsResult>";
      default -> {
        status = 405;
        yield "<Error><Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message></Error>";
      }
    };
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.length());
    exchange.getResponseBody().write(body.getBytes());
    exchange.close();
  }

  static Object wait(CompletionStage<?> stage) throws Exception {
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException failure) {
      return failure.getCause() instanceof S3Exception refusal ? refusal.code() : failure.getCause();
    }
  }

  public static void main(String[] line) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Finding::answer);
    server.start();
    var settings = ConfigFactory.parseString("""
        pekko.loglevel = ERROR
        pekko.connectors.s3 {
          endpoint-url = "http://127.0.0.1:%d"
          access-style = path
          aws.credentials { provider = static, access-key-id = AKIDEXAMPLE, secret-access-key = secret }
          aws.region { provider = static, default-region = us-east-1 }
        }""".formatted(server.getAddress().getPort()));
    ActorSystem system = ActorSystem.create("finding", settings.withFallback(ConfigFactory.load()));
    wait(S3.listMultipartUpload("box", Optional.empty()).runWith(Sink.seq(), system));
    System.out.printf("listMultipartUpload of box: asked %s%n", asked);
    wait(S3.listObjectVersions("box", Optional.empty()).runWith(Sink.seq(), system));
    System.out.printf("listObjectVersions of box: asked %s%n", asked);
    Object told = wait(S3.getBucketVersioning("box", system));
    System.out.printf("getBucketVersioning of box: asked %s, told %s%n", asked, told.toString().replaceAll(".*(status=\\w+).*", "$1"));
    var enabled = BucketVersioning.create().withStatus(BucketVersioningStatus.enabled());
    Object refused = wait(S3.putBucketVersioningSource("box", enabled).runWith(Sink.head(), system));
    System.out.printf("putBucketVersioning of box: asked %s, told %s%n", asked, refused);
    System.exit(0);
  }
}
JAVA
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(echo "pekko-connectors-s3 $version" && java -cp 'jars/*' Finding.java 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'pekko-connectors-s3 1.0.2
listMultipartUpload of box: asked GET /box?uploads
listObjectVersions of box: asked GET /box?versions
getBucketVersioning of box: asked GET /?versioning, told status=None
putBucketVersioning of box: asked PUT /?versioning, told MethodNotAllowed' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# Trino's S3 file system (trino-filesystem-s3) with s3.iam-role, and the URLs that it signs (preSignedUri), by which clients of the spooling protocol
# fetch results from the storage.
#
# One would expect a URL to be signed as all that the file system itself sends is: with the credentials of the role, which is the one that may read the object.
#
# It is signed with the access key that the role is assumed by. In Trino 483 files are written and read as the role, and the URL has the id of the user's
# key and no session token. A user that may assume the role and nothing else, as is usual, has no right to the object: whoever opens the URL is refused,
# 403 AccessDenied, while all of Trino's own requests go well.
#
# What follows: with a role, give the user itself the right to read what is spooled, or have the results come through the cluster
# (retrieval mode COORDINATOR_PROXY).
#
# Printed (USERKEY signs AssumeRole alone, and gets ROLEKEY with a session token):
#   trino-filesystem-s3 483
#   with a role: AssumeRole by USERKEY, PutObject by ROLEKEY with token, GetObject by ROLEKEY with token, the URL by USERKEY without token
#   without one: PutObject by USERKEY without token, GetObject by USERKEY without token, the URL by USERKEY without token
#
# Needs JDK 25 (its home in JAVA_HOME, if java is an older one) and Maven.
set -eu
version=483
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
if [ "$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')" -lt 25 ]; then
  echo "$java is older than 25: set JAVA_HOME to a JDK 25"
  exit 2
fi
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
    <dependency><groupId>io.trino</groupId><artifactId>trino-filesystem-s3</artifactId><version>$version</version></dependency>
    <dependency><groupId>io.opentelemetry</groupId><artifactId>opentelemetry-api</artifactId><version>1.64.0</version></dependency>
    <dependency><groupId>commons-logging</groupId><artifactId>commons-logging</artifactId><version>1.2</version></dependency>
  </dependencies>
</project>
POM
cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.airlift.units.Duration;
import io.opentelemetry.api.OpenTelemetry;
import io.trino.filesystem.Location;
import io.trino.filesystem.TrinoFileSystem;
import io.trino.filesystem.s3.S3FileSystemConfig;
import io.trino.filesystem.s3.S3FileSystemFactory;
import io.trino.filesystem.s3.S3FileSystemStats;
import io.trino.spi.security.ConnectorIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

class Finding {
  static final String credentials = """
      <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>ROLEKEY</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
      <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>""";
  static final List<String> seen = new ArrayList<>();

  static synchronized void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestMethod();
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    boolean isToken = exchange.getRequestHeaders().containsKey("X-Amz-Security-Token");
    byte[] body = method.equals("GET") ? "content".getBytes() : method.equals("POST") ? credentials.getBytes() : new byte[0];
    String operation = method.equals("GET") ? "GetObject" : method.equals("POST") ? "AssumeRole" : "PutObject";
    String key = authorization.replaceAll(".*Credential=(\\w+)/.*", "$1");
    seen.add(operation + " by " + key + (method.equals("POST") ? "" : isToken ? " with token" : " without token"));
    exchange.getResponseHeaders().set("ETag", "\"e\"");
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  static void run(String name, S3FileSystemConfig config) throws Exception {
    seen.clear();
    var factory = new S3FileSystemFactory(OpenTelemetry.noop(), config, new S3FileSystemStats());
    TrinoFileSystem files = factory.create(ConnectorIdentity.ofUser("user"));
    Location segment = Location.of("s3://spool/segment");
    files.newOutputFile(segment).createOrOverwrite("content".getBytes());
    try (var stream = files.newInputFile(segment).newStream()) {
      stream.readAllBytes();
    }
    String query = files.preSignedUri(segment, new Duration(5, TimeUnit.MINUTES)).orElseThrow().uri().getQuery();
    String key = query.replaceAll(".*X-Amz-Credential=(\\w+)/.*", "$1");
    seen.add("the URL by " + key + (query.contains("X-Amz-Security-Token") ? " with token" : " without token"));
    System.out.printf("%s: %s%n", name, String.join(", ", seen));
    factory.destroy();
  }

  static S3FileSystemConfig config(String endpoint) {
    return new S3FileSystemConfig().setEndpoint(endpoint).setRegion("us-east-1").setPathStyleAccess(true)
        .setAwsAccessKey("USERKEY").setAwsSecretKey("secret");
  }

  public static void main(String[] line) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", Finding::answer);
    server.start();
    String endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
    run("with a role", config(endpoint).setIamRole("arn:aws:iam::100000000001:role/spooler").setStsEndpoint(endpoint).setStsRegion("us-east-1"));
    run("without one", config(endpoint));
    System.exit(0);
  }
}
JAVA
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(echo "trino-filesystem-s3 $version" && "$java" -cp 'jars/*' Finding.java 2>errors) || cat errors >&2
echo "$seen"
[ "$seen" = 'trino-filesystem-s3 483
with a role: AssumeRole by USERKEY, PutObject by ROLEKEY with token, GetObject by ROLEKEY with token, the URL by USERKEY without token
without one: PutObject by USERKEY without token, GetObject by USERKEY without token, the URL by USERKEY without token' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

#!/bin/sh
# S3 as a file system of java.nio.file, by Amazon's aws-java-nio-spi-for-s3 and by s3fs-nio, and Files.delete.
#
# One would expect what java.nio.file.Files says of delete: a folder that is not empty stays (DirectoryNotEmptyException), and what could
# not be deleted is an IOException. Programs count on the first, to remove the folders that became empty and no others.
#
# Files.delete of a folder in either deletes all that is below it: aws-java-nio-spi-for-s3 2.3.0, s3fs-nio 3.0.0. The README of the former
# warns that copies of a folder take along its contents, and says nothing of deletions. And where S3 refuses to delete an object (a
# bucket policy, object lock), both return, for a single object too: they delete by DeleteObjects, which answers 200 and names in its
# result what it did not delete.
#
# What follows: Files.list before a folder is deleted, Files.exists after a deletion.
#
# Printed (the bucket holds photos/1, photos/2 and locked.txt, which may not be deleted):
#   aws-java-nio-spi-for-s3 2.3.0: locked.txt: returns, photos/: returns, left: locked.txt
#   s3fs-nio 3.0.0: locked.txt: returns, photos/: returns, left: locked.txt
#   on the disk: photos: DirectoryNotEmptyException
#
# Needs a JDK and Maven.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fetch() {
  mkdir "$2"
  cat >"$2/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>$1</groupId><artifactId>$2</artifactId><version>$3</version></dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$2/pom.xml" dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
}
fetch software.amazon.nio.s3 aws-java-nio-spi-for-s3 2.3.0
fetch org.carlspring.cloud.aws s3fs-nio 3.0.0
cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

class Finding {
  static final TreeSet<String> KEYS = new TreeSet<>(List.of("locked.txt", "photos/1", "photos/2"));

  static void answer(HttpExchange exchange) throws IOException {
    String sent = new String(exchange.getRequestBody().readAllBytes());
    String query = exchange.getRequestURI().getQuery() == null ? "" : exchange.getRequestURI().getQuery();
    String key = exchange.getRequestURI().getPath().replaceFirst("^/box/?", "");
    int status = 200;
    StringBuilder body = new StringBuilder();
    if (query.startsWith("delete")) {
      body.append("<DeleteResult>");
      Pattern.compile("<Key>(.*?)</Key>").matcher(sent).results().forEach(found -> {
        boolean refused = found.group(1).startsWith("locked");
        if (!refused) KEYS.remove(found.group(1));
        String named = "<Key>" + found.group(1) + "</Key>";
        body.append(refused ? "<Error>" + named + "<Code>AccessDenied</Code></Error>" : "<Deleted>" + named + "</Deleted>");
      });
      body.append("</DeleteResult>");
    } else if (exchange.getRequestMethod().equals("DELETE")) {
      if (key.startsWith("locked")) status = 403;
      else KEYS.remove(key);
    } else if (query.equals("acl")) {
      body.append("<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList/></AccessControlPolicy>");
    } else if (key.isEmpty()) {
      body.append("<ListBucketResult><IsTruncated>false</IsTruncated>");
      String prefix = query.replaceFirst(".*prefix=([^&]*).*", "$1");
      for (String name : KEYS)
        if (name.startsWith(prefix))
          body.append("<Contents><Key>" + name + "</Key><Size>1</Size><LastModified>2024-01-02T03:04:05.000Z</LastModified></Contents>");
      body.append("</ListBucketResult>");
    } else if (!KEYS.contains(key)) {
      status = 404;
    }
    exchange.getResponseHeaders().add("Content-Type", "application/xml");
    exchange.getResponseHeaders().add("ETag", "\"e\"");
    exchange.getResponseHeaders().add("Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT");
    boolean bare = exchange.getRequestMethod().equals("HEAD") || body.length() == 0;
    exchange.sendResponseHeaders(status, bare ? -1 : body.length());
    if (!bare) exchange.getResponseBody().write(body.toString().getBytes());
    exchange.close();
  }

  static String deletion(Path path) {
    try {
      Files.delete(path);
      return "returns";
    } catch (IOException error) {
      return error.getClass().getSimpleName();
    }
  }

  public static void main(String[] line) {
    try {
      run(line[0]);
    } catch (Exception error) {
      error.printStackTrace();
    }
    System.exit(0); // the server's threads would go on
  }

  static void run(String library) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", Finding::answer);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    String host = "127.0.0.1:" + server.getAddress().getPort();
    Path bucket;
    if (library.startsWith("aws")) {
      System.setProperty("aws.region", "us-east-1");
      System.setProperty("s3.spi.endpoint-protocol", "http");
      bucket = Path.of(URI.create("s3x://AKIDEXAMPLE:secret@" + host + "/box/"));
    } else {
      Map<String, String> settings = Map.of(
          "s3fs.access.key", "AKIDEXAMPLE", "s3fs.secret.key", "secret", "s3fs.region", "us-east-1",
          "s3fs.protocol", "http", "s3fs.path.style.access", "true");
      bucket = FileSystems.newFileSystem(URI.create("s3://" + host + "/"), settings).getPath("/box/");
    }
    List<String> told = new ArrayList<>();
    for (String name : List.of("locked.txt", "photos/")) told.add(name + ": " + deletion(bucket.resolve(name)));
    System.out.println(library + ": " + String.join(", ", told) + ", left: " + String.join(" ", KEYS));
  }
}
JAVA
cat >Disk.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;

class Disk {
  public static void main(String[] line) throws Exception {
    Files.createFile(Files.createDirectory(Path.of("photos")).resolve("1"));
    try {
      Files.delete(Path.of("photos/"));
    } catch (java.io.IOException error) {
      System.out.println("on the disk: photos: " + error.getClass().getSimpleName());
    }
  }
}
JAVA
seen=$(
  java -cp 'aws-java-nio-spi-for-s3/jars/*' Finding.java 'aws-java-nio-spi-for-s3 2.3.0' 2>errors
  java -cp 's3fs-nio/jars/*' Finding.java 's3fs-nio 3.0.0' 2>>errors
  java Disk.java
)
echo "$seen"
[ "$seen" = 'aws-java-nio-spi-for-s3 2.3.0: locked.txt: returns, photos/: returns, left: locked.txt
s3fs-nio 3.0.0: locked.txt: returns, photos/: returns, left: locked.txt
on the disk: photos: DirectoryNotEmptyException' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

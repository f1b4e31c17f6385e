#!/bin/sh
# jets3t and Signature Version 4.
#
# One would expect a library that signs with Version 4 to sign what it sends: names and values of the query each in their
# percent-encoding, and the path with every byte encoded but letters, digits and - . _ ~ /.
#
# jets3t 0.9.4 decodes the query first and then cuts it at every ampersand: `marker=a%26b` is signed as `b=&marker=a`. In the
# path it leaves * and @ as they are. So a listing of several pages is refused with SignatureDoesNotMatch where a page ends with a
# key that has an ampersand, and so is every request for a key with * or @. Its Version 2 is right.
#
# What follows: keep to Version 2 (storage-service.request-signature-version=AWS2), or to keys without these characters.
#
# Printed:
#   jets3t 0.9.4
#   /b?marker=a%26b is signed as GET|/b|b=&marker=a|
#   /b/a*b@c is signed as GET|/b/a*b@c||
set -eu
version=0.9.4
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
    <dependency><groupId>net.java.dev.jets3t</groupId><artifactId>jets3t</artifactId><version>$version</version></dependency>
  </dependencies>
</project>
POM
cat >Finding.java <<'JAVA'
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jets3t.service.utils.SignatureUtils;

class Finding {
  public static void main(String[] line) {
    for (String target : line) {
      Map<String, String> headers = new TreeMap<>(Map.of("host", "h"));
      String request =
          SignatureUtils.awsV4BuildCanonicalRequestString(URI.create("http://h" + target), "GET", headers, "hash");
      System.out.println(target + " is signed as " + request.substring(0, request.indexOf("host:")).replace('\n', '|'));
    }
  }
}
JAVA
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars >/dev/null
seen=$(java -cp 'jars/*' Finding.java '/b?marker=a%26b' '/b/a*b@c' 2>/dev/null)
echo "jets3t $version"
echo "$seen"
[ "$seen" = '/b?marker=a%26b is signed as GET|/b|b=&marker=a|
/b/a*b@c is signed as GET|/b/a*b@c||' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }

package clients;

import java.net.HttpURLConnection;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the clients share: the server of the environment, content to send, and comparisons that end the program. */
final class Checks {
  static final String ENDPOINT = System.getenv("AWS_ENDPOINT_URL");
  static final String ACCESS_KEY_ID = System.getenv("AWS_ACCESS_KEY_ID");
  static final String SECRET_ACCESS_KEY = System.getenv("AWS_SECRET_ACCESS_KEY");
  static final String REGION = System.getenv("AWS_REGION");
  static final String BUCKET = System.getenv("TEST_BUCKET");
  static final int LARGE_BYTES = 12_000_003;
  static final List<String> NAMES = List.of("plain", "with blank", "a+b", "ä 日本 ☃", "a%20b", "deep/er & 'more'=(x)", "~*!;:@,$");

  private Checks() {}

  static byte[] content(String seed, int length) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] content = new byte[length];
    byte[] block = digest.digest(seed.getBytes("UTF-8"));
    for (int at = 0; at < length; at += block.length) {
      System.arraycopy(block, 0, content, at, Math.min(block.length, length - at));
      block = digest.digest(block);
    }
    return content;
  }

  static void same(String step, byte[] one, byte[] other) {
    that(step, Arrays.equals(one, other), "the bytes differ");
  }

  static void same(String step, Object one, Object other) {
    that(step, one.equals(other), one + " is not " + other);
  }

  /** That these are the names behind the prefix, each once, in whatever order. */
  static void sameNames(String step, List<String> found, String prefix, List<String> names) {
    same(step, found.stream().sorted().toList(), names.stream().map(name -> prefix + name).sorted().toList());
  }

  static void that(String step, boolean holds, String otherwise) {
    if (!holds) throw new AssertionError(step + ": " + otherwise);
    System.out.println(step);
  }

  /** GETs, or PUTs where there is a body, without any client; throws for what is not 2xx. */
  static byte[] http(URI address, byte[] body, Map<String, String> headers) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    headers.forEach(connection::setRequestProperty);
    if (body != null) {
      connection.setRequestMethod("PUT");
      connection.setDoOutput(true);
      connection.getOutputStream().write(body);
    }
    try (var stream = connection.getInputStream()) {
      return stream.readAllBytes();
    }
  }
}

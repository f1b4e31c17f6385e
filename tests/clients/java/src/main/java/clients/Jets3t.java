package clients;

import static clients.Checks.*;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jets3t.service.Jets3tProperties;
import org.jets3t.service.ServiceException;
import org.jets3t.service.impl.rest.httpclient.RestS3Service;
import org.jets3t.service.model.S3Object;
import org.jets3t.service.model.StorageObject;
import org.jets3t.service.security.AWSCredentials;
import org.jets3t.service.utils.MultipartUtils;

/** jets3t, with the Signature Version that it is told: AWS2 or AWS4-HMAC-SHA256. */
public final class Jets3t {
  private static final String PREFIX = "jets3t/";
  private static List<String> names = NAMES;

  public static void main(String[] line) throws Exception {
    // Its Version 4 signs other paths than S3 where a name has one of these, and cuts a marker at an ampersand.
    if (!line[0].equals("AWS2")) names = NAMES.stream().filter(name -> !name.matches(".*[*@&].*")).toList();
    RestS3Service service =
        new RestS3Service(new AWSCredentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY), "test", null, settings(line[0]));
    objects(service);
    large(service);
    presigned(service);
    service.shutdown();
    System.out.println("done");
  }

  private static Jets3tProperties settings(String signatureVersion) {
    URI endpoint = URI.create(ENDPOINT);
    Jets3tProperties settings = new Jets3tProperties();
    settings.setProperty("s3service.s3-endpoint", endpoint.getHost());
    settings.setProperty("s3service.s3-endpoint-http-port", String.valueOf(endpoint.getPort()));
    settings.setProperty("s3service.https-only", "false");
    settings.setProperty("s3service.disable-dns-buckets", "true");
    settings.setProperty("storage-service.request-signature-version", signatureVersion);
    settings.setProperty("storage-service.internal-error-retry-max", "0");
    settings.setProperty("httpclient.retry-max", "0");
    return settings;
  }

  private static void objects(RestS3Service service) throws Exception {
    for (String name : names) {
      byte[] content = content(name, 1000);
      S3Object object = object(PREFIX + name, content);
      object.addMetadata("kind", "a test");
      service.putObject(BUCKET, object);
      StorageObject found = service.getObject(BUCKET, PREFIX + name);
      same("read " + name, read(found), content);
      same("metadata", found.getMetadata("kind"), "a test");
    }
    sameNames("list", list(service), PREFIX, names);
    service.copyObject(BUCKET, PREFIX + "a+b", BUCKET, new S3Object(PREFIX + "ä 日本 ☃"), false);
    same("copy", read(service.getObject(BUCKET, PREFIX + "ä 日本 ☃")), content("a+b", 1000));
    service.deleteMultipleObjects(BUCKET, list(service).stream().skip(1).toArray(String[]::new));
    for (String name : list(service)) service.deleteObject(BUCKET, name);
    same("delete", list(service), List.of());
    try {
      service.getObject(BUCKET, PREFIX + "plain");
      throw new AssertionError("there is still an object");
    } catch (ServiceException error) {
      same("missing", error.getErrorCode(), "NoSuchKey");
    }
  }

  private static void large(RestS3Service service) throws Exception {
    byte[] content = content("jets3t", LARGE_BYTES);
    Path file = Files.write(Path.of("large"), content);
    S3Object object = new S3Object(file.toFile());
    object.setKey("large");
    new MultipartUtils(6_000_000).uploadObjects(BUCKET, service, List.of(object), null);
    StorageObject found = service.getObject(BUCKET, "large");
    that("upload in parts", found.getETag().contains("-"), found.getETag() + " is of no upload in parts");
    same("read large", read(found), content);
    service.deleteObject(BUCKET, "large");
  }

  private static void presigned(RestS3Service service) throws Exception {
    byte[] content = content("presigned", 1000);
    Date end = new Date(System.currentTimeMillis() + 60_000);
    String put = service.createSignedPutUrl(BUCKET, "presigned a+b ä", Map.of("Content-Type", "text/plain"), end);
    http(URI.create(put), content, Map.of("Content-Type", "text/plain"));
    String get = service.createSignedGetUrl(BUCKET, "presigned a+b ä", end);
    same("read presigned", http(URI.create(get), null, Map.of()), content);
    service.deleteObject(BUCKET, "presigned a+b ä");
  }

  private static S3Object object(String name, byte[] content) {
    S3Object object = new S3Object(name);
    object.setDataInputStream(new ByteArrayInputStream(content));
    object.setContentLength(content.length);
    object.setContentType("text/plain");
    return object;
  }

  private static byte[] read(StorageObject object) throws Exception {
    try (var stream = object.getDataInputStream()) {
      return stream.readAllBytes();
    }
  }

  private static List<String> list(RestS3Service service) throws Exception {
    return Stream.of(service.listObjects(BUCKET, PREFIX, null, 3)).map(S3Object::getKey).toList();
  }
}

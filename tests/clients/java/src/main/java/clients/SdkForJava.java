package clients;

import static clients.Checks.*;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The SDK for Java v2, with the settings that it takes from the environment. */
public final class SdkForJava {
  private static final String PREFIX = "java/";
  private static final int PART_BYTES = 6_000_000;

  public static void main(String[] line) throws Exception {
    try (S3Client client =
        S3Client.builder().forcePathStyle(true).httpClient(UrlConnectionHttpClient.create()).build()) {
      objects(client);
      large(client);
      presigned(client);
      refused(client);
      delete(client);
    }
    System.out.println("done");
  }

  private static void objects(S3Client client) throws Exception {
    for (String name : NAMES) {
      byte[] content = content(name, 1000);
      client.putObject(
          to -> to.bucket(BUCKET).key(PREFIX + name).metadata(Map.of("kind", "a test")), RequestBody.fromBytes(content));
      var found = client.getObjectAsBytes(from -> from.bucket(BUCKET).key(PREFIX + name));
      same("read " + name, found.asByteArray(), content);
      same("metadata", found.response().metadata(), Map.of("kind", "a test"));
    }
    sameNames("list", list(client), PREFIX, NAMES);
    client.copyObject(copy -> copy.sourceBucket(BUCKET).sourceKey(PREFIX + "a+b")
        .destinationBucket(BUCKET).destinationKey(PREFIX + "ä 日本 ☃"));
    same("copy", read(client, PREFIX + "ä 日本 ☃"), content("a+b", 1000));
  }

  private static void large(S3Client client) throws Exception {
    byte[] content = content("java", LARGE_BYTES);
    String upload = client.createMultipartUpload(to -> to.bucket(BUCKET).key("large")).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (int at = 0; at < LARGE_BYTES; at += PART_BYTES) {
      int number = parts.size() + 1;
      byte[] part = Arrays.copyOfRange(content, at, Math.min(at + PART_BYTES, LARGE_BYTES));
      var answer = client.uploadPart(
          to -> to.bucket(BUCKET).key("large").uploadId(upload).partNumber(number), RequestBody.fromBytes(part));
      parts.add(CompletedPart.builder().partNumber(number).eTag(answer.eTag()).checksumCRC32(answer.checksumCRC32()).build());
    }
    client.completeMultipartUpload(
        to -> to.bucket(BUCKET).key("large").uploadId(upload).multipartUpload(all -> all.parts(parts)));
    same("upload in parts", read(client, "large"), content);
    client.deleteObject(what -> what.bucket(BUCKET).key("large"));
  }

  private static void presigned(S3Client client) throws Exception {
    byte[] content = content("presigned", 1000);
    S3Configuration pathStyle = S3Configuration.builder().pathStyleAccessEnabled(true).build();
    try (S3Presigner presigner =
        S3Presigner.builder().endpointOverride(URI.create(ENDPOINT)).serviceConfiguration(pathStyle).build()) {
      var put = presigner.presignPutObject(of -> of.signatureDuration(Duration.ofMinutes(1))
          .putObjectRequest(to -> to.bucket(BUCKET).key("presigned a+b ä").contentType("text/plain")));
      http(put.url().toURI(), content, Map.of("Content-Type", "text/plain"));
      var get = presigner.presignGetObject(of -> of.signatureDuration(Duration.ofMinutes(1))
          .getObjectRequest(from -> from.bucket(BUCKET).key("presigned a+b ä")));
      same("read presigned", http(get.url().toURI(), null, Map.of()), content);
    }
    client.deleteObject(what -> what.bucket(BUCKET).key("presigned a+b ä"));
  }

  /** A refusal before the body was read reaches the caller, not a broken pipe. */
  private static void refused(S3Client client) throws Exception {
    try {
      client.putObject(
          to -> to.bucket(BUCKET).key(PREFIX + "plain").ifNoneMatch("*"),
          RequestBody.fromBytes(content("refused", LARGE_BYTES)));
      throw new AssertionError("written over");
    } catch (S3Exception error) {
      same("refused", error.awsErrorDetails().errorCode(), "PreconditionFailed");
    }
  }

  private static void delete(S3Client client) {
    List<ObjectIdentifier> names =
        list(client).stream().map(name -> ObjectIdentifier.builder().key(name).build()).toList();
    client.deleteObjects(what -> what.bucket(BUCKET).delete(all -> all.objects(names)));
    same("delete", list(client), List.of());
    try {
      client.getObjectAsBytes(from -> from.bucket(BUCKET).key(PREFIX + "plain"));
      throw new AssertionError("there is still an object");
    } catch (NoSuchKeyException error) {
      same("missing", error.statusCode(), 404);
    }
  }

  private static byte[] read(S3Client client, String name) {
    return client.getObjectAsBytes(from -> from.bucket(BUCKET).key(name)).asByteArray();
  }

  private static List<String> list(S3Client client) {
    List<String> names = new ArrayList<>();
    client.listObjectsV2Paginator(of -> of.bucket(BUCKET).prefix(PREFIX).maxKeys(3)).contents()
        .forEach(found -> names.add(found.key()));
    return names;
  }
}

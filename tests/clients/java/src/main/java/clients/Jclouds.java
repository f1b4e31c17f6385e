package clients;

import static clients.Checks.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.options.CopyOptions;
import org.jclouds.blobstore.options.ListContainerOptions;
import org.jclouds.blobstore.options.PutOptions;
import org.jclouds.http.HttpRequest;
import org.jclouds.io.Payload;

/** Apache jclouds, which signs with Signature Version 2. */
public final class Jclouds {
  private static final String PREFIX = "jclouds/";

  public static void main(String[] line) throws Exception {
    Properties settings = new Properties();
    settings.setProperty("jclouds.s3.virtual-host-buckets", "false");
    settings.setProperty("jclouds.max-retries", "0");
    try (BlobStoreContext context = ContextBuilder.newBuilder("s3")
        .endpoint(ENDPOINT)
        .credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
        .overrides(settings)
        .buildView(BlobStoreContext.class)) {
      objects(context.getBlobStore());
      large(context.getBlobStore());
      presigned(context);
    }
    System.out.println("done");
  }

  private static void objects(BlobStore store) throws Exception {
    for (String name : NAMES) {
      byte[] content = content(name, 1000);
      store.putBlob(BUCKET, blob(store, PREFIX + name, content, Map.of("kind", "a test")));
      Blob found = store.getBlob(BUCKET, PREFIX + name);
      same("read " + name, read(found), content);
      same("metadata", found.getMetadata().getUserMetadata(), Map.of("kind", "a test"));
    }
    sameNames("list", list(store), PREFIX, NAMES);
    store.copyBlob(BUCKET, PREFIX + "a+b", BUCKET, PREFIX + "ä 日本 ☃", CopyOptions.NONE);
    same("copy", read(store.getBlob(BUCKET, PREFIX + "ä 日本 ☃")), content("a+b", 1000));
    for (String name : list(store)) store.removeBlob(BUCKET, name);
    same("delete", list(store), List.of());
    that("missing", store.getBlob(BUCKET, PREFIX + "plain") == null, "there is still an object");
  }

  private static void large(BlobStore store) throws Exception {
    byte[] content = content("jclouds", LARGE_BYTES);
    String eTag = store.putBlob(BUCKET, blob(store, "large", content, Map.of()), PutOptions.Builder.multipart());
    that("upload in parts", eTag.contains("-"), eTag + " is of no upload in parts");
    same("read large", read(store.getBlob(BUCKET, "large")), content);
    store.removeBlob(BUCKET, "large");
  }

  private static void presigned(BlobStoreContext context) throws Exception {
    byte[] content = content("presigned", 1000);
    Blob blob = blob(context.getBlobStore(), "presigned a+b ä", content, Map.of());
    HttpRequest put = context.getSigner().signPutBlob(BUCKET, blob, 60);
    that("presigned is Version 2", put.getEndpoint().getQuery().contains("Signature="), put.getRequestLine());
    http(put.getEndpoint(), content, headers(put));
    HttpRequest get = context.getSigner().signGetBlob(BUCKET, "presigned a+b ä", 60);
    same("read presigned", http(get.getEndpoint(), null, headers(get)), content);
    context.getBlobStore().removeBlob(BUCKET, "presigned a+b ä");
  }

  private static Blob blob(BlobStore store, String name, byte[] content, Map<String, String> metadata) {
    return store.blobBuilder(name).payload(content).contentLength(content.length)
        .contentType("text/plain").userMetadata(metadata).build();
  }

  private static byte[] read(Blob blob) throws Exception {
    try (var stream = blob.getPayload().openStream()) {
      return stream.readAllBytes();
    }
  }

  private static List<String> list(BlobStore store) {
    List<String> names = new ArrayList<>();
    ListContainerOptions options = ListContainerOptions.Builder.prefix(PREFIX).recursive().maxResults(3);
    while (true) {
      var page = store.list(BUCKET, options);
      page.forEach(found -> names.add(found.getName()));
      if (page.getNextMarker() == null) return names;
      options = options.afterMarker(page.getNextMarker());
    }
  }

  private static Map<String, String> headers(HttpRequest request) {
    Map<String, String> headers = new HashMap<>();
    request.getHeaders().entries().forEach(header -> headers.put(header.getKey(), header.getValue()));
    Payload payload = request.getPayload();
    if (payload != null) headers.put("Content-Type", payload.getContentMetadata().getContentType());
    return headers;
  }
}

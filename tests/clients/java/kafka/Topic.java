import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * "create BROKER TOPIC PARTITIONS" makes a topic, in place of the one that there is. "read BROKER TOPIC COUNT" waits until it has so many records and prints each: its partition, the
 * one that producers in Java choose for its key, the key and the value in base64 ("-": none).
 */
class Topic {
  public static void main(String[] words) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", words[1]);
    int number = Integer.parseInt(words[3]);
    if (words[0].equals("create")) create(properties, words[2], number);
    else read(properties, words[2], number);
  }

  static void create(Properties properties, String topic, int partitions) throws Exception {
    try (Admin admin = Admin.create(properties)) {
      if (admin.listTopics().names().get().contains(topic)) {
        admin.deleteTopics(List.of(topic)).all().get();
        while (admin.listTopics().names().get().contains(topic)) Thread.sleep(100);
      }
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }
  }

  static void read(Properties properties, String topic, int count) throws Exception {
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<byte[], byte[]>(properties, bytes, bytes)) {
      List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
          .map(info -> new TopicPartition(topic, info.partition()))
          .toList();
      consumer.assign(partitions);
      long end = System.currentTimeMillis() + 60_000;
      while (total(consumer.endOffsets(partitions)) < count) {
        if (System.currentTimeMillis() > end) throw new IllegalStateException("too few records");
        Thread.sleep(100);
      }
      long all = total(consumer.endOffsets(partitions));
      consumer.seekToBeginning(partitions);
      for (long seen = 0; seen < all; ) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          print(record, partitions.size());
          seen++;
        }
      }
    }
  }

  static long total(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  static void print(ConsumerRecord<byte[], byte[]> record, int partitions) {
    boolean hasKey = record.key() != null;
    String key = hasKey ? new String(record.key(), StandardCharsets.UTF_8) : "-";
    int chosen = hasKey ? BuiltInPartitioner.partitionForKey(record.key(), partitions) : record.partition();
    String value = Base64.getEncoder().encodeToString(record.value());
    System.out.println(record.partition() + " " + chosen + " " + key + " " + value);
  }
}

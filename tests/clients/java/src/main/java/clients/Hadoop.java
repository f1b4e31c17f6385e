package clients;

import static clients.Checks.*;
import static org.apache.hadoop.fs.Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapred.JobConf;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.OutputCommitter;
import org.apache.hadoop.mapreduce.RecordWriter;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.hadoop.mapreduce.lib.output.TextOutputFormat;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;

/** Hadoop's S3A through FileSystem, and its committers. */
public final class Hadoop {
  private static final Path ROOT = new Path("s3a://" + BUCKET + "/");

  public static void main(String[] line) throws Exception {
    try (FileSystem files = FileSystem.newInstance(ROOT.toUri(), settings())) {
      objects(files);
      large(files);
      conditional(files);
      rename(files);
      for (String committer : List.of("magic", "directory")) commit(files, committer);
      append(files);
      delete(files);
    }
    System.out.println("done");
  }

  private static Configuration settings() {
    Configuration settings = new Configuration();
    settings.set("fs.s3a.endpoint", ENDPOINT);
    settings.set("fs.s3a.endpoint.region", REGION);
    settings.set("fs.s3a.path.style.access", "true");
    settings.set("fs.s3a.connection.ssl.enabled", "false");
    settings.set("fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    settings.set("fs.s3a.access.key", ACCESS_KEY_ID);
    settings.set("fs.s3a.secret.key", SECRET_ACCESS_KEY);
    settings.set("fs.s3a.multipart.size", "6M");
    settings.set("fs.s3a.paging.maximum", "3");
    settings.set("fs.s3a.attempts.maximum", "0");
    settings.set("fs.s3a.retry.limit", "0");
    settings.set("hadoop.tmp.dir", System.getProperty("user.dir") + "/tmp");
    return settings;
  }

  private static void objects(FileSystem files) throws Exception {
    for (String name : NAMES) {
      byte[] content = content(name, 1000);
      write(files, name, content);
      same("read " + name, read(files, name), content);
      same("length", files.getFileStatus(at(name)).getLen(), 1000L);
    }
    sameNames("list", list(files, ""), "", NAMES);
  }

  private static void large(FileSystem files) throws Exception {
    byte[] content = content("hadoop", LARGE_BYTES);
    write(files, "large", content);
    same("upload in parts", read(files, "large"), content);
    byte[] middle = new byte[1000];
    try (FSDataInputStream stream = files.open(at("large"))) {
      stream.readFully(7_000_000, middle);
    }
    same("read in the middle", middle, Arrays.copyOfRange(content, 7_000_000, 7_001_000));
  }

  /** A file that is there is not written over, by S3's condition and not by a look before. */
  private static void conditional(FileSystem files) throws Exception {
    var builder = files.createFile(at("plain")).overwrite(true);
    builder.must(FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
    FSDataOutputStream stream = builder.build();
    stream.write(1);
    try {
      stream.close();
      throw new AssertionError("written over");
    } catch (IOException error) {
      same("refused", read(files, "plain"), content("plain", 1000));
    }
  }

  private static void rename(FileSystem files) throws Exception {
    files.mkdirs(at("folder"));
    that("folder", files.getFileStatus(at("folder")).isDirectory(), "it is none");
    that("rename a file", files.rename(at("large"), at("folder/large")), "it was refused");
    that("rename a folder", files.rename(at("folder"), at("renamed")), "it was refused");
    same("read renamed", read(files, "renamed/large"), content("hadoop", LARGE_BYTES));
    that("gone", !files.exists(at("folder")), "it is still there");
  }

  private static void commit(FileSystem files, String name) throws Exception {
    JobConf settings = new JobConf(files.getConf());
    settings.set("mapreduce.outputcommitter.factory.scheme.s3a", "org.apache.hadoop.fs.s3a.commit.S3ACommitterFactory");
    settings.set("fs.s3a.committer.name", name);
    settings.set("fs.s3a.committer.staging.unique-filenames", "false");
    TaskAttemptID attempt = new TaskAttemptID(new TaskID("20260101", 1, TaskType.MAP, 0), 0);
    settings.set("mapreduce.task.attempt.id", attempt.toString());
    Job job = Job.getInstance(settings);
    Path folder = at("committed-" + name);
    FileOutputFormat.setOutputPath(job, folder);
    TaskAttemptContext task = new TaskAttemptContextImpl(job.getConfiguration(), attempt);
    TextOutputFormat<Text, Text> format = new TextOutputFormat<>();
    OutputCommitter committer = format.getOutputCommitter(task);
    that("committer", committer.getClass().getName().contains(".s3a.commit."), committer.toString());
    committer.setupJob(task);
    committer.setupTask(task);
    RecordWriter<Text, Text> writer = format.getRecordWriter(task);
    writer.write(new Text("key"), new Text("value"));
    writer.close(task);
    that("invisible", !files.exists(new Path(folder, "part-m-00000")), "it is there before the commit");
    committer.commitTask(task);
    committer.commitJob(task);
    same("commit by " + name, read(files, "committed-" + name + "/part-m-00000"), "key\tvalue\n".getBytes());
    that("success", files.getFileStatus(new Path(folder, "_SUCCESS")).getLen() > 0, "the marker is empty");
  }

  /** What its page says that it cannot. */
  private static void append(FileSystem files) throws Exception {
    try {
      files.append(at("plain"));
      throw new AssertionError("it appends");
    } catch (UnsupportedOperationException error) {
      System.out.println("append");
    }
  }

  private static void delete(FileSystem files) throws Exception {
    for (FileStatus found : files.listStatus(ROOT)) files.delete(found.getPath(), true);
    same("delete", list(files, ""), List.of());
    try {
      files.open(at("plain")).close();
      throw new AssertionError("there is still a file");
    } catch (FileNotFoundException error) {
      System.out.println("missing");
    }
  }

  private static Path at(String name) {
    return new Path(ROOT.toString() + name);
  }

  private static void write(FileSystem files, String name, byte[] content) throws Exception {
    try (FSDataOutputStream stream = files.create(at(name))) {
      stream.write(content);
    }
  }

  private static byte[] read(FileSystem files, String name) throws Exception {
    try (FSDataInputStream stream = files.open(at(name))) {
      return stream.readAllBytes();
    }
  }

  private static List<String> list(FileSystem files, String folder) throws Exception {
    List<String> names = new ArrayList<>();
    for (var found = files.listFiles(at(folder), true); found.hasNext(); ) {
      names.add(found.next().getPath().toUri().getPath().substring(1));
    }
    return names;
  }
}

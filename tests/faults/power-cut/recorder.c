/*
 * Preloaded into every process of a server: appends to a log what they do to the files and folders below one folder, in
 * order and with bytes. A call is written down before it is made and again when it has returned, so that of two calls in
 * the log one came before the other wherever a program could know it. recording.ts reads the log.
 *
 * RECORDER_FOLDER: below what, absolute and without links. RECORDER_LOG: the log. RECORDER_DIE_AT: the process that first makes so
 * many writes to data.mdb, once there is a file with the name of the log and `.armed`, ends there as by SIGKILL: before the
 * write, after half of it, or after it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { END = 1, CREATE, WRITE, CUT, SYNC, MAKE, REMOVE, RENAME, LINK, MAP, OTHER };
enum flag { AT_ONCE = 1, TRUNCATES = 2 };

struct record {
  uint32_t bytes, kind, flags, path_bytes, other_bytes, reserved;
  uint64_t call, inode;
  int64_t position, result;
};

static const char *folder;
static size_t folder_bytes;
static int log_file = -1;
static long die_at;
static atomic_uint calls;
static atomic_long data_writes;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("RECORDER_LOG");
  const char *die = getenv("RECORDER_DIE_AT");
  folder = getenv("RECORDER_FOLDER");
  if (!path || !folder) return;
  folder_bytes = strlen(folder);
  die_at = die ? atol(die) : 0;
  log_file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* One write each, which the kernel does not mix with others'. */
static void note(struct record record, const char *path, const char *other, const struct iovec *data, int count) {
  int saved = errno;
  size_t bytes = sizeof record;
  record.path_bytes = path ? strlen(path) : 0;
  record.other_bytes = other ? strlen(other) : 0;
  bytes += record.path_bytes + record.other_bytes;
  for (int i = 0; i < count; i++) bytes += data[i].iov_len;
  record.bytes = bytes;
  char *whole = malloc(bytes), *at = whole;
  if (!whole) abort();
  at = mempcpy(at, &record, sizeof record);
  if (path) at = mempcpy(at, path, record.path_bytes);
  if (other) at = mempcpy(at, other, record.other_bytes);
  for (int i = 0; i < count; i++) at = mempcpy(at, data[i].iov_base, data[i].iov_len);
  if (syscall(SYS_write, log_file, whole, bytes) != (long)bytes) abort();
  free(whole);
  errno = saved;
}

static uint64_t new_call(void) { return (uint64_t)getpid() << 32 | ++calls; }

static long ended(uint64_t call, long result, uint64_t inode, int64_t position) {
  note((struct record){.kind = END, .call = call, .result = result, .inode = inode, .position = position}, 0, 0, 0, 0);
  return result;
}

static int is_below(const char *path) {
  return log_file >= 0 && strncmp(path, folder, folder_bytes) == 0 && (path[folder_bytes] == '/' || !path[folder_bytes]);
}

static int path_of(int file, char *path) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  long bytes = syscall(SYS_readlink, link, path, PATH_MAX - 1);
  path[bytes > 0 ? bytes : 0] = 0;
  return bytes > 0;
}

/* Whether a path is below the folder; `whole` gets it from the root on. */
static int whole_path(int directory, const char *path, char *whole) {
  if (log_file < 0 || !path) return 0;
  if (path[0] == '/') {
    if (strlen(path) >= PATH_MAX) return 0;
    strcpy(whole, path);
  } else {
    if (directory == AT_FDCWD ? !getcwd(whole, PATH_MAX) : !path_of(directory, whole)) return 0;
    if (strlen(whole) + strlen(path) + 2 > PATH_MAX) return 0;
    strcat(strcat(whole, "/"), path);
  }
  return is_below(whole);
}

static int is_ours(int file, struct stat *about, char *path) {
  int saved = errno;
  int ours = log_file >= 0 && fstat(file, about) == 0 && (S_ISREG(about->st_mode) || S_ISDIR(about->st_mode)) &&
             path_of(file, path) && is_below(path);
  errno = saved;
  return ours;
}

/* After a call that the log tells of as a whole, or before one that it does not tell of. */
static void die_if_it_is_time(int file, const char *path, struct record record, const struct iovec *data) {
  const char *name = strrchr(path, '/');
  char token[PATH_MAX];
  if (!die_at || !name || strcmp(name, "/data.mdb") != 0) return;
  snprintf(token, sizeof token, "%s.armed", getenv("RECORDER_LOG"));
  if (access(token, F_OK) != 0 || ++data_writes != die_at) return;
  snprintf(token, sizeof token, "%s.died", getenv("RECORDER_LOG"));
  if (syscall(SYS_openat, AT_FDCWD, token, O_WRONLY | O_CREAT | O_EXCL, 0600) < 0) return;
  if (die_at % 3 != 0 && record.position >= 0) {
    struct iovec part = {data[0].iov_base, die_at % 3 == 1 ? data[0].iov_len / 2 : data[0].iov_len};
    note(record, 0, 0, &part, 1);
    long result = syscall(SYS_pwrite64, file, part.iov_base, part.iov_len, record.position);
    ended(record.call, result, record.inode, record.position);
  }
  kill(getpid(), SIGKILL);
}

static ssize_t written(int file, const struct iovec *data, int count, int64_t position) {
  struct stat about;
  char path[PATH_MAX];
  int ours = is_ours(file, &about, path);
  int state = ours ? fcntl(file, F_GETFL) : 0;
  int64_t from = position >= 0 || !ours ? position : state & O_APPEND ? -1 : lseek(file, 0, SEEK_CUR);
  uint64_t call = new_call();
  struct record record = {.kind = WRITE, .call = call, .inode = about.st_ino, .position = from};
  record.flags = state & (O_DSYNC | O_SYNC) ? AT_ONCE : 0;
  if (ours) {
    die_if_it_is_time(file, path, record, data);
    note(record, path, 0, data, count);
  }
  ssize_t result = position >= 0 ? syscall(SYS_pwritev, file, data, (long)count, position, 0L)
                                 : syscall(SYS_writev, file, data, (long)count);
  if (!ours) return result;
  if (from < 0 && result > 0) from = lseek(file, 0, SEEK_CUR) - result;
  return ended(call, result, about.st_ino, from);
}

ssize_t write(int file, const void *bytes, size_t count) {
  return written(file, &(struct iovec){(void *)bytes, count}, 1, -1);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t position) {
  return written(file, &(struct iovec){(void *)bytes, count}, 1, position);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t position) {
  return pwrite64(file, bytes, count, position);
}
ssize_t writev(int file, const struct iovec *data, int count) { return written(file, data, count, -1); }
ssize_t pwritev(int file, const struct iovec *data, int count, off_t position) {
  return written(file, data, count, position);
}
ssize_t pwritev64(int file, const struct iovec *data, int count, off64_t position) {
  return written(file, data, count, position);
}

static int flushed(int file, long number) {
  struct stat about;
  char path[PATH_MAX];
  if (!is_ours(file, &about, path)) return syscall(number, file);
  uint64_t call = new_call();
  note((struct record){.kind = SYNC, .call = call, .inode = about.st_ino}, path, 0, 0, 0);
  return ended(call, syscall(number, file), about.st_ino, 0);
}
int fsync(int file) { return flushed(file, SYS_fsync); }
int fdatasync(int file) { return flushed(file, SYS_fdatasync); }

int ftruncate64(int file, off64_t bytes) {
  struct stat about;
  char path[PATH_MAX];
  if (!is_ours(file, &about, path)) return syscall(SYS_ftruncate, file, bytes);
  uint64_t call = new_call();
  note((struct record){.kind = CUT, .call = call, .inode = about.st_ino, .position = bytes}, path, 0, 0, 0);
  return ended(call, syscall(SYS_ftruncate, file, bytes), about.st_ino, bytes);
}
int ftruncate(int file, off_t bytes) { return ftruncate64(file, bytes); }

static int opened(int directory, const char *path, int flags, mode_t mode) {
  char whole[PATH_MAX];
  struct stat about = {0};
  if (!(flags & (O_CREAT | O_TRUNC)) || !whole_path(directory, path, whole))
    return syscall(SYS_openat, directory, path, flags, mode);
  uint64_t call = new_call();
  note((struct record){.kind = CREATE, .call = call, .flags = flags & O_TRUNC ? TRUNCATES : 0}, whole, 0, 0, 0);
  int file = syscall(SYS_openat, directory, path, flags, mode);
  int saved = errno;
  if (file >= 0) fstat(file, &about);
  errno = saved;
  return ended(call, file, about.st_ino, 0);
}
#define OPEN(name, parameters, directory)   \
  int name parameters {                     \
    va_list rest;                           \
    va_start(rest, flags);                  \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                           \
    return opened(directory, path, flags, mode); \
  }
OPEN(open, (const char *path, int flags, ...), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD)
OPEN(openat, (int directory, const char *path, int flags, ...), directory)
OPEN(openat64, (int directory, const char *path, int flags, ...), directory)

/* What changes names: `number` with the arguments that it takes. */
static int renamed(enum kind kind, const char *path, const char *other, long number, long a, long b, long c, long d, long e) {
  char whole[PATH_MAX], second[PATH_MAX];
  struct stat about = {0};
  int ours = whole_path(AT_FDCWD, path, whole);
  if (other && whole_path(AT_FDCWD, other, second) != ours) kind = OTHER;
  else if (!ours) return syscall(number, a, b, c, d, e);
  uint64_t call = new_call();
  note((struct record){.kind = kind, .call = call}, whole, other ? second : 0, 0, 0);
  long result = syscall(number, a, b, c, d, e);
  int saved = errno;
  if (kind == MAKE && result == 0) stat(whole, &about);
  errno = saved;
  return ended(call, result, about.st_ino, 0);
}
int mkdir(const char *path, mode_t mode) {
  return renamed(MAKE, path, 0, SYS_mkdirat, AT_FDCWD, (long)path, mode, 0, 0);
}
int rmdir(const char *path) { return renamed(REMOVE, path, 0, SYS_unlinkat, AT_FDCWD, (long)path, AT_REMOVEDIR, 0, 0); }
int unlink(const char *path) { return renamed(REMOVE, path, 0, SYS_unlinkat, AT_FDCWD, (long)path, 0, 0, 0); }
int rename(const char *path, const char *to) {
  return renamed(RENAME, path, to, SYS_renameat2, AT_FDCWD, (long)path, AT_FDCWD, (long)to, 0);
}
int link(const char *path, const char *to) {
  return renamed(LINK, path, to, SYS_linkat, AT_FDCWD, (long)path, AT_FDCWD, (long)to, 0);
}

/* Bytes written through a map would escape: the reader of the log wants none but of lock.mdb. */
void *mmap64(void *at, size_t bytes, int protection, int flags, int file, off64_t position) {
  struct stat about;
  char path[PATH_MAX];
  if ((protection & PROT_WRITE) && (flags & MAP_TYPE) != MAP_PRIVATE && file >= 0 && is_ours(file, &about, path))
    note((struct record){.kind = MAP, .call = new_call(), .inode = about.st_ino}, path, 0, 0, 0);
  return (void *)syscall(SYS_mmap, at, bytes, protection, flags, file, position);
}
void *mmap(void *at, size_t bytes, int protection, int flags, int file, off_t position) {
  return mmap64(at, bytes, protection, flags, file, position);
}

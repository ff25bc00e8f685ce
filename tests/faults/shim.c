/* Fails, tears or kills at the n-th call that touches a file under one folder.

   Loaded with LD_PRELOAD, so that SQLite, numpy and faiss are covered too. Nothing is counted before `faults_arm`.
   A call is logged after it was made: number, kind, path, other path, bytes, result; separated by tabs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum mode { COUNT, KILL, KILL_AFTER, FAIL, FAIL_ON, TEAR, SHORT };
enum verdict { GO, FAILS, HALF };

static char root[PATH_MAX];
static size_t root_length;
static int armed, mode, error_number, log_fd = -1;
static long at;
static atomic_long calls;

void faults_arm(const char *folder, int how, long number, int error, int log) {
    root_length = strlen(strcpy(root, folder));
    mode = how, at = number, error_number = error, log_fd = log;
    atomic_store(&calls, 0);
    armed = 1;
}
void faults_disarm(void) { armed = 0; }
long faults_calls(void) { return atomic_load(&calls); }

static void die(void) {
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

static int is_inside(const char *path) {
    return !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* Whether a path, relative to a folder's descriptor, is under the root; `full` gets it. */
static int path_at(int folder, const char *path, char *full) {
    if (!armed || !path) return 0;
    if (path[0] == '/') {
        if (strlen(path) >= PATH_MAX) return 0;
        strcpy(full, path);
    } else {
        char link[64];
        snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, full, PATH_MAX - 1);
        if (length < 0 || length + strlen(path) + 2 > PATH_MAX) return 0;
        snprintf(full + length, PATH_MAX - length, "/%s", path);
    }
    return is_inside(full);
}

/* The same for an open file. */
static int path_of(int file, char *full) {
    if (!armed || file < 0) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, full, PATH_MAX - 1);
    if (length < 0) return 0;
    full[length] = 0;
    return is_inside(full);
}

/* Whether a kind of call can fail for this reason: a full disk fails no unlink. */
static int can_fail(const char *kind) {
    switch (error_number) {
    case EMFILE: return !strcmp(kind, "open") || !strcmp(kind, "create");
    case ENOSPC: return strcmp(kind, "open") && strcmp(kind, "unlink") && strcmp(kind, "rmdir") && strcmp(kind, "mmap");
    case EACCES: return strcmp(kind, "write") && strcmp(kind, "sync") && strcmp(kind, "truncate") && strcmp(kind, "mmap");
    default: return 1;
    }
}

static enum verdict before(const char *kind, long *number) {
    *number = atomic_fetch_add(&calls, 1) + 1;
    if (mode == KILL && *number == at) die();
    if ((mode == FAIL && *number == at) || (mode == FAIL_ON && *number >= at && can_fail(kind))) {
        errno = error_number;
        return FAILS;
    }
    return (mode == TEAR || mode == SHORT) && *number == at ? HALF : GO;
}

static void after(const char *kind, long number, const char *path, const char *other, long size, int is_done) {
    int kept = errno;
    if (log_fd >= 0) {
        char line[2 * PATH_MAX + 100];
        int length = snprintf(line, sizeof line, "%ld\t%s\t%s\t%s\t%ld\t%d\n", number, kind, path, other, size, is_done);
        syscall(SYS_write, log_fd, line, length);
    }
    if (mode == KILL_AFTER && number == at) die();
    errno = kept;
}

#define REAL(result, name, ...)                                                                                       \
    static result (*real)(__VA_ARGS__);                                                                               \
    if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)
#define COUNTED(is_counted, kind, other, size, result, failed, call)                                                  \
    if (!(is_counted)) return call;                                                                                   \
    long number;                                                                                                      \
    if (before(kind, &number) == FAILS) return failed;                                                                \
    result made = call;                                                                                               \
    after(kind, number, path, other, size, made != failed);                                                           \
    return made

/* Writes. The n-th one may write its first half only: then the process dies (torn), or goes on (short). */
#define WRITTEN(size, half, call)                                                                                     \
    char path[PATH_MAX];                                                                                              \
    if (!path_of(file, path)) return call;                                                                            \
    long number;                                                                                                      \
    enum verdict verdict = before("write", &number);                                                                  \
    if (verdict == FAILS) return -1;                                                                                  \
    ssize_t made = verdict == HALF && (size) > 1 ? half : call;                                                       \
    if (verdict == HALF && mode == TEAR) die();                                                                       \
    after("write", number, path, "", made, made >= 0);                                                                \
    return made

ssize_t write(int file, const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    WRITTEN(size, real(file, data, size / 2), real(file, data, size));
}
ssize_t pwrite(int file, const void *data, size_t size, off_t place) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    WRITTEN(size, real(file, data, size / 2, place), real(file, data, size, place));
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t place) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    WRITTEN(size, real(file, data, size / 2, place), real(file, data, size, place));
}
ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    WRITTEN(count, real(file, parts, count / 2), real(file, parts, count));
}
ssize_t sendfile64(int file, int from, off64_t *place, size_t size) {
    REAL(ssize_t, sendfile64, int, int, off64_t *, size_t);
    WRITTEN(size, real(file, from, place, 1), real(file, from, place, size));
}
ssize_t sendfile(int file, int from, off_t *place, size_t size) { return sendfile64(file, from, place, size); }
ssize_t copy_file_range(int from, off64_t *start, int file, off64_t *place, size_t size, unsigned flags) {
    REAL(ssize_t, copy_file_range, int, off64_t *, int, off64_t *, size_t, unsigned);
    WRITTEN(size, real(from, start, file, place, 1, flags), real(from, start, file, place, size, flags));
}
/* numpy writes arrays through a stream, whose own writes no library can stand under: each is flushed at once. */
static ssize_t stream_write(size_t (*real)(const void *, size_t, size_t, FILE *), const void *data, size_t size, FILE *to) {
    size_t made = real(data, 1, size, to);
    return fflush(to) ? -1 : (ssize_t)made;
}
static ssize_t counted_stream_write(
    size_t (*real)(const void *, size_t, size_t, FILE *), const void *data, size_t size, FILE *to, int file) {
    WRITTEN(size, stream_write(real, data, size / 2, to), stream_write(real, data, size, to));
}
size_t fwrite(const void *data, size_t size, size_t count, FILE *to) {
    REAL(size_t, fwrite, const void *, size_t, size_t, FILE *);
    char path[PATH_MAX];
    if (!size || !path_of(fileno(to), path)) return real(data, size, count, to);
    ssize_t made = counted_stream_write(real, data, size * count, to, fileno(to));
    return made < 0 ? 0 : made / size;
}

#define ON_FILE(name, kind)                                                                                           \
    int name(int file) {                                                                                              \
        REAL(int, name, int);                                                                                         \
        char path[PATH_MAX];                                                                                          \
        COUNTED(path_of(file, path), kind, "", 0, int, -1, real(file));                                               \
    }
ON_FILE(fsync, "sync")
ON_FILE(fdatasync, "sync")

#define TRUNCATED(name, type)                                                                                         \
    int name(int file, type size) {                                                                                   \
        REAL(int, name, int, type);                                                                                   \
        char path[PATH_MAX];                                                                                          \
        COUNTED(path_of(file, path), "truncate", "", size, int, -1, real(file, size));                                \
    }
TRUNCATED(ftruncate, off_t)
TRUNCATED(ftruncate64, off64_t)

#define MAPPED(name, type)                                                                                            \
    void *name(void *where, size_t size, int rights, int flags, int file, type place) {                               \
        REAL(void *, name, void *, size_t, int, int, int, type);                                                      \
        char path[PATH_MAX];                                                                                          \
        COUNTED(path_of(file, path), "mmap", "", size, void *, MAP_FAILED, real(where, size, rights, flags, file, place)); \
    }
MAPPED(mmap, off_t)
MAPPED(mmap64, off64_t)

#define OPENED(name, folder, ...)                                                                                     \
    char path[PATH_MAX];                                                                                              \
    mode_t rights = 0;                                                                                                \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {                                                                              \
        va_list more;                                                                                                 \
        va_start(more, flags);                                                                                        \
        rights = va_arg(more, mode_t);                                                                                \
        va_end(more);                                                                                                 \
    }                                                                                                                 \
    const char *kind = flags & O_CREAT ? "create" : "open";                                                           \
    COUNTED(path_at(folder, name, path), kind, flags & O_TRUNC ? "truncated" : "", 0, int, -1, real(__VA_ARGS__, flags, rights))
int open(const char *name, int flags, ...) {
    REAL(int, open, const char *, int, ...);
    OPENED(name, AT_FDCWD, name);
}
int open64(const char *name, int flags, ...) {
    REAL(int, open64, const char *, int, ...);
    OPENED(name, AT_FDCWD, name);
}
int openat(int folder, const char *name, int flags, ...) {
    REAL(int, openat, int, const char *, int, ...);
    OPENED(name, folder, folder, name);
}
int openat64(int folder, const char *name, int flags, ...) {
    REAL(int, openat64, int, const char *, int, ...);
    OPENED(name, folder, folder, name);
}
int creat(const char *name, mode_t rights) { return open(name, O_CREAT | O_WRONLY | O_TRUNC, rights); }
#define STREAM(name)                                                                                                  \
    FILE *name(const char *file, const char *how) {                                                                   \
        REAL(FILE *, name, const char *, const char *);                                                               \
        char path[PATH_MAX];                                                                                          \
        const char *kind = how[0] == 'r' ? "open" : "create";                                                         \
        COUNTED(path_at(AT_FDCWD, file, path), kind, how[0] == 'w' ? "truncated" : "", 0, FILE *, NULL, real(file, how)); \
    }
STREAM(fopen)
STREAM(fopen64)

#define RENAMED(from_folder, from, to_folder, to, call)                                                               \
    char path[PATH_MAX], other[PATH_MAX];                                                                             \
    int is_source = path_at(from_folder, from, path), is_target = path_at(to_folder, to, other);                      \
    COUNTED(is_source || is_target, "rename", other, 0, int, -1, call)
int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    RENAMED(AT_FDCWD, from, AT_FDCWD, to, real(from, to));
}
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    RENAMED(from_folder, from, to_folder, to, real(from_folder, from, to_folder, to));
}
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    REAL(int, renameat2, int, const char *, int, const char *, unsigned);
    RENAMED(from_folder, from, to_folder, to, real(from_folder, from, to_folder, to, flags));
}

#define ON_NAME(function, kind)                                                                                       \
    int function(const char *name) {                                                                                  \
        REAL(int, function, const char *);                                                                            \
        char path[PATH_MAX];                                                                                          \
        COUNTED(path_at(AT_FDCWD, name, path), kind, "", 0, int, -1, real(name));                                     \
    }
ON_NAME(unlink, "unlink")
ON_NAME(rmdir, "rmdir")
int unlinkat(int folder, const char *name, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    char path[PATH_MAX];
    const char *kind = flags & AT_REMOVEDIR ? "rmdir" : "unlink";
    COUNTED(path_at(folder, name, path), kind, "", 0, int, -1, real(folder, name, flags));
}
int mkdir(const char *name, mode_t rights) {
    REAL(int, mkdir, const char *, mode_t);
    char path[PATH_MAX];
    COUNTED(path_at(AT_FDCWD, name, path), "mkdir", "", 0, int, -1, real(name, rights));
}
int mkdirat(int folder, const char *name, mode_t rights) {
    REAL(int, mkdirat, int, const char *, mode_t);
    char path[PATH_MAX];
    COUNTED(path_at(folder, name, path), "mkdir", "", 0, int, -1, real(folder, name, rights));
}

/* Writes down everything that a program does to the files of one folder, in order, as its disk would be told it.
 * Compiled and preloaded by tests/crash/power.py. XINSHI_RECORD_FOLDER names the folder, XINSHI_RECORD_TO the record.
 * A record: kind (1 byte), length of the path (2), offset (8), length of the data (8), path, data. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int record = -1;
static const char *folder;

__attribute__((constructor)) static void begin(void) {
    const char *to = getenv("XINSHI_RECORD_TO");
    folder = getenv("XINSHI_RECORD_FOLDER");
    if (to && folder) record = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(const void *from, size_t size) {
    const char *at = from;
    while (size) {
        ssize_t done = syscall(SYS_write, record, at, size);
        if (done <= 0) abort();
        at += done;
        size -= (size_t)done;
    }
}

static void note(char kind, const char *path, uint64_t offset, const void *data, uint64_t size) {
    uint16_t length = (uint16_t)strlen(path);
    put(&kind, 1);
    put(&length, 2);
    put(&offset, 8);
    put(&size, 8);
    put(path, length);
    if (data) put(data, size);
}

/* The path of a descriptor if it is the folder or in it. */
static int ours(int fd, char *path) {
    char link[64];
    if (record < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, 4095);
    if (length <= 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

static ssize_t written(int fd, const void *data, size_t size, off64_t offset) {
    char path[4096];
    if (!ours(fd, path)) return syscall(SYS_pwrite64, fd, data, size, offset);
    pthread_mutex_lock(&turn);
    ssize_t done = syscall(SYS_pwrite64, fd, data, size, offset);
    if (done > 0) note('w', path, (uint64_t)offset, data, (uint64_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return written(fd, data, size, offset); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) { return written(fd, data, size, offset); }

static int synced(long call, int fd) {
    char path[4096];
    if (!ours(fd, path)) return (int)syscall(call, fd);
    pthread_mutex_lock(&turn);
    int done = (int)syscall(call, fd);
    if (done == 0) note('s', path, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int fsync(int fd) { return synced(SYS_fsync, fd); }
int fdatasync(int fd) { return synced(SYS_fdatasync, fd); }

static int cut(int fd, off64_t size) {
    char path[4096];
    if (!ours(fd, path)) return (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&turn);
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (done == 0) note('t', path, (uint64_t)size, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

int ftruncate(int fd, off_t size) { return cut(fd, size); }
int ftruncate64(int fd, off64_t size) { return cut(fd, size); }

int unlink(const char *path) {
    if (record < 0 || strncmp(path, folder, strlen(folder)) != 0) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    pthread_mutex_lock(&turn);
    int done = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0) note('u', path, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

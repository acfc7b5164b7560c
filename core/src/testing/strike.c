/* Loaded before the C library of one process, lets one call to its files fail, or ends the process there.
 *
 * DEVENIR_STRIKE is `MODE NUMBER`: the call of that number, counted from 1, of those that write, sync, truncate, rename
 * or remove a file. Modes: `count` lets all pass and writes their number to the file DEVENIR_STRIKE_COUNT at the end;
 * `fail` answers EIO and does nothing; `fail-kept` does it and answers EIO; `kill` and `kill-kept` end the process
 * before and after. What goes to pipes and terminals is not counted.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char mode[16];
static long number, calls;

__attribute__((constructor)) static void begin(void) {
    const char *asked = getenv("DEVENIR_STRIKE");
    if (asked) sscanf(asked, "%15s %ld", mode, &number);
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("DEVENIR_STRIKE_COUNT");
    FILE *file = path && !strcmp(mode, "count") ? fopen(path, "w") : NULL;
    if (!file) return;
    long seen = calls;
    fprintf(file, "%ld\n", seen);
    fclose(file);
}

static int is_struck(void) {
    return mode[0] && __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) == number;
}

static int is_file(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 && S_ISREG(found.st_mode);
}

/* A directory that is synced counts too. */
static int is_kept(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 && (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode));
}

#define STRIKE(type, name, counted, given, passed)                        \
    type name given {                                                     \
        static type(*real) given;                                         \
        if (!real) real = dlsym(RTLD_NEXT, #name);                        \
        if (!(counted) || !is_struck()) return real passed;               \
        if (!strcmp(mode, "kill")) raise(SIGKILL);                        \
        if (!strcmp(mode, "fail")) return errno = EIO, (type)-1;          \
        type done = real passed;                                          \
        if (!strcmp(mode, "kill-kept")) raise(SIGKILL);                   \
        return strcmp(mode, "fail-kept") ? done : (errno = EIO, (type)-1); \
    }

STRIKE(ssize_t, write, is_file(fd), (int fd, const void *bytes, size_t len), (fd, bytes, len))
STRIKE(ssize_t, pwrite, is_file(fd), (int fd, const void *bytes, size_t len, off_t at), (fd, bytes, len, at))
STRIKE(ssize_t, pwrite64, is_file(fd), (int fd, const void *bytes, size_t len, off64_t at), (fd, bytes, len, at))
STRIKE(int, fsync, is_kept(fd), (int fd), (fd))
STRIKE(int, fdatasync, is_kept(fd), (int fd), (fd))
STRIKE(int, ftruncate, is_file(fd), (int fd, off_t len), (fd, len))
STRIKE(int, ftruncate64, is_file(fd), (int fd, off64_t len), (fd, len))
STRIKE(int, rename, 1, (const char *from, const char *to), (from, to))
STRIKE(int, unlink, 1, (const char *path), (path))

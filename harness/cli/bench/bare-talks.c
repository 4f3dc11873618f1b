/* The bare loop of npm run bench in C: the same connections as harness/wire/bare-loop.ts, each turn behind the answer to the one before.
   bare-talks FILE HOST PORT CONCURRENCY ROUNDS; prints sessions and milliseconds. FILE: for each talk uint32 greeting, uint32 turns, and for
   each turn uint32 answered, uint32 length, the bytes; numbers little-endian. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ms without a byte after which a talk is given up, as in the loop of Node. */
#define SILENCE 200
#define MOST_AT_ONCE 1024

struct talk { int fd; const unsigned char *next; uint32_t turns; int64_t due; int64_t heard; };
static const unsigned char *file, *end, *at;
static struct sockaddr_in server;
static struct talk slots[MOST_AT_ONCE];
static int poller;
static long left, under_way, done;

static uint32_t number(const unsigned char **p) { uint32_t n; memcpy(&n, *p, 4); *p += 4; return n; }
static int64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000LL + t.tv_nsec / 1000000; }
static void fail(const char *what) { perror(what); exit(1); }

static void open_next(struct talk *one) {
  one->fd = -1;
  if (left == 0) return;
  left--;
  if (at == end) at = file;
  uint32_t greeting = number(&at);
  one->turns = number(&at);
  one->next = at;
  for (uint32_t i = 0; i < one->turns; i++) { number(&at); uint32_t length = number(&at); at += length; }
  one->due = greeting;
  one->heard = now();
  int on = 1;
  if ((one->fd = socket(AF_INET, SOCK_STREAM, 0)) < 0) fail("socket");
  setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(one->fd, (struct sockaddr *)&server, sizeof server) < 0) fail("connect");
  fcntl(one->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = one };
  if (epoll_ctl(poller, EPOLL_CTL_ADD, one->fd, &event) < 0) fail("epoll_ctl");
  under_way++;
}

static void over(struct talk *one) {
  close(one->fd);
  under_way--;
  done++;
  open_next(one);
}

static void readable(struct talk *one) {
  static unsigned char heap[65536];
  ssize_t got = read(one->fd, heap, sizeof heap);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) { over(one); return; }
  one->heard = now();
  one->due -= got;
  while (one->due <= 0) {
    if (one->turns == 0) { shutdown(one->fd, SHUT_WR); one->due = INT64_MAX / 2; return; }
    one->turns--;
    one->due += number(&one->next);
    uint32_t length = number(&one->next);
    if (write(one->fd, one->next, length) < 0) { over(one); return; }
    one->next += length;
  }
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  int fd = open(argv[1], O_RDONLY);
  struct stat about;
  if (fd < 0 || fstat(fd, &about) < 0) fail(argv[1]);
  unsigned char *bytes = malloc(about.st_size);
  for (off_t have = 0; have < about.st_size;) { ssize_t n = read(fd, bytes + have, about.st_size - have); if (n <= 0) fail("read"); have += n; }
  file = at = bytes;
  end = bytes + about.st_size;
  server.sin_family = AF_INET;
  server.sin_port = htons(atoi(argv[3]));
  if (inet_pton(AF_INET, argv[2], &server.sin_addr) != 1) fail("address");
  long concurrency = atol(argv[4]), talks = 0;
  if (concurrency > MOST_AT_ONCE) return 2;
  for (const unsigned char *p = file; p < end; talks++) { number(&p); for (uint32_t turns = number(&p); turns > 0; turns--) { number(&p); uint32_t n = number(&p); p += n; } }
  left = talks * atol(argv[5]);
  poller = epoll_create1(0);
  int64_t from = now();
  for (long i = 0; i < concurrency; i++) open_next(&slots[i]);
  while (under_way > 0) {
    struct epoll_event events[64];
    int n = epoll_wait(poller, events, 64, SILENCE);
    for (int i = 0; i < n; i++) readable(events[i].data.ptr);
    int64_t late = now() - SILENCE;
    for (long i = 0; i < concurrency; i++) if (slots[i].fd >= 0 && slots[i].heard < late) over(&slots[i]);
  }
  printf("%ld %lld\n", done, (long long)(now() - from));
  return 0;
}

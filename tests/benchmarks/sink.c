/* A mail server that takes everything and keeps nothing, at a fraction of what smtp-sink costs.

   Usage: sink DELAY_MICROSECONDS CHUNKING(0|1). Listens on a free port of the loopback and prints it.
   Every reply leaves DELAY after what it answers came in, as if the network were that long; nobody else waits.
   XCOUNT answers "250 MESSAGES OCTETS PROCESSOR_MICROSECONDS": what was accepted since the start. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { FDS = 4096, LINE = 4096, REPLIES = 8192, CHUNK = 1 << 18, EVENTS = 256 };

struct connection {
    int is_open, is_content, is_leaving;
    int matched;            /* characters of the end of a message seen: CR LF . CR LF */
    long octets_left;       /* of a chunk */
    int is_last;            /* this chunk ends the message */
    size_t line_length, reply_length;
    char line[LINE], replies[REPLIES];
    unsigned life;          /* a late reply must not reach the next one who has this number */
};
struct late { int64_t due; int fd; unsigned life; char *text; size_t length; struct late *next; };

static struct connection connections[FDS];
static struct late *first_late, **last_late = &first_late;
static int64_t delay;
static int poll_fd, timer_fd, offers_chunking;
static unsigned long long messages, octets;
static char buffer[CHUNK];

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void hang_up(int fd) {
    connections[fd].is_open = 0;
    connections[fd].life++;
    close(fd);
}

static void reply(struct connection *c, const char *text) {
    size_t length = strlen(text);
    if (c->reply_length + length <= REPLIES) {
        memcpy(c->replies + c->reply_length, text, length);
        c->reply_length += length;
    }
}

static void count(struct connection *c) {
    struct rusage used;
    char text[128];
    getrusage(RUSAGE_SELF, &used);
    snprintf(text, sizeof text, "250 %llu %llu %lld\r\n", messages, octets,
             (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    reply(c, text);
}

static void accept_message(struct connection *c) {
    messages++;
    reply(c, "250 2.0.0 kept nowhere\r\n");
}

static void end_chunk(struct connection *c) {
    if (c->is_last) accept_message(c);
    else reply(c, "250 2.0.0 go on\r\n");
}

static void obey(struct connection *c, const char *line) {
    if (!strncasecmp(line, "MAIL", 4) || !strncasecmp(line, "RCPT", 4)) reply(c, "250 2.1.0 fine\r\n");
    else if (!strncasecmp(line, "DATA", 4)) {
        c->is_content = 1;
        c->matched = 2;
        reply(c, "354 go ahead\r\n");
    } else if (!strncasecmp(line, "BDAT ", 5)) {
        c->octets_left = atol(line + 5);
        c->is_last = strcasestr(line, "LAST") != NULL;
        if (!c->octets_left) end_chunk(c);
    } else if (!strncasecmp(line, "EHLO", 4))
        reply(c, offers_chunking
            ? "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n"
            : "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n");
    else if (!strncasecmp(line, "QUIT", 4)) {
        c->is_leaving = 1;
        reply(c, "221 2.0.0 bye\r\n");
    } else if (!strncasecmp(line, "XCOUNT", 6)) count(c);
    else reply(c, "250 2.0.0 fine\r\n");
}

/* Each of these takes what it understands from the octets and tells how many those were. */
static size_t take_line(struct connection *c, const char *data, size_t length) {
    const char *end = memchr(data, '\n', length);
    size_t taken = end ? (size_t)(end - data) + 1 : length;
    size_t room = LINE - 1 - c->line_length, kept = taken < room ? taken : room;
    memcpy(c->line + c->line_length, data, kept);
    c->line_length += kept;
    if (end) {
        c->line[c->line_length] = 0;
        c->line_length = 0;
        obey(c, c->line);
    }
    return taken;
}

static size_t take_chunk(struct connection *c, size_t length) {
    size_t taken = (size_t)c->octets_left < length ? (size_t)c->octets_left : length;
    octets += taken;
    c->octets_left -= taken;
    if (!c->octets_left) end_chunk(c);
    return taken;
}

static size_t take_content(struct connection *c, const char *data, size_t length) {
    static const char ending[] = "\r\n.\r\n";
    size_t at = 0;
    while (at < length && c->matched < 5) {
        if (data[at] == ending[c->matched]) { c->matched++; at++; }
        else if (c->matched) c->matched = data[at] == '\r' ? (at++, 1) : 0;
        else {
            const char *feed = memchr(data + at, '\n', length - at);
            if (feed && feed > data + at && feed[-1] == '\r') { c->matched = 2; at = feed - data + 1; }
            else if (feed) at = feed - data + 1;
            else { c->matched = data[length - 1] == '\r'; at = length; }
        }
    }
    octets += at;
    if (c->matched == 5) {
        c->is_content = 0;
        accept_message(c);
    }
    return at;
}

static void set_timer(void) {
    struct itimerspec when = {{0, 0}, {0, 0}};
    if (first_late) {
        when.it_value.tv_sec = first_late->due / 1000000;
        when.it_value.tv_nsec = first_late->due % 1000000 * 1000;
    }
    timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void answer(int fd, const char *text, size_t length) {
    if (send(fd, text, length, MSG_NOSIGNAL) != (ssize_t)length || connections[fd].is_leaving) hang_up(fd);
}

static void answer_later(int fd, struct connection *c) {
    struct late *later = malloc(sizeof *later);
    *later = (struct late){now() + delay, fd, c->life, malloc(c->reply_length), c->reply_length, NULL};
    memcpy(later->text, c->replies, c->reply_length);
    int is_first = !first_late;
    *last_late = later;
    last_late = &later->next;
    if (is_first) set_timer();
}

static void answer_what_is_due(void) {
    uint64_t rings;
    if (read(timer_fd, &rings, sizeof rings) < 0 && errno != EAGAIN) exit(1);
    while (first_late && first_late->due <= now()) {
        struct late *later = first_late;
        first_late = later->next;
        if (!first_late) last_late = &first_late;
        if (connections[later->fd].is_open && connections[later->fd].life == later->life)
            answer(later->fd, later->text, later->length);
        free(later->text);
        free(later);
    }
    set_timer();
}

static void hear(int fd) {
    struct connection *c = &connections[fd];
    ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) hang_up(fd);
        return;
    }
    for (size_t at = 0; at < (size_t)got;) {
        if (c->octets_left) at += take_chunk(c, got - at);
        else if (c->is_content) at += take_content(c, buffer + at, got - at);
        else at += take_line(c, buffer + at, got - at);
    }
    if (!c->reply_length) return;
    if (delay) answer_later(fd, c);
    else answer(fd, c->replies, c->reply_length);
    c->reply_length = 0;
}

static void welcome(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), yes = 1;
    if (fd < 0) return;
    if (fd >= FDS) { close(fd); return; }
    unsigned life = connections[fd].life + 1;
    memset(&connections[fd], 0, sizeof connections[fd]);
    connections[fd].is_open = 1;
    connections[fd].life = life;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &wanted);
    answer(fd, "220 sink\r\n", 10);
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    delay = argc > 1 ? atol(argv[1]) : 0;
    offers_chunking = argc > 2 && atoi(argv[2]);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)) return 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    poll_fd = epoll_create1(0);
    timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event door = {.events = EPOLLIN, .data.fd = listener}, bell = {.events = EPOLLIN, .data.fd = timer_fd};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &door);
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, timer_fd, &bell);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        struct epoll_event events[EVENTS];
        int number = epoll_wait(poll_fd, events, EVENTS, -1);
        for (int i = 0; i < number; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) welcome(listener);
            else if (fd == timer_fd) answer_what_is_due();
            else if (connections[fd].is_open) hear(fd);
        }
    }
}

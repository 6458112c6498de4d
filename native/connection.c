// SPDX-License-Identifier: MIT
/* The connection to the hypervisor process: set up before main, watched until its end. */
#define _GNU_SOURCE
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char directory[96];
static int control = -1;
static pthread_mutex_t control_lock = PTHREAD_MUTEX_INITIALIZER;

int hypervisor_present(void)
{
	return control >= 0;
}

const char *instance_directory(void)
{
	return directory;
}

int hypervisor_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/hypervisor", directory);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int send_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return -1;
		at += sent;
		size -= sent;
	}
	return 0;
}

static int receive_all(int fd, void *data, size_t size)
{
	char *at = data;

	while (size) {
		ssize_t received = recv(fd, at, size, 0);

		if (received < 0 && errno == EINTR)
			continue;
		if (received <= 0)
			return -1;
		at += received;
		size -= received;
	}
	return 0;
}

int64_t hypervisor_call_on(int fd, const struct call *call, const void *payload,
			   void *reply, size_t room)
{
	struct answer answer;

	if (send_all(fd, call, sizeof(*call)) || send_all(fd, payload, call->length) ||
	    receive_all(fd, &answer, sizeof(answer)) || answer.length > room ||
	    receive_all(fd, reply, answer.length)) {
		errno = EIO;
		return -1;
	}
	if (answer.error) {
		errno = answer.error;
		return -1;
	}
	return answer.value;
}

int64_t hypervisor_query(enum operation operation, uint64_t a, uint64_t b, uint64_t c,
			 void *reply, size_t room)
{
	struct call call = { .operation = operation, .argument = { a, b, c } };
	int64_t value;

	pthread_mutex_lock(&control_lock);
	value = hypervisor_call_on(control, &call, NULL, reply, room);
	pthread_mutex_unlock(&control_lock);
	return value;
}

int64_t hypervisor_call(enum operation operation, uint64_t a, uint64_t b, uint64_t c)
{
	return hypervisor_query(operation, a, b, c, NULL, 0);
}

void hypervisor_listening(const char *path)
{
	struct call call = { .operation = OP_LISTENING, .length = strlen(path) };

	pthread_mutex_lock(&control_lock);
	hypervisor_call_on(control, &call, path, NULL, 0);
	pthread_mutex_unlock(&control_lock);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	remove(path);
	return 0;
}

static void remove_directory(void)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&lock);
	nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	pthread_mutex_unlock(&lock);
}

/* A hypervisor that ends in order kills its programs first; one that was killed can no longer, so this process follows. */
static void *follow_hypervisor(void *unused)
{
	struct pollfd end = { .fd = control, .events = POLLRDHUP };

	(void)unused;
	while (poll(&end, 1, -1) < 0 && errno == EINTR)
		;
	remove_directory();
	kill(getpid(), SIGKILL);
	return NULL;
}

/* The program may itself notice that the hypervisor went, and exit before the thread above has done its work. */
__attribute__((destructor)) static void leave(void)
{
	if (control >= 0 && hypervisor_call(OP_HELLO, WIRE_VERSION, getpid(), 0) < 0)
		remove_directory();
}

static void fail(const char *what)
{
	fprintf(stderr, "conformance-preload: %s: %s\n", what, strerror(errno));
	_exit(127);
}

__attribute__((constructor)) static void attach(void)
{
	const char *named = getenv("CONFORMANCE_XEN_INSTANCE");
	struct call hello = { .operation = OP_HELLO, .argument = { WIRE_VERSION, getpid() } };
	sigset_t all, before;
	pthread_t thread;

	if (!named)
		return;
	/* Programs that this one starts are not ours. */
	unsetenv("LD_PRELOAD");
	unsetenv("CONFORMANCE_XEN_INSTANCE");
	if (strlen(named) >= sizeof(directory) || !strstr(named, "/xenconf-")) {
		errno = EINVAL;
		fail("CONFORMANCE_XEN_INSTANCE is not a directory xenconf-* with a short path");
	}
	strcpy(directory, named);
	control = hypervisor_connect();
	if (control < 0 || hypervisor_call_on(control, &hello, NULL, NULL, 0) < 0)
		fail("the software hypervisor does not answer");
	/* The program's signals belong to the program's own thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	errno = pthread_create(&thread, NULL, follow_hypervisor, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (errno)
		fail("no thread");
	pthread_detach(thread);
}

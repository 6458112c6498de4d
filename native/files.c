// SPDX-License-Identifier: MIT
/*
 * Files of the running system that a program reaches by fixed paths: they lie below the instance's directory instead, so
 * that several instances run beside one another and beside a real Xen.
 */
#define _GNU_SOURCE
#include "wire.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define REAL(function)						\
	static __typeof__(&function) real;			\
	if (!real)						\
		real = (__typeof__(real))dlsym(RTLD_NEXT, #function)

struct path {
	char text[4096];
};

static const char *redirect(const char *path, struct path *buffer)
{
	static const char *const prefixes[] = {
		"/proc/xen/", "/var/run/xen", "/run/xen", "/var/lib/xen", "/var/log/xen",
	};

	if (!hypervisor_present() || !path)
		return path;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		if (strncmp(path, prefixes[i], strlen(prefixes[i])))
			continue;
		snprintf(buffer->text, sizeof(buffer->text), "%s%s", instance_directory(), path);
		return buffer->text;
	}
	return path;
}

/* A mode that was not passed is read as garbage and ignored by the kernel, as in libc itself. */
#define OPEN(function)						\
int function(const char *path, int flags, ...)			\
{								\
	struct path buffer;					\
	va_list rest;						\
	mode_t mode;						\
	REAL(function);						\
								\
	va_start(rest, flags);					\
	mode = va_arg(rest, mode_t);				\
	va_end(rest);						\
	return real(redirect(path, &buffer), flags, mode);	\
}

#define ON_PATH(function, parameters, ...)			\
int function parameters						\
{								\
	struct path buffer;					\
	REAL(function);						\
								\
	return real(redirect(path, &buffer), ##__VA_ARGS__);	\
}

OPEN(open)
OPEN(open64)
ON_PATH(access, (const char *path, int mode), mode)
ON_PATH(chmod, (const char *path, mode_t mode), mode)
ON_PATH(mkdir, (const char *path, mode_t mode), mode)
ON_PATH(stat, (const char *path, struct stat *status), status)
ON_PATH(stat64, (const char *path, struct stat64 *status), status)
ON_PATH(unlink, (const char *path))

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_un moved = { .sun_family = AF_UNIX };
	struct path buffer;
	const char *path;
	REAL(bind);

	if (address->sa_family != AF_UNIX || !((const struct sockaddr_un *)address)->sun_path[0])
		return real(fd, address, length);
	path = redirect(((const struct sockaddr_un *)address)->sun_path, &buffer);
	if (strlen(path) >= sizeof(moved.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(moved.sun_path, path);
	return real(fd, (struct sockaddr *)&moved, sizeof(moved));
}

int listen(int fd, int backlog)
{
	struct sockaddr_un address = { 0 };
	socklen_t length = sizeof(address);
	int result;
	REAL(listen);

	result = real(fd, backlog);
	if (!result && hypervisor_present() && !getsockname(fd, (struct sockaddr *)&address, &length) &&
	    address.sun_family == AF_UNIX && address.sun_path[0])
		hypervisor_listening(address.sun_path);
	return result;
}

/* oxenstored raises its limit of open files beyond what an unprivileged user may have; it never needs that many here. */
int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	int before = errno;
	REAL(setrlimit);

	if (!real(resource, limit))
		return 0;
	if (errno != EPERM || !hypervisor_present())
		return -1;
	errno = before;
	return 0;
}

/* What a daemon would tell the system's log is evidence of this instance. */
void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list rest;

	(void)priority, (void)flag;
	va_start(rest, format);
	vfprintf(stderr, format, rest);
	va_end(rest);
	fputc('\n', stderr);
}

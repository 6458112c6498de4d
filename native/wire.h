/* SPDX-License-Identifier: MIT */
/* The messages between a preloaded program and the software hypervisor; README.md says what each one means. */
#ifndef CONFORMANCE_WIRE_H
#define CONFORMANCE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define WIRE_VERSION	1
#define PAGE_BYTES	4096

enum operation {
	OP_HELLO		= 1,
	OP_LISTENING		= 2,
	OP_DOMAIN_INFO		= 16,
	OP_MAP_FRAME		= 32,
	OP_MAP_GRANT		= 33,
	OP_UNMAP		= 34,
	OP_EVENTS_OPEN		= 48,
	OP_BIND_INTERDOMAIN	= 49,
	OP_BIND_VIRQ		= 50,
	OP_UNBIND		= 51,
	OP_NOTIFY		= 52,
	OP_UNMASK		= 53,
};

/* Followed by length bytes of payload. */
struct call {
	uint32_t operation;
	uint32_t length;
	uint64_t argument[4];
};

/* Followed by length bytes of payload; value is meaningless unless error, an errno number, is 0. */
struct answer {
	int64_t value;
	uint32_t error;
	uint32_t length;
};

/* One element of the payload that answers OP_DOMAIN_INFO; flags are XEN_DOMINF_* of domctl.h. */
struct domain_record {
	uint32_t domain;
	uint32_t flags;
	uint64_t pages;
};

/* The payload that answers OP_MAP_*: where in which file the page lies; the path ends with a NUL. */
struct page_record {
	uint64_t offset;
	char path[256];
};

#pragma GCC visibility push(hidden)

/* True when this process was started under a software hypervisor. */
int hypervisor_present(void);

/* The instance's directory, which stands in for / in the redirected paths. */
const char *instance_directory(void);

/* Opens one more connection to the hypervisor; -1 with errno. */
int hypervisor_connect(void);

/*
 * Sends a call over a connection and takes its answer: the value, or -1 with errno. The answer's payload goes to reply;
 * one longer than room is a broken connection, EIO.
 */
int64_t hypervisor_call_on(int fd, const struct call *call, const void *payload, void *reply, size_t room);

/* The same over the process's control connection, one call at a time. */
int64_t hypervisor_query(enum operation operation, uint64_t a, uint64_t b, uint64_t c,
			 void *reply, size_t room);
int64_t hypervisor_call(enum operation operation, uint64_t a, uint64_t b, uint64_t c);

/* Tells the hypervisor that a socket at path takes connections now. */
void hypervisor_listening(const char *path);

#pragma GCC visibility pop

#endif

// SPDX-License-Identifier: MIT
/* The calls of libxenctrl, libxenevtchn and libxengnttab (4.17) that the XenStore daemons make. */
#define _GNU_SOURCE
#include "wire.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Event channels: a handle is a connection over which the hypervisor sends the numbers of ports that became ready. */

struct event_handle {
	int fd;
	uint32_t number;
};

void *xenevtchn_open(void *logger, unsigned int flags)
{
	struct call open_call = { .operation = OP_EVENTS_OPEN };
	struct event_handle *handle = malloc(sizeof(*handle));
	int64_t number;

	(void)logger, (void)flags;
	if (!handle)
		return NULL;
	handle->fd = hypervisor_connect();
	if (handle->fd < 0)
		goto free_handle;
	number = hypervisor_call_on(handle->fd, &open_call, NULL, NULL, 0);
	if (number < 0)
		goto close_fd;
	handle->number = number;
	return handle;
close_fd:
	close(handle->fd);
free_handle:
	free(handle);
	return NULL;
}

int xenevtchn_close(struct event_handle *handle)
{
	close(handle->fd);
	free(handle);
	return 0;
}

int xenevtchn_fd(struct event_handle *handle)
{
	return handle->fd;
}

int xenevtchn_bind_interdomain(struct event_handle *handle, uint32_t domain, uint32_t remote_port)
{
	return hypervisor_call(OP_BIND_INTERDOMAIN, handle->number, domain, remote_port);
}

int xenevtchn_bind_virq(struct event_handle *handle, unsigned int virq)
{
	return hypervisor_call(OP_BIND_VIRQ, handle->number, virq, 0);
}

int xenevtchn_unbind(struct event_handle *handle, uint32_t port)
{
	return hypervisor_call(OP_UNBIND, handle->number, port, 0);
}

int xenevtchn_notify(struct event_handle *handle, uint32_t port)
{
	return hypervisor_call(OP_NOTIFY, handle->number, port, 0);
}

int xenevtchn_unmask(struct event_handle *handle, uint32_t port)
{
	return hypervisor_call(OP_UNMASK, handle->number, port, 0);
}

int xenevtchn_pending(struct event_handle *handle)
{
	uint32_t port;

	return read(handle->fd, &port, sizeof(port)) == sizeof(port) ? (int)port : -1;
}

/* Memory: a page is mapped from the file that holds its domain's memory. */

struct mapping {
	struct mapping *next;
	void *address;
	size_t size;
	uint64_t number;
};

static struct mapping *mappings;
static pthread_mutex_t mappings_lock = PTHREAD_MUTEX_INITIALIZER;

static void *map_page(enum operation operation, uint32_t domain, uint64_t which, int protection)
{
	struct mapping *mapping = malloc(sizeof(*mapping));
	struct page_record page;
	int64_t number;
	int fd;

	if (!mapping)
		return NULL;
	number = hypervisor_query(operation, domain, which, !!(protection & PROT_WRITE),
				  &page, sizeof(page));
	if (number < 0)
		goto free_mapping;
	fd = open(page.path, (protection & PROT_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		goto forget_mapping;
	mapping->address = mmap(NULL, PAGE_BYTES, protection, MAP_SHARED, fd, page.offset);
	close(fd);
	if (mapping->address == MAP_FAILED)
		goto forget_mapping;
	mapping->size = PAGE_BYTES;
	mapping->number = number;
	pthread_mutex_lock(&mappings_lock);
	mapping->next = mappings;
	mappings = mapping;
	pthread_mutex_unlock(&mappings_lock);
	return mapping->address;
forget_mapping:
	hypervisor_call(OP_UNMAP, number, 0, 0);
free_mapping:
	free(mapping);
	return NULL;
}

/* libxenctrl has no call that undoes xc_map_foreign_range, so the hypervisor learns of the end of a mapping here. */
int munmap(void *address, size_t size)
{
	static int (*real)(void *, size_t);
	struct mapping **link, *found;
	int result;

	if (!real)
		real = dlsym(RTLD_NEXT, "munmap");
	result = real(address, size);
	if (result)
		return result;
	pthread_mutex_lock(&mappings_lock);
	for (link = &mappings; *link && (*link)->address != address; link = &(*link)->next)
		;
	found = *link;
	if (found)
		*link = found->next;
	pthread_mutex_unlock(&mappings_lock);
	if (found)
		hypervisor_call(OP_UNMAP, found->number, 0, 0);
	free(found);
	return 0;
}

static int grant_handle;

void *xengnttab_open(void *logger, unsigned int flags)
{
	(void)logger, (void)flags;
	errno = ENODEV;
	return hypervisor_present() ? &grant_handle : NULL;
}

int xengnttab_close(void *handle)
{
	(void)handle;
	return 0;
}

int xengnttab_set_max_grants(void *handle, uint32_t count)
{
	(void)handle, (void)count;
	return 0;
}

void *xengnttab_map_grant_ref(void *handle, uint32_t domain, uint32_t reference, int protection)
{
	(void)handle;
	return map_page(OP_MAP_GRANT, domain, reference, protection);
}

int xengnttab_unmap(void *handle, void *address, uint32_t pages)
{
	(void)handle;
	return munmap(address, (size_t)pages * PAGE_BYTES);
}

/* Domain control. */

struct last_error {
	int code;
	char message[1024];
};

static struct last_error control_handle;

void *xc_interface_open(void *logger, void *builder_logger, unsigned int flags)
{
	(void)logger, (void)builder_logger, (void)flags;
	errno = ENODEV;
	return hypervisor_present() ? &control_handle : NULL;
}

int xc_interface_close(void *handle)
{
	(void)handle;
	return 0;
}

/* Code 0 sends the caller to errno. */
const struct last_error *xc_get_last_error(struct last_error *handle)
{
	return handle;
}

void *xc_map_foreign_range(void *handle, uint32_t domain, int size, int protection, unsigned long frame)
{
	(void)handle;
	if (size != PAGE_BYTES) {
		errno = EINVAL;
		return NULL;
	}
	return map_page(OP_MAP_FRAME, domain, frame, protection);
}

#define INFO_DYING		(1u << 0)
#define INFO_SHUTDOWN		(1u << 2)
#define INFO_REASON(flags)	((flags) >> 16 & 0xff)
#define REASON_CRASH		3

/* xc_domaininfo_t of 4.17 (domctl.h, interface version 0x15). */
struct domain_info {
	uint16_t domain, pad1;
	uint32_t flags;
	uint64_t total_pages, max_pages, outstanding_pages, shared_pages, paged_pages;
	uint64_t shared_info_frame, cpu_time;
	uint32_t online_vcpus, max_vcpu, ssidref;
	uint8_t handle[16];
	uint32_t cpupool;
	uint8_t address_bits, pad2[7];
	uint32_t arch_config[2];
};

/* xc_dominfo_t of 4.17 (xenctrl.h). */
struct domain_summary {
	uint32_t domain, ssidref;
	unsigned int dying:1, crashed:1, shutdown:1, others:7;
	unsigned int shutdown_reason;
	unsigned long pages, outstanding_pages, shared_pages, paged_pages, shared_info_frame;
	uint64_t cpu_time;
	unsigned long max_kib;
	unsigned int online_vcpus, max_vcpu;
	uint8_t handle[16];
	unsigned int cpupool;
	uint8_t address_bits;
	uint32_t arch_config[2];
};

/* The first domain whose number is at least the given one. */
static int next_domain(uint32_t first, struct domain_record *record)
{
	return hypervisor_query(OP_DOMAIN_INFO, first, 1, 0, record, sizeof(*record)) == 1;
}

int xc_domain_getinfolist(void *handle, uint32_t first, unsigned int room, struct domain_info *info)
{
	struct domain_record record;
	unsigned int count;

	(void)handle;
	for (count = 0; count < room && next_domain(first, &record); count++) {
		info[count] = (struct domain_info) {
			.domain = record.domain,
			.flags = record.flags,
			.total_pages = record.pages,
			.max_pages = record.pages,
			.online_vcpus = 1,
		};
		first = record.domain + 1;
	}
	return count;
}

int xc_domain_getinfo(void *handle, uint32_t first, unsigned int room, struct domain_summary *info)
{
	struct domain_record record;
	unsigned int count;

	(void)handle;
	for (count = 0; count < room && next_domain(first, &record); count++) {
		int down = !!(record.flags & INFO_SHUTDOWN);
		int crashed = down && INFO_REASON(record.flags) == REASON_CRASH;

		info[count] = (struct domain_summary) {
			.domain = record.domain,
			.dying = !!(record.flags & INFO_DYING),
			.crashed = crashed,
			.shutdown = down && !crashed,
			.shutdown_reason = INFO_REASON(record.flags),
			.pages = record.pages,
			.online_vcpus = 1,
		};
		first = record.domain + 1;
	}
	if (count)
		return count;
	errno = ESRCH;
	return -1;
}

/*
 * Says in its assembly text where the public headers put each field. It is compiled and never run, so the layout of
 * another width needs no library of that width. One line each: "@ structure.field offset", or "@ size of something".
 */
#include <stdint.h>
#include <stddef.h>
#include <xen/io/blkif.h>

#define SAY(name, value) __asm__ volatile("\n@ " name " %c0" : : "i"((int)(value)))
#define FIELD(type, field) SAY(#type "." #field, offsetof(struct type, field))
#define SIZE(type) SAY(#type " size", sizeof(struct type))
#define RING(pages) SAY("ring entries in " #pages " pages", __CONST_RING_SIZE(blkif, (pages) * 4096))

void layout(void)
{
	FIELD(blkif_sring, req_prod);
	FIELD(blkif_sring, req_event);
	FIELD(blkif_sring, rsp_prod);
	FIELD(blkif_sring, rsp_event);
	FIELD(blkif_sring, ring);
	SAY("blkif_sring_entry size", sizeof(union blkif_sring_entry));

	FIELD(blkif_request_segment, gref);
	FIELD(blkif_request_segment, first_sect);
	FIELD(blkif_request_segment, last_sect);
	SIZE(blkif_request_segment);

	FIELD(blkif_request, operation);
	FIELD(blkif_request, nr_segments);
	FIELD(blkif_request, handle);
	FIELD(blkif_request, id);
	FIELD(blkif_request, sector_number);
	FIELD(blkif_request, seg[0]);
	FIELD(blkif_request, seg[1]);
	FIELD(blkif_request, seg[10]);
	SIZE(blkif_request);

	FIELD(blkif_request_discard, operation);
	FIELD(blkif_request_discard, flag);
	FIELD(blkif_request_discard, handle);
	FIELD(blkif_request_discard, id);
	FIELD(blkif_request_discard, sector_number);
	FIELD(blkif_request_discard, nr_sectors);
	SIZE(blkif_request_discard);

	FIELD(blkif_request_indirect, operation);
	FIELD(blkif_request_indirect, indirect_op);
	FIELD(blkif_request_indirect, nr_segments);
	FIELD(blkif_request_indirect, handle);
	FIELD(blkif_request_indirect, id);
	FIELD(blkif_request_indirect, sector_number);
	FIELD(blkif_request_indirect, indirect_grefs[0]);
	FIELD(blkif_request_indirect, indirect_grefs[7]);
	SIZE(blkif_request_indirect);

	FIELD(blkif_response, id);
	FIELD(blkif_response, operation);
	FIELD(blkif_response, status);
	SIZE(blkif_response);

	SAY("BLKIF_OP_READ", BLKIF_OP_READ);
	SAY("BLKIF_OP_WRITE", BLKIF_OP_WRITE);
	SAY("BLKIF_OP_WRITE_BARRIER", BLKIF_OP_WRITE_BARRIER);
	SAY("BLKIF_OP_FLUSH_DISKCACHE", BLKIF_OP_FLUSH_DISKCACHE);
	SAY("BLKIF_OP_RESERVED_1", BLKIF_OP_RESERVED_1);
	SAY("BLKIF_OP_DISCARD", BLKIF_OP_DISCARD);
	SAY("BLKIF_OP_INDIRECT", BLKIF_OP_INDIRECT);
	SAY("BLKIF_RSP_OKAY", BLKIF_RSP_OKAY);
	SAY("BLKIF_RSP_ERROR", BLKIF_RSP_ERROR);
	SAY("BLKIF_RSP_EOPNOTSUPP", BLKIF_RSP_EOPNOTSUPP);
	SAY("BLKIF_DISCARD_SECURE", BLKIF_DISCARD_SECURE);
	SAY("BLKIF_MAX_SEGMENTS_PER_REQUEST", BLKIF_MAX_SEGMENTS_PER_REQUEST);
	SAY("BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST", BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST);
	SAY("VDISK_CDROM", VDISK_CDROM);
	SAY("VDISK_REMOVABLE", VDISK_REMOVABLE);
	SAY("VDISK_READONLY", VDISK_READONLY);

	RING(1);
	RING(2);
	RING(3);
	RING(4);
	RING(5);
	RING(6);
	RING(7);
	RING(8);
	RING(9);
	RING(10);
	RING(11);
	RING(12);
	RING(13);
	RING(14);
	RING(15);
	RING(16);
	RING(28);
}

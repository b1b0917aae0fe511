/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small meter: samples go into a ring, statistics come out. It measures
 * nothing; it is here to be read by DWARF readers. See README.md.
 */
#ifndef METER_H
#define METER_H

#include <linux/types.h>

#define METER_RING_SIZE 64

enum meter_kind {
	METER_LATENCY,
	METER_SIZE,
	METER_KINDS,
};

struct meter_sample {
	u64 value;
	enum meter_kind kind;
	u8 cpu : 7;
	u8 dropped : 1;
};

struct meter_ring {
	unsigned int head;
	unsigned int tail;
	struct meter_sample samples[METER_RING_SIZE];
};

struct meter_summary {
	u64 count;
	u64 min;
	u64 max;
	u64 mean;
	u32 deviation;
};

/* Called for each sample in order; a nonzero answer ends the walk. */
typedef int (*meter_visitor)(const struct meter_sample *sample, void *data);

/* Inlined into both its users, so it has an abstract and several concrete
 * instances in two units.
 */
static inline unsigned int meter_ring_used(const struct meter_ring *ring)
{
	return ring->head - ring->tail;
}

int meter_ring_put(struct meter_ring *ring, const struct meter_sample *sample);
int meter_ring_walk(const struct meter_ring *ring, meter_visitor visitor,
		    void *data);
int meter_summarize(const struct meter_ring *ring, enum meter_kind kind,
		    struct meter_summary *summary);
u32 meter_square_root(u64 value);

extern const char *const meter_kind_names[METER_KINDS];
extern struct meter_ring meter_ring;

#endif /* METER_H */

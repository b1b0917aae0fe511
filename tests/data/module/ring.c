// SPDX-License-Identifier: GPL-2.0
/* The ring: global data, pointers to data of other units, a cold part. */

#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/percpu.h>
#include <linux/printk.h>

#include "meter.h"

struct meter_ring meter_ring __read_mostly;

const char *const meter_kind_names[METER_KINDS] = {
	[METER_LATENCY] = "latency",
	[METER_SIZE] = "size",
};

/* The address of a per-CPU variable is an offset into .data..percpu. */
DEFINE_PER_CPU(u64, meter_put_count);
static DEFINE_PER_CPU(u32, meter_drop_count);

/* Cold: gcc puts it, and the blocks that lead to it, into .text.unlikely, so
 * that its callers become functions of two ranges.
 */
static noinline __cold int meter_ring_complain(const struct meter_ring *ring,
					       const char *what, u64 value)
{
	static int complaints;

	if (complaints++ < 3)
		pr_warn("meter: %s: %llu (%u in the ring)\n", what, value,
			meter_ring_used(ring));
	return -EINVAL;
}

static inline bool meter_sample_valid(const struct meter_sample *sample)
{
	return sample->kind < METER_KINDS && sample->value < U64_MAX / 2;
}

int meter_ring_put(struct meter_ring *ring, const struct meter_sample *sample)
{
	struct meter_sample *slot;

	if (unlikely(!meter_sample_valid(sample)))
		return meter_ring_complain(ring, "bad sample", sample->value);

	this_cpu_inc(meter_put_count);
	if (meter_ring_used(ring) == METER_RING_SIZE) {
		this_cpu_inc(meter_drop_count);
		ring->tail++;
	}
	slot = &ring->samples[ring->head++ % METER_RING_SIZE];
	*slot = *sample;
	return 0;
}
EXPORT_SYMBOL_GPL(meter_ring_put);

int meter_ring_walk(const struct meter_ring *ring, meter_visitor visitor,
		    void *data)
{
	unsigned int i;

	for (i = ring->tail; i != ring->head; i++) {
		const struct meter_sample *sample =
			&ring->samples[i % METER_RING_SIZE];
		int answer;

		if (unlikely(!meter_sample_valid(sample)))
			return meter_ring_complain(ring, "spoiled sample",
						   sample->value);
		answer = visitor(sample, data);
		if (answer)
			return answer;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(meter_ring_walk);

// SPDX-License-Identifier: GPL-2.0
/* Statistics: loops over registers, which make location lists, and a switch
 * that makes a table.
 */

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "meter.h"

struct meter_fold {
	enum meter_kind kind;
	u64 sum;
	u64 squares;
	struct meter_summary *summary;
};

u32 meter_square_root(u64 value)
{
	u64 root = 0;
	u64 bit = 1ULL << 62;

	while (bit > value)
		bit >>= 2;
	while (bit) {
		u64 trial = root + bit;

		root >>= 1;
		if (value >= trial) {
			value -= trial;
			root += bit;
		}
		bit >>= 2;
	}
	return root;
}

static int meter_fold_one(const struct meter_sample *sample, void *data)
{
	struct meter_fold *fold = data;
	struct meter_summary *summary = fold->summary;
	u64 value = sample->value;

	if (sample->kind != fold->kind || sample->dropped)
		return 0;
	summary->min = min(summary->min, value);
	summary->max = max(summary->max, value);
	summary->count++;
	fold->sum += value;
	fold->squares += value * value;
	return 0;
}

static u64 meter_unit(enum meter_kind kind)
{
	switch (kind) {
	case METER_LATENCY:
		return 1000;
	case METER_SIZE:
		return 4096;
	default:
		return 1;
	}
}

int meter_summarize(const struct meter_ring *ring, enum meter_kind kind,
		    struct meter_summary *summary)
{
	struct meter_fold fold = { .kind = kind, .summary = summary };
	u64 variance;
	int error;

	*summary = (struct meter_summary){ .min = U64_MAX };
	if (!meter_ring_used(ring))
		return -ENODATA;
	error = meter_ring_walk(ring, meter_fold_one, &fold);
	if (error)
		return error;
	if (!summary->count)
		return -ENODATA;

	summary->mean = fold.sum / summary->count;
	variance = fold.squares / summary->count -
		   summary->mean * summary->mean;
	summary->deviation = meter_square_root(variance) / meter_unit(kind);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* The module: parameters, .init.text and .exit.text. */

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/smp.h>

#include "meter.h"

static unsigned int scale = 1;
module_param(scale, uint, 0644);
MODULE_PARM_DESC(scale, "each sample is multiplied by this");

static int meter_kind_set = METER_LATENCY;

static int meter_add(const char *text, const struct kernel_param *param)
{
	struct meter_sample sample = { .kind = meter_kind_set };
	int error;

	error = kstrtou64(text, 0, &sample.value);
	if (error)
		return error;
	sample.value *= scale;
	sample.cpu = raw_smp_processor_id();
	return meter_ring_put(param->arg, &sample);
}

static int meter_show(char *buffer, const struct kernel_param *param)
{
	struct meter_summary summary;
	int error;

	error = meter_summarize(param->arg, meter_kind_set, &summary);
	if (error)
		return error;
	return scnprintf(buffer, PAGE_SIZE, "%s: %llu of %llu..%llu +- %u\n",
			 meter_kind_names[meter_kind_set], summary.count,
			 summary.min, summary.max, summary.deviation);
}

static const struct kernel_param_ops meter_ops = {
	.set = meter_add,
	.get = meter_show,
};
module_param_cb(sample, &meter_ops, &meter_ring, 0600);
MODULE_PARM_DESC(sample, "write a sample, read the summary");

static const u64 first_samples[] __initconst = { 3, 1, 4, 1, 5, 9, 2, 6 };

static int __init meter_fill(struct meter_ring *ring)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(first_samples); i++) {
		struct meter_sample sample = {
			.value = first_samples[i],
			.kind = i & 1 ? METER_SIZE : METER_LATENCY,
		};
		int error = meter_ring_put(ring, &sample);

		if (error)
			return error;
	}
	return 0;
}

static int __init meter_init(void)
{
	int error = meter_fill(&meter_ring);

	if (error)
		pr_err("meter: %d\n", error);
	return error;
}

static void __exit meter_exit(void)
{
	struct meter_summary summary;

	if (!meter_summarize(&meter_ring, METER_SIZE, &summary))
		pr_info("meter: mean %llu\n", summary.mean);
}

module_init(meter_init);
module_exit(meter_exit);

MODULE_DESCRIPTION("A meter that measures nothing, for readers of DWARF");
MODULE_LICENSE("GPL");

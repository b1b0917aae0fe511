// A small translation unit with one of each: a function in two sections, an
// inlined function, location and range lists, thread-local, undefined, common
// and static data, a type of its own.  The optimizer must leave something of
// each in the debug information; the program means nothing.

extern int elsewhere;
extern void __attribute__((cold)) report(const char* text);

struct point {
  short x;
  unsigned y : 3;
  struct point* next;
};

__thread int per_thread = 3;
int common_value;
static struct point origin = {1, 2, &origin};

static inline int clamp(int value, int limit) {
  if (value > limit) {
    report("too much");
    return limit;
  }
  return value;
}

int sum(struct point* first, int limit) {
  int total = 0;
  for (struct point* at = first; at != 0; at = at->next) {
    total += clamp(at->x, limit);
    if (total < 0) report("negative");
  }
  return total + elsewhere;
}

__attribute__((section(".init.text"))) int start(int limit) {
  per_thread = sum(&origin, limit);
  return per_thread + clamp(common_value, limit);
}

/* What relocations are needed for in DWARF, in C: code and data in several
 * sections, thread-local and undefined symbols, inlined functions with ranges,
 * variables that move between registers, constants of every size. */

#include "types.h"

extern int outside(int);
extern int far_data[];
extern int common_or_not;
extern __thread int far_counter;

__thread int counter = 3;
static __thread long zero_counter;
int initialized[4] = {1, 2, 3, 4};
const char *const names[] = {"first", "second"};
static int zeroed;
int *pointer = &initialized[1];
int common;
int in_own_section __attribute__((section(".data.own"))) = 7;

enum color { RED = 1, GREEN = 2, LARGE = 0x12345678 };
struct pair pairs[2];
enum color color = GREEN;
typedef unsigned char byte;
volatile byte bytes[300];

static inline __attribute__((always_inline)) int twice(int x) {
  if (x > 10) {
    zeroed += x;
    far_data[x] = 1;
  }
  return 2 * x;
}

static __attribute__((noinline)) int add(int a, int b) {
  int sum = a + b;
  static int calls;
  int i;
  ++calls;
  for (i = 0; i < b; ++i) {
    double half = sum / 2.0;
    sum += outside(sum + (int)half);
  }
  return sum;
}

__attribute__((cold, noinline)) void give_up(int why) {
  zeroed = why;
  outside(why);
  __builtin_trap();
}

__attribute__((section(".init.text"))) int setup(int count) {
  int total = add(1, counter) + (int)zero_counter;
  const char *name = names[count & 1];
  long long constant = 0x123456789aLL;
  if (outside(total) < 0) {
    give_up(total);
  }
  if (count > 100 && far_counter) {
    int i;
    for (i = 0; i < count; ++i) {
      int step = twice(i) + (int)constant;
      total += outside(step) + name[0];
    }
  }
  zero_counter += total;
  return twice(total) + twice(initialized[2]) + common + in_own_section;
}

int variable_length(int n) {
  int values[n];
  int i;
  for (i = 0; i < n; ++i) {
    values[i] = outside(i);
  }
  return values[n - 1] + common_or_not;
}

int use(struct pair *pair, int how) {
  struct pair copy = *pair;
  int *place = &initialized[2];
again:
  copy.second += how;
  if (copy.callback && copy.callback(&copy, *place)) {
    goto again;
  }
  switch (how) {
    case RED:
      return outside(copy.either.number);
    case GREEN:
      return (int)copy.second;
    default:
      give_up(how);
  }
  return bytes[how] + color;
}

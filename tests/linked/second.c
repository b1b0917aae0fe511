/* A second unit, for objects joined by `ld -r`. It shares names and types with
 * first.c, and has a static variable of the same name. */

#include "types.h"

extern int use(struct pair *pair, int how);
extern __thread int counter;

static int zeroed = 5;

int second(int how) {
  int result = use(pairs, how);
  counter += result;
  while (result > 0) {
    int left = result - zeroed;
    result = use(&pairs[left & 1] - (left & 1), left);
  }
  return result;
}

__attribute__((section(".init.text"))) int second_setup(void) {
  zeroed = second(2);
  return zeroed;
}

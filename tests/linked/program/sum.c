/* A second unit of the library. */
#include "list.h"

long list_sum_of_all(const struct list *lists, unsigned long count) {
  long sum = 0;
  unsigned long i;
  for (i = 0; i < count; ++i) {
    struct list copy = lists[i];
    sum += list_sum(&copy);
  }
  return sum;
}

/* The library of the program, or its other unit. */
#include "list.h"

__thread unsigned long added;
static unsigned long most;
const char *const names[] = {"one", "two"};

static __attribute__((noinline)) int is_new_record(unsigned long size) {
  double part = (double)size / 3;
  if (size <= most) return 0;
  most = size;
  return part > 0;
}

void list_add(struct list *list, struct item *item) {
  item->next = list->first;
  item->owner = list;
  list->first = item;
  ++list->size;
  ++added;
  if (is_new_record(list->size) && list->on_add) list->on_add(list, item);
}

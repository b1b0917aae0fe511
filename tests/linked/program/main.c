/* A program that prints the same wherever it is loaded. */
#include <stdio.h>

#include "list.h"

static struct list list;

static void tell(struct list *changed, struct item *item) {
  printf("%lu items, the last is %ld\n", changed->size, item_number(item));
}

int main(int argc, char **argv) {
  struct item items[3];
  int i;
  (void)argv;
  list.on_add = tell;
  for (i = 0; i < 3; ++i) {
    items[i].kind = i == 1 ? KIND_NAME : KIND_NUMBER;
    if (i == 1)
      items[i].value.name = "name";
    else
      items[i].value.number = i + argc;
    list_add(&list, &items[i]);
  }
  printf("%ld in %lu\n", list_sum(&list), added);
  return 0;
}

/* What both units of the program know. */
#ifndef LIST_H
#define LIST_H

enum kind { KIND_NUMBER = 1, KIND_NAME = 2 };

struct list;

struct item {
  enum kind kind;
  union {
    long number;
    const char *name;
  } value;
  struct item *next;
  struct list *owner;
};

struct list {
  struct item *first;
  unsigned long size;
  void (*on_add)(struct list *, struct item *);
};

extern __thread unsigned long added;

void list_add(struct list *list, struct item *item);

static inline long item_number(const struct item *item) {
  return item->kind == KIND_NUMBER ? item->value.number : 0;
}

static inline long list_sum(const struct list *list) {
  long sum = 0;
  const struct item *item;
  for (item = list->first; item; item = item->next) sum += item_number(item);
  return sum;
}

#endif

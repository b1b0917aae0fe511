/* Types that first.c and second.c share, in a file of their own: line tables
 * and DW_AT_decl_file then have more than one file to tell apart. */
union either {
  int number;
  float real;
};
struct pair {
  char first;
  long long second : 40;
  unsigned flag : 1;
  union either either;
  struct pair *next;
  int (*callback)(struct pair *, int);
};

extern struct pair pairs[2];

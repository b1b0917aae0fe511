/* Runs in jit.c.  gcc -g -O1 -c -mcmodel=large -fno-pic jit_guest.c */
int host_api(int value);

int guest_counter = 40;
static int guest_zeroed;

__attribute__((noinline)) int guest_leaf(int depth) {
  int local = depth * 2 + guest_counter;
  guest_zeroed += host_api(local);
  return local + guest_zeroed;
}

__attribute__((noinline)) int guest_middle(int depth) {
  return guest_leaf(depth + 1) + 1;
}

int guest_entry(int depth) { return guest_middle(depth + 1) + guest_counter; }

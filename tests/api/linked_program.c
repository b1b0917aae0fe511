/* What c_api_test.c and cpp_api_test.cc read as a linked file: an executable
 * and a shared library are made of it, both with their relocation records
 * kept (--emit-relocs), which a reader must not apply again. */

int linked_counter = 7;

__attribute__((noinline)) int linked_one(int value) {
  if (value > linked_counter) linked_counter = value;
  return value * 3;
}

__attribute__((noinline)) int linked_two(int value) {
  int sum = 0;
  for (int i = 0; i < value; ++i) sum += linked_one(i) ^ linked_counter;
  return sum;
}

int main(int argc, char **argv) {
  (void)argv;
  return linked_two(argc) & 1;
}

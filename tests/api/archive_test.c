/* Archives and signatures in the C API, on files made of the module in the
 * repository. */
#include <dwreloc/dwreloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed;

static void Check(int holds, const char *what, int line) {
  if (holds) return;
  ++failed;
  fprintf(stderr, "archive_test.c:%d: %s\n", line, what);
}
#define CHECK(condition) Check((condition), #condition, __LINE__)

/* Does dwreloc_error say that? */
static int Says(const char *text) {
  Dwreloc_Error error;
  dwreloc_error(&error);
  if (strstr(error.text, text) != NULL) return 1;
  fprintf(stderr, "    %s\n", error.text);
  return 0;
}

/* Bytes that grow. */
typedef struct Image {
  char *bytes;
  size_t size;
} Image;

static void Append(Image *image, const void *bytes, size_t size) {
  image->bytes = realloc(image->bytes, image->size + size + 1);
  if (image->bytes == NULL) exit(1);
  memcpy(image->bytes + image->size, bytes, size);
  image->size += size;
}

static Image LoadMeter(void) {
  char path[4096], bytes[4096];
  Image image = {NULL, 0};
  size_t got;
  const char *directory = getenv("DWRELOC_TEST_DATA");
  snprintf(path, sizeof(path), "%s/module/meter.ko",
           directory == NULL ? "tests/data" : directory);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "archive_test: cannot open %s\n", path);
    exit(1);
  }
  while ((got = fread(bytes, 1, sizeof(bytes), file)) > 0) {
    Append(&image, bytes, got);
  }
  fclose(file);
  return image;
}

/* A member; `size` is what its header says. */
static void AppendMember(Image *archive, const char *name, const void *bytes,
                         size_t bytes_size, size_t size) {
  char header[64];
  snprintf(header, sizeof(header), "%-16s%-12d%-6d%-6d%-8d%-10zu`\n", name, 0,
           0, 0, 644, size);
  Append(archive, header, 60);
  Append(archive, bytes, bytes_size);
  if (bytes_size % 2 != 0) Append(archive, "\n", 1);
}

static uint32_t UnitCount(const Dwreloc_Module *module) {
  uint32_t count = 0;
  CHECK(dwreloc_unit_count(module, &count) == 0);
  return count;
}

static void TestMembers(const Image *meter) {
  static const char kBitcode[] = "BC\xc0\xde";
  Image image = {NULL, 0};
  Dwreloc_Archive *archive = NULL;
  Dwreloc_Archive_Info info;
  Dwreloc_Member member;
  Dwreloc_Module *first = NULL, *second = NULL;
  Dwreloc_File_Info file;
  uint32_t index = 99;
  Append(&image, "!<arch>\n", 8);
  AppendMember(&image, "/", "\0\0\0", 4, 4);
  AppendMember(&image, "x.o/", meter->bytes, meter->size, meter->size);
  AppendMember(&image, "x.bc/", kBitcode, 4, 4);
  AppendMember(&image, "odd/", "?", 1, 1);
  AppendMember(&image, "x.o/", meter->bytes, meter->size, meter->size);
  AppendMember(&image, "cut.o/", meter->bytes, 100, meter->size);
  CHECK(dwreloc_open_memory(image.bytes, image.size, "libx.a", &first) ==
        DWRELOC_E_NOT_ELF);
  CHECK(Says("libx.a: this is an archive"));
  CHECK(dwreloc_archive_open_memory(image.bytes, image.size, "libx.a",
                                    &archive) == 0);
  CHECK(dwreloc_archive_info(archive, &info) == 0);
  CHECK(strcmp(info.name, "libx.a") == 0);
  CHECK(info.size == image.size && info.member_count == 5 && !info.is_thin);
  CHECK(dwreloc_archive_error(archive) == 0);

  CHECK(dwreloc_archive_member(archive, 0, &member) == 0);
  CHECK(strcmp(member.name, "x.o") == 0);
  CHECK(strcmp(member.full_name, "libx.a(x.o)") == 0);
  CHECK(member.content == DWRELOC_CONTENT_ELF);
  CHECK(strcmp(member.content_name, "ELF") == 0);
  CHECK(member.index == 0 && member.size == meter->size);
  CHECK(memcmp(image.bytes + member.offset, "\177ELF", 4) == 0);
  CHECK(member.header_offset == member.offset - 60);
  CHECK(dwreloc_archive_member(archive, 1, &member) == 0);
  CHECK(member.content == DWRELOC_CONTENT_OTHER);
  CHECK(strcmp(member.content_name, "LLVM bitcode") == 0);
  CHECK(dwreloc_archive_member(archive, 2, &member) == 0);
  CHECK(member.content == DWRELOC_CONTENT_OTHER && member.content_name == NULL);
  CHECK(dwreloc_archive_member(archive, 4, &member) == 0);
  CHECK(member.content == DWRELOC_CONTENT_UNREADABLE);
  CHECK(dwreloc_archive_member(archive, 5, &member) == DWRELOC_E_NOT_FOUND);
  CHECK(Says("libx.a: no member of that index"));

  CHECK(dwreloc_archive_find(archive, "x.o", 0, &index) == 1 && index == 0);
  CHECK(dwreloc_archive_find(archive, "x.o", 1, &index) == 1 && index == 3);
  CHECK(dwreloc_archive_find(archive, "x.o", 4, &index) == 0);
  CHECK(dwreloc_archive_find(archive, "y.o", 0, &index) == 0);

  CHECK(dwreloc_archive_open_member(archive, 0, &first) == 0);
  CHECK(dwreloc_archive_open_member(archive, 1, &second) == DWRELOC_E_NOT_ELF);
  CHECK(Says("libx.a(x.bc): this is LLVM bitcode"));
  CHECK(dwreloc_archive_open_member(archive, 4, &second) ==
        DWRELOC_E_TRUNCATED);
  CHECK(Says("libx.a(cut.o): "));
  CHECK(dwreloc_archive_open_member(archive, 5, &second) ==
        DWRELOC_E_NOT_FOUND);
  CHECK(second == NULL);
  CHECK(dwreloc_archive_open_member(archive, 3, &second) == 0);
  /* The modules do not need it. */
  dwreloc_archive_close(archive);
  CHECK(dwreloc_file_info(first, &file) == 0);
  CHECK(strcmp(file.name, "libx.a(x.o)") == 0 && file.size == meter->size);
  CHECK(UnitCount(first) > 0 && UnitCount(first) == UnitCount(second));
  CHECK(dwreloc_trim(first) == 0);
  dwreloc_close(first);
  CHECK(dwreloc_digest_all(second) == 0);
  dwreloc_close(second);
  dwreloc_archive_close(NULL);
  free(image.bytes);
}

static void TestDamage(void) {
  Image image = {NULL, 0};
  Dwreloc_Archive *archive = NULL;
  Dwreloc_Archive_Info info;
  CHECK(dwreloc_archive_open_memory("int x;", 6, "x.c", &archive) ==
        DWRELOC_E_NOT_ELF);
  CHECK(archive == NULL && Says("x.c: no magic number of an archive"));
  CHECK(dwreloc_archive_open("/no/such/file", &archive) == DWRELOC_E_SYSTEM);
  Append(&image, "!<arch>\n", 8);
  AppendMember(&image, "x.o/", "12", 2, 2);
  Append(&image, "what is this?", 13);
  CHECK(dwreloc_archive_open_memory(image.bytes, image.size, NULL, &archive) ==
        0);
  CHECK(dwreloc_archive_info(archive, &info) == 0 && info.member_count == 1);
  CHECK(dwreloc_archive_error(archive) == DWRELOC_E_TRUNCATED);
  CHECK(Says("archive ends inside the member header at offset 70"));
  dwreloc_archive_close(archive);
  free(image.bytes);
}

static void TestSignature(const Image *meter) {
  /* ContentInfo { signedData, [0] { SignedData { 1, { sha256 } } } } */
  static const char kPkcs7[] =
      "\x30\x21\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x14\x30\x12"
      "\x02\x01\x01\x31\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02"
      "\x01";
  static const char kInfo[] = "\0\0\2\0\0\0\0\0\0\0\0\x23";
  static const char kMarker[] = "~Module signature appended~\n";
  Image image = {NULL, 0};
  Dwreloc_Module *module = NULL;
  Dwreloc_Signature signature;
  Append(&image, meter->bytes, meter->size);
  CHECK(dwreloc_open_memory(image.bytes, image.size, "m", &module) == 0);
  CHECK(dwreloc_signature(module, &signature) == 0);
  dwreloc_close(module);
  Append(&image, kPkcs7, sizeof(kPkcs7) - 1);
  Append(&image, kInfo, sizeof(kInfo) - 1);
  Append(&image, kMarker, sizeof(kMarker) - 1);
  CHECK(dwreloc_open_memory(image.bytes, image.size, "m", &module) == 0);
  CHECK(dwreloc_signature(module, &signature) == 1);
  CHECK(signature.elf_size == meter->size && signature.offset == meter->size);
  CHECK(signature.size == sizeof(kPkcs7) - 1 && signature.type == 2);
  CHECK(strcmp(signature.type_name, "PKCS#7") == 0);
  CHECK(signature.hash != NULL && strcmp(signature.hash, "sha256") == 0);
  dwreloc_close(module);
  Append(&image, "", 1);
  CHECK(dwreloc_open_memory(image.bytes, image.size, "m", &module) == 0);
  CHECK(dwreloc_signature(module, &signature) == DWRELOC_E_BAD_ELF);
  CHECK(Says("m: damaged module signature: 1 bytes follow its marker"));
  dwreloc_close(module);
  free(image.bytes);
}

int main(void) {
  Image meter = LoadMeter();
  TestMembers(&meter);
  TestDamage();
  TestSignature(&meter);
  free(meter.bytes);
  return failed == 0 ? 0 : 1;
}

// Resolver::PlaceOffline gives each section the address that libdwfl gives it
// (dwfl_report_offline), so that numbers can be compared with those of
// elfutils' tools.  Built where libdw is.

#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "module/resolver.h"
#include "support/elf_builder.h"
#include "support/opened_file.h"

namespace dwreloc::internal {
namespace {

// By section index.
using Addresses = std::map<size_t, uint64_t>;

Addresses LayoutOfLibdwfl(const std::vector<uint8_t>& image) {
  Addresses addresses;
  const int fd = memfd_create("object", 0);
  EXPECT_EQ(write(fd, image.data(), image.size()),
            static_cast<ssize_t>(image.size()));
  static char* no_path = nullptr;
  static const Dwfl_Callbacks callbacks = {
      .find_elf = dwfl_build_id_find_elf,
      .find_debuginfo = dwfl_standard_find_debuginfo,
      .section_address = dwfl_offline_section_address,
      .debuginfo_path = &no_path,
  };
  Dwfl* dwfl = dwfl_begin(&callbacks);
  Dwfl_Module* module = dwfl_report_offline(dwfl, "object", "object", fd);
  dwfl_report_end(dwfl, nullptr, nullptr);
  EXPECT_NE(module, nullptr) << dwfl_errmsg(-1);
  if (module == nullptr) {
    dwfl_end(dwfl);
    return addresses;
  }
  // In relocatable files libdwfl writes the addresses into the headers.
  GElf_Addr bias = 0;
  Elf* elf = dwfl_module_getelf(module, &bias);
  EXPECT_NE(elf, nullptr) << dwfl_errmsg(-1);
  Elf_Scn* scn = nullptr;
  while ((scn = elf_nextscn(elf, scn)) != nullptr) {
    GElf_Shdr header;
    if (gelf_getshdr(scn, &header) == nullptr) continue;
    if ((header.sh_flags & SHF_ALLOC) == 0) continue;
    addresses[elf_ndxscn(scn)] = header.sh_addr + bias;
  }
  dwfl_end(dwfl);  // closes fd
  return addresses;
}

Addresses LayoutOfOurs(const std::vector<uint8_t>& image) {
  const OpenedFile file(image);
  Resolver resolver(file.file(), file.symbols());
  resolver.PlaceOffline(0x10000);
  Addresses addresses;
  for (uint32_t i = 1; i < file.file().section_count(); ++i) {
    if ((file.file().Header(i).sh_flags & SHF_ALLOC) == 0) continue;
    const absl::StatusOr<uint64_t> address =
        resolver.Resolve({.section = i, .kind = RelocKind::kSection});
    EXPECT_TRUE(address.ok()) << i;
    if (address.ok()) addresses[i] = *address;
  }
  return addresses;
}

void ExpectSame(const std::vector<uint8_t>& image, size_t sections) {
  const Addresses expected = LayoutOfLibdwfl(image);
  EXPECT_EQ(expected.size(), sections);
  EXPECT_EQ(LayoutOfOurs(image), expected);
}

std::vector<uint8_t> Load(const std::string& name) {
  const char* directory = std::getenv("DWRELOC_TEST_DATA");
  std::ifstream stream(
      std::string(directory == nullptr ? "tests/data" : directory) + "/" + name,
      std::ios::binary);
  return {std::istreambuf_iterator<char>(stream),
          std::istreambuf_iterator<char>()};
}

struct Piece {
  uint64_t size;
  uint64_t align;
};

std::vector<uint8_t> Make(const std::vector<Piece>& pieces,
                          const Target& target = kX86_64) {
  ElfBuilder elf(target);
  int number = 0;
  for (const Piece& piece : pieces) {
    elf.Add({.name = ".text." + std::to_string(number++),
             .flags = SHF_ALLOC | SHF_EXECINSTR,
             .contents = Zeros(piece.size),
             .align = piece.align});
    // What is not loaded must not move what is.
    elf.Add({.name = ".note" + std::to_string(number),
             .contents = Zeros(5),
             .align = 0x1000});
  }
  return elf.Build();
}

TEST(OfflineLayoutTest, KernelModule) {
  ExpectSame(Load("module/meter.ko"), 28);
}

TEST(OfflineLayoutTest, TinyObjects) {
  ExpectSame(Load("tiny/tiny5.o"), 7);
  ExpectSame(Load("tiny/tiny4.o"), 7);
  ExpectSame(Load("tiny/tiny32.o"), 7);
}

TEST(OfflineLayoutTest, OrdinaryAlignments) {
  ExpectSame(Make({{10, 16}, {3, 1}, {100, 32}, {7, 8}, {1, 1}}), 5);
  ExpectSame(Make({{10, 16}, {3, 1}, {100, 32}}, kI386), 3);
  ExpectSame(Make({{10, 16}, {3, 4}, {100, 32}}, kPpc64), 3);
}

// The base that libdwfl begins with, 0x10000, is not aligned to any of these:
// it starts over from one that is.
TEST(OfflineLayoutTest, StricterThanTheBase) {
  ExpectSame(Make({{10, 0x20000}}), 1);
  ExpectSame(Make({{10, 0x20000}, {20, 16}}), 2);
  ExpectSame(Make({{10, 16}, {20, 0x20000}}), 2);
  ExpectSame(Make({{10, 16}, {20, 0x20000}, {30, 16}}), 3);
  ExpectSame(Make({{10, 16}, {20, 8}, {30, 0x200000}, {40, 64}}), 4);
  ExpectSame(Make({{0x11000, 16}, {20, 0x20000}, {30, 0x40000}, {1, 1}}), 4);
}

TEST(OfflineLayoutTest, StricterTwice) {
  ExpectSame(Make({{10, 16}, {20, 0x20000}, {30, 0x100000}, {40, 16}}), 4);
  ExpectSame(Make({{10, 0x20000}, {20, 0x40000}, {30, 0x80000}}), 3);
  ExpectSame(Make({{10, 16}, {20, 0x100000}, {30, 0x20000}}), 3);
}

TEST(OfflineLayoutTest, EmptySections) {
  ExpectSame(Make({{0, 16}, {20, 8}}), 2);
  ExpectSame(Make({{0, 1}, {0, 0x20000}, {30, 16}}), 3);
  ExpectSame(Make({{10, 16}, {0, 0x20000}, {30, 16}}), 3);
  ExpectSame(Make({{0, 16}, {0, 4}, {0, 0x100000}, {5, 1}}), 4);
}

}  // namespace
}  // namespace dwreloc::internal

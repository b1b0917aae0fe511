// LayOutOffline gives each section the address that libdwfl gives it
// (dwfl_report_offline), so that numbers can be compared with those of
// elfutils' tools.  Built where libdw is.  tests/modules runs it over the
// kernel modules.

#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "placing/place.h"
#include "placing/resolver.h"
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
  PlaceOffline(file.file(), resolver, 0x10000);
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

std::vector<uint8_t> LoadFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = stream.tellg();
  std::vector<uint8_t> image(size > 0 ? static_cast<size_t>(size) : 0);
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(image.data()),
              static_cast<std::streamsize>(image.size()));
  EXPECT_TRUE(stream.good()) << path;
  return image;
}

std::vector<uint8_t> Load(const std::string& name) {
  const char* directory = std::getenv("DWRELOC_TEST_DATA");
  return LoadFile(std::string(directory == nullptr ? "tests/data" : directory) +
                  "/" + name);
}

struct Piece {
  uint64_t size;
  uint64_t align;
  uint64_t addr = 0;
};

std::vector<uint8_t> Make(const std::vector<Piece>& pieces,
                          const Target& target = kX86_64) {
  ElfBuilder elf(target);
  int number = 0;
  for (const Piece& piece : pieces) {
    elf.Add({.name = ".text." + std::to_string(number++),
             .flags = SHF_ALLOC | SHF_EXECINSTR,
             .addr = piece.addr,
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

// GNU ld -r leaves an address in a section whose header it had laid out before
// it knew that the output is relocatable; real arm64, armhf and riscv64 modules
// have such a __patchable_function_entries.
TEST(OfflineLayoutTest, SectionWithAnAddressTakesNoRoom) {
  ExpectSame(Make({{0x60, 16}, {0x100, 8, 0xd0}, {20, 16}}), 3);
  ExpectSame(Make({{0x60, 16}, {0x100, 8, 0xd0}, {20, 16}}, kAArch64), 3);
  ExpectSame(Make({{0x60, 4}, {0x100, 4, 0xd0}, {20, 2}}, kArmBig), 3);
  ExpectSame(Make({{16, 8}, {8, 8, 0x8}, {8, 8, 0x8}, {5, 1}}), 4);
  ExpectSame(Make({{16, 8}, {0, 8, 0x8}, {5, 1}}), 3);
  ExpectSame(Make({{16, 8}, {8, 8, 0x50000}, {5, 1}}), 3);
}

// What the section before leaves unaligned is laid out all the same.
TEST(OfflineLayoutTest, SectionWithAnAddressAfterAnUnalignedEnd) {
  ExpectSame(Make({{0x61, 16}, {0x100, 8, 0xd0}, {20, 16}}), 3);
  ExpectSame(Make({{0x61, 16}, {0x100, 1, 0xd0}, {20, 16}}), 3);
}

TEST(OfflineLayoutTest, SectionWithAnAddressAndStricterAlignment) {
  ExpectSame(Make({{16, 8}, {8, 0x20000, 0x20000}, {5, 1}}), 3);
  ExpectSame(Make({{16, 8}, {8, 8, 0xd0}, {5, 0x20000}, {5, 16}}), 4);
  ExpectSame(Make({{16, 8}, {8, 16, 0xd8}, {5, 0x20000}, {5, 16}}), 4);
  ExpectSame(Make({{16, 8}, {5, 0x20000}, {8, 8, 0xd0}, {5, 16}}), 4);
}

// A layout that begins with the first section is moved as a whole.
TEST(OfflineLayoutTest, AllSectionsHaveAddresses) {
  ExpectSame(Make({{16, 8, 0x1000}, {8, 8, 0x1010}, {5, 1, 0x1018}}), 3);
  ExpectSame(Make({{16, 8, 0x1010}, {8, 8, 0x1000}, {5, 1, 0x2000}}), 3);
  ExpectSame(Make({{16, 16, 0x1008}, {8, 0x20000, 0x1010}, {5, 1}}), 3);
  ExpectSame(Make({{16, 8, 0x1000}, {8, 8}, {5, 1, 0x800}, {7, 4}}), 4);
  ExpectSame(Make({{16, 8, 0x1000}, {8, 8}, {5, 1, 0x800}}, kI386), 3);
}

TEST(OfflineLayoutTest, AnyMixture) {
  uint32_t state = 1;
  const auto random = [&state](uint32_t bound) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % bound;
  };
  for (int round = 0; round < 500; ++round) {
    SCOPED_TRACE(round);
    std::vector<Piece> pieces;
    const uint32_t count = 1 + random(7);
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t align = uint64_t{1} << random(20);
      pieces.push_back({.size = random(3) == 0 ? 0 : random(0x3000),
                        .align = align,
                        .addr = random(2) == 0 ? 0 : random(0x40000)});
    }
    ExpectSame(Make(pieces), count);
    if (HasFailure()) return;
  }
}

// Every section asks for a new start: libdwfl lays out all of them each time.
TEST(OfflineLayoutTest, NewStartsAreBounded) {
  std::vector<Piece> pieces;
  for (int i = 0; i < 20000; ++i) {
    pieces.push_back({.size = 1, .align = 8, .addr = 0x1001});
    pieces.push_back({.size = 1, .align = 16});
  }
  LayoutOfOurs(Make(pieces));
}

TEST(OfflineLayoutTest, FilesOnStandardInput) {
  std::string path;
  int files = 0;
  while (std::getline(std::cin, path)) {
    SCOPED_TRACE(path);
    const std::vector<uint8_t> image = LoadFile(path);
    EXPECT_EQ(LayoutOfOurs(image), LayoutOfLibdwfl(image));
    ++files;
  }
  if (files == 0) GTEST_SKIP() << "no files given";
}

}  // namespace
}  // namespace dwreloc::internal

// Writes the seeds of elf_digest_fuzz: small images of every class, byte order
// and relocation format, with all that a digest may meet; and those of
// compressed_file_fuzz and archive_fuzz.  Run by hand when that grows:
//
//   ninja -C build tests/fuzz/make_seeds
//   build/tests/fuzz/make_seeds tests/fuzz/corpus

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "support/archive_builder.h"
#include "support/elf_builder.h"
#include "support/packed.h"
#include "support/reloc_fixture.h"
#include "support/signed_file.h"

namespace dwreloc::internal {
namespace {

void Write(const std::filesystem::path& path,
           const std::vector<uint8_t>& image) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(image.data()),
             static_cast<std::streamsize>(image.size()));
}

void Write(const std::filesystem::path& path, ElfBuilder& elf) {
  Write(path, elf.Build());
}

// A few data of each kind.
void Fill(RelocFixture& f) {
  // Small images are quicker to mutate.
  f.elf.section(f.text_section).contents = Zeros(16);
  f.a.U16(5).Offset(4, f.str, 7).Offset(4, f.string, 8);
  f.a.Address(f.function, 9).Address(f.undefined, -1).Address(f.common);
  f.a.Address(f.tls, 1).Offset(4, f.absolute, 2).Offset(4, 0, 3);
  f.a.Reloc(f.a.target().address_size(), f.a.target().tls, f.tls, 0);
  f.a.Reloc(4, 0, 0, 0).Reloc(4, 0xfd, f.str, 0);
  f.elf.Fill(f.info, f.a);
}

void WriteAll(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const Target& target : kTargets) {
    const std::string name = target.name;
    RelocFixture plain(target);
    Fill(plain);
    Write(folder / name, plain.elf);

    RelocFixture broken(target);
    Fill(broken);
    broken.elf.Reloc(broken.info, {1, target.abs32, broken.str, 0});
    broken.elf.Reloc(broken.info, {6, target.abs32, 999, 0});
    broken.elf.Reloc(broken.info, {9999, target.abs32, broken.str, 0});
    broken.elf.AddSymbol({.section = broken.info, .extended = true});
    broken.elf.AddRelocSection(broken.info, !target.is_rela,
                               {{2, target.abs32, broken.str, 1}});
    broken.elf.AddGroup({broken.info});
    Write(folder / (name + "-broken"), broken.elf);
  }
  for (const Compression compression :
       {Compression::kZlib, Compression::kZstd, Compression::kZdebug}) {
    RelocFixture f(kI386);
    Fill(f);
    f.elf.section(f.info).compression = compression;
    Write(folder /
              ("compressed-" + std::to_string(static_cast<int>(compression))),
          f.elf);
  }
  RelocFixture crel;
  Fill(crel);
  crel.elf.Add({.name = ".crel.debug_info",
                .type = 0x40000014,
                .contents = {0x11, 0, 1, 2},
                .info = crel.info});
  Write(folder / "crel", crel.elf);
}

// An ELF file in each packing, as one and as two parts.
void WritePacked(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  RelocFixture f;
  Fill(f);
  const std::vector<uint8_t> image = f.elf.Build();
  Write(folder / "plain", image);
  for (const Packer& packer : kPackers) {
    Write(folder / packer.name, packer.pack(image));
    std::vector<uint8_t> parts = packer.pack(Bytes(image).first(100));
    const std::vector<uint8_t> rest = packer.pack(Bytes(image).subspan(100));
    parts.insert(parts.end(), rest.begin(), rest.end());
    Write(folder / (std::string(packer.name) + "-parts"), parts);
  }
}

// Two members in each format, one of them signed, and what else may be in one.
void WriteArchives(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  RelocFixture f;
  Fill(f);
  const std::vector<uint8_t> image = f.elf.Build();
  const std::vector<uint8_t> bitcode = {'B', 'C', 0xc0, 0xde};
  const std::pair<const char*, ArchiveFormat> formats[] = {
      {"gnu", ArchiveFormat::kGnu},
      {"gnu64", ArchiveFormat::kGnu64},
      {"bsd", ArchiveFormat::kBsd},
      {"thin", ArchiveFormat::kThin}};
  for (const auto& [name, format] : formats) {
    Write(folder / name, ArchiveBuilder(format)
                             .Add("x.o", image)
                             .Add("x.bc", bitcode)
                             .Add("a_name_of_more_than_15_bytes", Signed(image))
                             .AddRaw("/9:100", bitcode)
                             .AddRaw("#1/2", bitcode)
                             .Build());
  }
  Write(folder / "packed", PackGzip(ArchiveBuilder(ArchiveFormat::kGnu)
                                        .Add("x.o.xz", PackXz(image))
                                        .Build()));
  Write(folder / "signed", Signed(image));
}

}  // namespace
}  // namespace dwreloc::internal

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
    return 2;
  }
  const std::filesystem::path corpus = argv[1];
  dwreloc::internal::WriteAll(corpus / "elf_digest_fuzz");
  dwreloc::internal::WritePacked(corpus / "compressed_file_fuzz");
  dwreloc::internal::WriteArchives(corpus / "archive_fuzz");
  return 0;
}

#include "placing/offline_layout.h"

#include <elf.h>

#include <algorithm>
#include <bit>

namespace dwreloc::internal {
namespace {

// Modules begin at a multiple of this.
constexpr uint64_t kMinimumAlignment = 0x100;

// Each new start aligns the base more strictly, so a file whose alignments are
// powers of two and whose sections have no addresses needs fewer.  Other files
// could need one per section, each of which lays out all previous sections
// again.
constexpr int kMaxNewStarts = 64;

struct Piece {
  uint32_t section;
  uint64_t address;  // sh_addr, then the assigned address
  uint64_t size;
  uint64_t alignment;
};

std::vector<Piece> LoadedPieces(const ElfFile& file) {
  std::vector<Piece> pieces;
  for (uint32_t i = 1; i < file.section_count(); ++i) {
    const SectionHeader header = file.Header(i);
    if ((header.sh_flags & SHF_ALLOC) == 0) continue;
    // ELF only knows alignments that are powers of two.
    const bool is_power = std::has_single_bit(header.sh_addralign);
    pieces.push_back({.section = i,
                      .address = header.sh_addr,
                      .size = header.sh_size,
                      .alignment = is_power ? header.sh_addralign : 1});
  }
  return pieces;
}

uint64_t AlignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) & -alignment;
}

bool IsAligned(uint64_t value, uint64_t alignment) {
  return (value & (alignment - 1)) == 0;
}

// Lays out one section after the other, in the way libdwfl does.
class Layout {
 public:
  Layout(std::vector<Piece>& pieces, uint64_t base)
      : pieces_(pieces), base_(base), begin_(base), end_(base) {}

  void Run() {
    for (size_t i = 0; i < pieces_.size(); ++i) {
      Piece& piece = pieces_[i];
      // A section that has an address keeps it, unless sections were assigned
      // addresses before and it does not begin where the last of them ends.
      if (piece.address == 0 || (lowest_ == 0 && end_ > begin_ &&
                                 end_ != AlignUp(end_, piece.alignment))) {
        Put(i);
      } else {
        Keep(piece, i == 0);
      }
    }
  }

  // What is to be added to the addresses: if the file had a layout, it is moved
  // as a whole.
  uint64_t bias() const { return lowest_ == 0 ? 0 : base_ - lowest_; }
  uint64_t end() const { return end_ + bias(); }

 private:
  void Put(size_t index) {
    Piece& piece = pieces_[index];
    piece.address = AlignUp(end_, piece.alignment);
    if (end_ == base_) {
      begin_ = base_ = piece.address;
    } else if (!IsAligned(base_, piece.alignment) &&
               new_starts_++ < kMaxNewStarts) {
      StartAgain(index);
      return;
    }
    end_ = piece.address + piece.size;
  }

  // The base is not aligned as strictly as the section: lays out everything up
  // to it again, from a base that suits it.
  void StartAgain(size_t index) {
    begin_ = end_ = base_ = AlignUp(base_, pieces_[index].alignment);
    for (size_t i = 0; i <= index; ++i) {
      pieces_[i].address = AlignUp(end_, pieces_[i].alignment);
      end_ = pieces_[i].address + pieces_[i].size;
    }
  }

  // Takes no space, unless it ends after all others.
  void Keep(const Piece& piece, bool is_first) {
    const uint64_t end = piece.address + piece.size;
    end_ = is_first ? end : std::max(end_, end);
    lowest_ = is_first ? piece.address : std::min(lowest_, piece.address);
    if (IsAligned(piece.address - lowest_ + base_, piece.alignment)) return;
    base_ = AlignUp(base_, piece.alignment) + (lowest_ & (piece.alignment - 1));
  }

  std::vector<Piece>& pieces_;
  uint64_t base_;
  uint64_t begin_;
  uint64_t end_;
  uint64_t lowest_ = 0;  // lowest address in the file, if the first
                         // section has an address, else 0
  int new_starts_ = 0;
};

}  // namespace

OfflineLayout LayOutOffline(const ElfFile& file, uint64_t base) {
  std::vector<Piece> pieces = LoadedPieces(file);
  Layout layout(pieces, AlignUp(base, kMinimumAlignment));
  layout.Run();
  OfflineLayout result;
  result.addresses.resize(file.section_count());
  for (const Piece& piece : pieces)
    result.addresses[piece.section] = piece.address + layout.bias();
  result.end = layout.end();
  return result;
}

}  // namespace dwreloc::internal

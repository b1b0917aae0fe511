#include "reloc/ordered_check.h"

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "reloc/column.h"

namespace dwreloc::internal {
namespace {

// Many sections of a module are read in a row; what is in the file's mapping is
// mapped by the page, at some cost, and counts as memory of the process until
// it is released.
constexpr size_t kManyBytes = 1 << 20;
constexpr size_t kMostPage = 1 << 16;
constexpr ptrdiff_t kBlockSize =
    ptrdiff_t{OrderedRecords::kBlock} * OrderedRecords::kSize;
constexpr size_t kPart = (size_t{1} << 20) / kBlockSize * kBlockSize;

// How far ahead memory is asked for: past the end of the page, where the
// processor stops of itself.
constexpr size_t kPrefetch = 1 << 12;
constexpr ptrdiff_t kCacheLine = 64;

}  // namespace

struct alignas(32) OrderedCheck::Pair {
  uint64_t info = kNone;
  uint64_t addend_mask = 0;
  uint64_t width = 0;
  uint64_t wide = 0;

  static constexpr uint64_t kNone = UINT64_MAX;
};

// One thread's.
struct OrderedCheck::Pairs {
  static constexpr size_t kCount = 64;

  Pairs() {
    // No pair is there yet: not even that one, which a file may contain.
    At(Pair::kNone).info = 0;
  }
  // x86-64's two data types, 1 and 10, map to neighbouring pairs.
  Pair& At(uint64_t info) { return pairs[((info >> 32) * 2 + info) % kCount]; }

  std::array<Pair, kCount> pairs;
};

OrderedCheck::OrderedCheck(const RelocContext& context,
                           const RelocRecords& records, uint64_t target_size)
    : file_(context.file),
      planner_(context, /*symbols_usable=*/true),
      target_size_(target_size),
      all_(records.bytes().first(records.count() * OrderedRecords::kSize)),
      type4_(OrderedRecords::kNoType),
      type8_(OrderedRecords::kNoType),
      parts_((all_.size() + kPart - 1) / kPart) {
  records_.starts_.resize((all_.size() + kBlockSize - 1) / kBlockSize);
}

bool OrderedCheck::MayStay(const RelocContext& context,
                           const RelocRecords& records, uint64_t target_size) {
  return !records.is_crel() && records.info() == RelocInfo::kStandard &&
         records.is_64() && records.is_rela() &&
         records.order() == ByteOrder::kLittle && context.machine != nullptr &&
         context.machine->addend == RelocAddend::kStandard &&
         target_size < kNoRecordOffset && records.count() != 0 &&
         records.count() < UINT32_MAX - 2 &&
         records.symbol_section() == context.symbols.section_index();
}

bool OrderedCheck::IsTheType(std::atomic<uint64_t>& known, uint64_t type) {
  uint64_t expected = OrderedRecords::kNoType;
  return known.compare_exchange_strong(expected, type,
                                       std::memory_order_relaxed) ||
         expected == type;
}

bool OrderedCheck::MakePair(uint64_t info, Pair* pair) {
  const uint32_t type = static_cast<uint32_t>(info);
  const RelocPlan plan = planner_.Make(type, static_cast<uint32_t>(info >> 32));
  *pair = {.info = info};
  if (plan.action == RelocAction::kNumber4 && plan.base == 0) {
    pair->width = 4;
    pair->addend_mask = UINT64_MAX;
    return IsTheType(type4_, type);
  }
  pair->width = 8;
  pair->wide = 1;
  return plan.action == RelocAction::kColumn8 && plan.symbol != kNoSymbol &&
         IsTheType(type8_, type);
}

// Reads the records of one part after the other: those of many as copies, since
// nobody may need their pages again, and on some machines it takes four times
// as long to map a page as to copy it.  One thread's.
class OrderedCheck::Reader {
 public:
  static constexpr size_t kMost = (size_t{1} << 16) / kBlockSize * kBlockSize;

  Reader(const ElfFile& file, Bytes all) : file_(file), all_(all) {
    if (!has_many()) return;
    fd_ = file.Reopen();
    // Without memory records are read where they are: others wait for what
    // this thread has taken.
    if (fd_.get() != kNoFd) copy_.reset(new (std::nothrow) uint8_t[kMost]);
  }

  // Those bytes, at most kMost, of the part that was begun or just before it;
  // valid until the next call.
  Bytes Read(size_t begin, size_t size) {
    const Bytes bytes = all_.subspan(begin).first(size);
    if (copy_ == nullptr) return bytes;
    return file_.ReadPart(fd_.get(), bytes, {copy_.get(), kMost});
  }
  void BeginPart(size_t begin, size_t end) const {
    if (copy_ == nullptr) {
      file_.PopulatePages(all_.subspan(begin).first(end - begin));
    }
  }
  // With the page that the part before has a share of.
  void EndPart(size_t begin, size_t end) const {
    if (!has_many() || copy_ != nullptr) return;
    const size_t before = std::min(begin, kMostPage);
    file_.ReleasePages(
        all_.subspan(begin - before).first(before + end - begin));
  }

 private:
  bool has_many() const { return all_.size() >= kManyBytes; }

  const ElfFile& file_;
  const Bytes all_;
  FileDescriptor fd_;
  std::unique_ptr<uint8_t[]> copy_;  // nullptr: records are read where they are
};

bool OrderedCheck::EndBefore(size_t begin, Reader& reader, Pairs& pairs,
                             uint64_t* end) {
  *end = 0;
  if (begin == 0) return true;
  const uint8_t* const record =
      reader.Read(begin - OrderedRecords::kSize, OrderedRecords::kSize).data();
  const uint64_t info = Load<uint64_t>(record + 8, ByteOrder::kLittle);
  Pair& pair = pairs.At(info);
  if (pair.info != info && !MakePair(info, &pair)) return false;
  *end = Load<uint64_t>(record, ByteOrder::kLittle) + pair.width;
  return true;
}

bool OrderedCheck::CheckRecords(size_t begin, Bytes records, Pairs& pairs,
                                uint64_t* last_end) {
  const uint8_t* p = records.data();
  const uint8_t* const end = p + records.size();
  // In registers.  Offsets ascend by less than 2^32 and addends have 32 bits,
  // unless there are bits above these.
  uint64_t bits = 0;
  uint64_t wide = 0;
  uint64_t last = *last_end;
  uint32_t* start = records_.starts_.data() + begin / kBlockSize;
  while (p != end) {
    const uint8_t* const next = end - p > kBlockSize ? p + kBlockSize : end;
    // A prefetch of what is not mapped does nothing.
    for (ptrdiff_t i = 0; i < kBlockSize; i += kCacheLine)
      __builtin_prefetch(p + kPrefetch + i);
    *start++ = Load<uint32_t>(p, ByteOrder::kLittle);
    for (; p != next; p += OrderedRecords::kSize) {
      const uint64_t offset = Load<uint64_t>(p, ByteOrder::kLittle);
      const uint64_t info = Load<uint64_t>(p + 8, ByteOrder::kLittle);
      const uint64_t addend = Load<uint64_t>(p + 16, ByteOrder::kLittle);
      Pair& pair = pairs.At(info);
      if (pair.info != info && !MakePair(info, &pair)) [[unlikely]]
        return false;
      bits |= (addend & pair.addend_mask) | (offset - last);
      wide += pair.wide;
      last = offset + pair.width;
    }
  }
  wide_.fetch_add(wide, std::memory_order_relaxed);
  *last_end = last;
  return bits <= UINT32_MAX && last <= target_size_;
}

bool OrderedCheck::CheckPart(size_t begin, size_t end, Reader& reader,
                             Pairs& pairs) {
  uint64_t last = 0;
  if (!EndBefore(begin, reader, pairs, &last)) return false;
  for (; begin < end; begin += Reader::kMost) {
    const Bytes records =
        reader.Read(begin, std::min(Reader::kMost, end - begin));
    if (!CheckRecords(begin, records, pairs, &last)) return false;
  }
  return true;
}

void OrderedCheck::Help() {
  Pairs pairs;
  std::optional<Reader> reader;
  for (;;) {
    const size_t part = taken_.fetch_add(1, std::memory_order_relaxed);
    if (part >= parts_) return;
    const size_t begin = part * kPart;
    const size_t end = std::min(begin + kPart, all_.size());
    // Once one record cannot stay, the parts that are left are only counted.
    if (may_stay_.load(std::memory_order_relaxed)) {
      if (!reader.has_value()) reader.emplace(file_, all_);
      reader->BeginPart(begin, end);
      if (!CheckPart(begin, end, *reader, pairs)) {
        may_stay_.store(false, std::memory_order_relaxed);
      }
      reader->EndPart(begin, end);
    }
    // Publishes what was found to the thread that waits.
    if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 == parts_) {
      done_.notify_all();
    }
  }
}

bool OrderedCheck::Wait() {
  for (;;) {
    const size_t done = done_.load(std::memory_order_acquire);
    if (done == parts_) return may_stay_.load(std::memory_order_relaxed);
    done_.wait(done, std::memory_order_acquire);
  }
}

OrderedRecords OrderedCheck::Take() {
  records_.records_ = all_.data();
  records_.count_ = static_cast<uint32_t>(all_.size() / OrderedRecords::kSize);
  records_.type4_ = type4_.load(std::memory_order_relaxed);
  records_.type8_ = type8_.load(std::memory_order_relaxed);
  records_.Finish(target_size_);
  return std::move(records_);
}

}  // namespace dwreloc::internal

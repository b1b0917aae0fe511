// bare: open, walk, digest and random of work.h as the shortest program that
// can do them.
//
// Not a reader of DWARF but a floor under all of them: what the bytes cost on
// this machine if nothing is checked and nothing is handed to anybody.  It
// takes every number in the file for granted, so a damaged file crashes it.
// It knows ELF64 of x86-64, 32-bit DWARF 2 to 5, one .debug_info, and forms
// that gcc writes; abbreviation codes have to be 1, 2, 3..., and relocation
// records in the order of their offsets.
// Tested by agreement_test.py: its counts are those of all readers.

#include <dwreloc/dwarf.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "work.h"

namespace {

using dwreloc_bench::Counts;
using dwreloc_bench::Fail;
using dwreloc_bench::Line;
using dwreloc_bench::Place;
using dwreloc_bench::Stopwatch;

template <typename T>
T Load(const uint8_t* p) {
  T value;
  std::memcpy(&value, p, sizeof(value));
  return value;
}

template <typename T>
T Take(const uint8_t*& p) {
  const T value = Load<T>(p);
  p += sizeof(T);
  return value;
}

uint64_t TakeUleb(const uint8_t*& p) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const uint64_t byte = *p++;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}

int64_t TakeSleb(const uint8_t*& p) {
  uint64_t value = 0;
  for (int shift = 0;;) {
    const uint64_t byte = *p++;
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) {
      const int unused = shift < 64 ? 64 - shift : 0;
      return static_cast<int64_t>(value << unused) >> unused;
    }
  }
}

struct Attribute {
  uint64_t form;
  int64_t implicit_const;
};

// By code - 1: where its attributes begin in the pool, and how many there are.
struct Declaration {
  uint32_t first;
  uint32_t count;
};

struct Abbreviations {
  std::vector<Declaration> declarations;
  std::vector<Attribute> pool;

  explicit Abbreviations(const uint8_t* p) {
    while (TakeUleb(p) == declarations.size() + 1) {
      TakeUleb(p);  // tag
      ++p;          // has children: null entries end them in any case
      Declaration declaration = {static_cast<uint32_t>(pool.size()), 0};
      while (true) {
        const uint64_t name = TakeUleb(p);
        Attribute attribute = {TakeUleb(p), 0};
        if (attribute.form == DW_FORM_implicit_const) {
          attribute.implicit_const = TakeSleb(p);
        }
        if (name == 0 && attribute.form == 0) break;
        pool.push_back(attribute);
        ++declaration.count;
      }
      declarations.push_back(declaration);
    }
  }
};

class BareFile : public dwreloc_bench::File {
 public:
  explicit BareFile(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) Fail(path + ": cannot be read");
    size_ = static_cast<size_t>(status.st_size);
    void* const image = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
    if (image == MAP_FAILED) Fail(path + ": cannot be mapped");
    image_ = static_cast<const uint8_t*>(image);
    FindSections(file, path);
    close(file);
  }
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;
  ~BareFile() override { munmap(const_cast<uint8_t*>(image_), size_); }

  void Walk(bool with_lists, Counts& counts) override {
    if (with_lists) Fail("the bare loop reads no lists");
    record_ = records_.begin;
    const uint8_t* p = info_.begin;
    while (p != info_.end) p = WalkUnit(p, counts);
  }
  void Lines(Counts&) override { Fail("the bare loop reads no lines"); }
  Place Query(const std::string&) override {
    Fail("the bare loop answers no question");
  }
  // Loads addends of .debug_info in a random order: a far place each, without
  // the search for it.
  void Random(uint64_t reads, Line& line) const {
    const auto count = static_cast<uint64_t>(records_.end - records_.begin) /
                       sizeof(Elf64_Rela);
    if (count == 0) Fail("nothing is relocated");
    std::mt19937_64 random(1);
    std::vector<uint64_t> order(reads);
    for (uint64_t& index : order) index = random() % count;
    int64_t sum = 0;
    // Each page has been seen, as after a walk.
    for (const uint8_t* p = records_.begin; p != records_.end;
         p += sizeof(Elf64_Rela)) {
      sum += Load<Elf64_Rela>(p).r_addend;
    }
    Stopwatch watch;
    watch.Start();
    for (const uint64_t index : order) {
      // Addends of strings are positive: it waits for the last one, as a caller
      // does who uses it.
      const uint64_t waited = index + static_cast<uint64_t>(sum >> 63);
      sum += Load<Elf64_Rela>(records_.begin + waited * sizeof(Elf64_Rela))
                 .r_addend;
    }
    watch.Stop();
    watch.Print("random", line);
    line.Number("reads", reads);
    if (sum == 0) Fail("there are no addends");
  }
  // Reads each record once, and sees that the offsets ascend and the addends
  // are short: the least that tells how the section can be used.
  void Digest() override {
    for (const Section& section : all_records_) {
      uint64_t last = 0;
      for (const uint8_t* p = section.begin; p != section.end;
           p += sizeof(Elf64_Rela)) {
        const auto record = Load<Elf64_Rela>(p);
        seen_ |= (record.r_offset - last) | ELF64_R_TYPE(record.r_info) |
                 static_cast<uint64_t>(record.r_addend);
        last = record.r_offset;
        ++digested_;
      }
    }
    if (seen_ > UINT32_MAX) Fail("records that are not in order");
  }
  uint64_t DigestedCount() override { return digested_; }

 private:
  struct Section {
    const uint8_t* begin = nullptr;
    const uint8_t* end = nullptr;
  };

  // Reads a part of a file: cheaper than the faults of a mapping where few
  // bytes are read of each place.
  static void Read(int file, uint64_t offset, void* buffer, size_t size) {
    if (pread(file, buffer, size, static_cast<off_t>(offset)) !=
        static_cast<ssize_t>(size)) {
      Fail("a file that is too short");
    }
  }

  void FindSections(int file, const std::string& path) {
    static std::vector<Elf64_Shdr> headers;
    static std::vector<char> names;
    Elf64_Ehdr header;
    Read(file, 0, &header, sizeof(header));
    if (header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_machine != EM_X86_64) {
      Fail(path + ": not a file of x86-64");
    }
    headers.resize(header.e_shnum);
    Read(file, header.e_shoff, headers.data(),
         headers.size() * sizeof(Elf64_Shdr));
    const Elf64_Shdr& of_names = headers[header.e_shstrndx];
    names.resize(of_names.sh_size);
    Read(file, of_names.sh_offset, names.data(), names.size());
    for (const Elf64_Shdr& section : headers) {
      const std::string_view name(&names[section.sh_name]);
      Section* const known = name == ".debug_info"        ? &info_
                             : name == ".rela.debug_info" ? &records_
                             : name == ".debug_abbrev"    ? &abbrev_
                             : name == ".debug_str"       ? &str_
                             : name == ".debug_line_str"  ? &line_str_
                             : name == ".symtab"          ? &symbols_
                                                          : nullptr;
      const uint8_t* const begin = image_ + section.sh_offset;
      const Section found = {begin, begin + section.sh_size};
      if (known != nullptr) *known = found;
      if (name.starts_with(".rela.debug_")) all_records_.push_back(found);
    }
  }

  // The number of a datum: that of its record, if there is one here.
  template <typename T>
  uint64_t TakeRelocated(const uint8_t*& p) {
    const auto offset = static_cast<uint64_t>(p - info_.begin);
    while (record_ != records_.end && Load<uint64_t>(record_) < offset) {
      record_ += sizeof(Elf64_Rela);
    }
    if (record_ == records_.end || Load<uint64_t>(record_) != offset) {
      return Take<T>(p);
    }
    const auto record = Load<Elf64_Rela>(record_);
    record_ += sizeof(Elf64_Rela);
    p += sizeof(T);
    const auto symbol = Load<Elf64_Sym>(
        symbols_.begin + ELF64_R_SYM(record.r_info) * sizeof(Elf64_Sym));
    return symbol.st_value + static_cast<uint64_t>(record.r_addend);
  }

  const uint8_t* WalkUnit(const uint8_t* p, Counts& counts) {
    ++counts.units;
    const auto length = Take<uint32_t>(p);
    const uint8_t* const end = p + length;
    const auto version = Take<uint16_t>(p);
    uint64_t abbrev;
    if (version >= 5) {
      p += 2;  // unit_type, address_size
      abbrev = TakeRelocated<uint32_t>(p);
    } else {
      abbrev = TakeRelocated<uint32_t>(p);
      ++p;  // address_size
    }
    const Abbreviations abbreviations(abbrev_.begin + abbrev);
    while (p != end) {
      const uint64_t code = TakeUleb(p);
      if (code == 0) continue;
      ++counts.dies;
      const Declaration& die = abbreviations.declarations[code - 1];
      counts.attrs += die.count;
      const Attribute* attribute = abbreviations.pool.data() + die.first;
      for (uint32_t i = 0; i < die.count; ++i) {
        p = CountValue(p, attribute[i], counts);
      }
    }
    return end;
  }

  static void CountConstant(uint64_t value, Counts& counts) {
    ++counts.const_n;
    counts.const_sum += value;
  }
  static void CountReference(uint64_t value, Counts& counts) {
    ++counts.ref_n;
    counts.ref_sum += value;
  }
  static const uint8_t* CountBlock(const uint8_t* begin, uint64_t size,
                                   Counts& counts) {
    ++counts.blk_n;
    counts.blk_sum += size;
    return begin + size;
  }
  static void CountString(const uint8_t* string, Counts& counts) {
    ++counts.str_n;
    counts.strbyte_sum += *string;
  }

  // Returns where the value ends.
  const uint8_t* CountValue(const uint8_t* p, const Attribute& attribute,
                            Counts& counts) {
    switch (attribute.form) {
      case DW_FORM_addr:
        ++counts.addr_n;
        counts.addr_sum += TakeRelocated<uint64_t>(p);
        break;
      case DW_FORM_strp: {
        const uint64_t offset = TakeRelocated<uint32_t>(p);
        ++counts.strp_n;
        counts.strp_sum += offset;
        CountString(str_.begin + offset, counts);
        break;
      }
      case DW_FORM_line_strp: {
        const uint64_t offset = TakeRelocated<uint32_t>(p);
        ++counts.lstrp_n;
        counts.lstrp_sum += offset;
        CountString(line_str_.begin + offset, counts);
        break;
      }
      case DW_FORM_string:
        CountString(p, counts);
        p += std::strlen(reinterpret_cast<const char*>(p)) + 1;
        break;
      case DW_FORM_sec_offset:
        ++counts.secoff_n;
        counts.secoff_sum += TakeRelocated<uint32_t>(p);
        break;
      case DW_FORM_data1:
        CountConstant(Take<uint8_t>(p), counts);
        break;
      case DW_FORM_data2:
        CountConstant(Take<uint16_t>(p), counts);
        break;
      case DW_FORM_data4:
        CountConstant(TakeRelocated<uint32_t>(p), counts);
        break;
      case DW_FORM_data8:
        CountConstant(TakeRelocated<uint64_t>(p), counts);
        break;
      case DW_FORM_udata:
        CountConstant(TakeUleb(p), counts);
        break;
      case DW_FORM_sdata:
        CountConstant(static_cast<uint64_t>(TakeSleb(p)), counts);
        break;
      case DW_FORM_implicit_const:
        CountConstant(static_cast<uint64_t>(attribute.implicit_const), counts);
        break;
      case DW_FORM_ref1:
        CountReference(Take<uint8_t>(p), counts);
        break;
      case DW_FORM_ref2:
        CountReference(Take<uint16_t>(p), counts);
        break;
      case DW_FORM_ref4:
        CountReference(Take<uint32_t>(p), counts);
        break;
      case DW_FORM_ref_udata:
        CountReference(TakeUleb(p), counts);
        break;
      case DW_FORM_block1: {
        const auto size = Take<uint8_t>(p);
        return CountBlock(p, size, counts);
      }
      case DW_FORM_block2: {
        const auto size = Take<uint16_t>(p);
        return CountBlock(p, size, counts);
      }
      case DW_FORM_block4: {
        const auto size = Take<uint32_t>(p);
        return CountBlock(p, size, counts);
      }
      case DW_FORM_exprloc:
      case DW_FORM_block: {
        const uint64_t size = TakeUleb(p);
        return CountBlock(p, size, counts);
      }
      case DW_FORM_flag:
        counts.flag_sum += *p++;
        break;
      case DW_FORM_flag_present:
        ++counts.flag_sum;
        break;
      default:
        Fail("the bare loop does not know form " +
             std::to_string(attribute.form));
    }
    return p;
  }

  const uint8_t* image_;
  size_t size_;
  Section info_;
  Section records_;
  Section abbrev_;
  Section str_;
  Section line_str_;
  Section symbols_;
  std::vector<Section> all_records_;
  const uint8_t* record_ = nullptr;  // the next one
  uint64_t seen_ = 0;                // bits of what Digest read
  uint64_t digested_ = 0;
};

class BareReader : public dwreloc_bench::Reader {
 public:
  std::string Name() const override { return "bare loop"; }
  std::unique_ptr<dwreloc_bench::File> Open(const std::string& path) override {
    return std::make_unique<BareFile>(path);
  }
  std::unique_ptr<dwreloc_bench::File> OpenBare(
      const std::string& path) override {
    return Open(path);
  }
  bool Random(const std::string& path, uint64_t reads, Line& line) override {
    BareFile(path).Random(reads, line);
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  BareReader reader;
  return dwreloc_bench::RunWork(reader, argc, argv);
}

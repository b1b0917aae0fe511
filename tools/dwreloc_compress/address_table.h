// address_table.h - the addresses of a file, each once, with its relocation
// record: what .debug_addr holds (DWARF 5 7.27).
//
// Tested by tests/compress/address_table_test.cc.
#ifndef DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_TABLE_H_
#define DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_TABLE_H_

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "dwreloc_compress/emit.h"
#include "dwreloc_compress/records.h"

namespace dwreloc_tools::compress {

// What makes an address: a record says all of it, or (REL) all but what is
// added, which the bytes in place say.
struct AddressKey {
  std::uint64_t info = 0;  // r_info: symbol and type
  std::uint64_t addend = 0;
  friend bool operator==(const AddressKey&, const AddressKey&) = default;
};

class AddressTable {
 public:
  // Counts one more use; returns the number of the address.
  std::uint32_t Use(const AddressKey& key);
  // One more use of one that is there.
  void Count(std::uint32_t number);
  // One use is none any more: its address counts from another one.
  void Drop(std::uint32_t number);
  std::uint32_t UsesOf(std::uint32_t number) const { return uses_[number]; }
  // Addresses that have uses.
  std::uint32_t size() const { return size_; }
  std::uint64_t use_count() const { return use_count_; }

  // Gives each its index: those with many uses have short ones. No use is added
  // afterwards.
  void Sort();
  std::uint32_t IndexOf(std::uint32_t number) const { return indexes_[number]; }

  // One record has gone for the sake of the table. Throws std::runtime_error if
  // that never had such an address.
  void Take(const AddressKey& key);
  // Has a record been taken of each address?
  bool IsComplete() const { return taken_count_ == size_; }

  // Bytes up to entry 0.
  static constexpr unsigned HeaderSize(unsigned offset_size) {
    return offset_size == 8 ? 16 : 8;
  }
  Section Emit(unsigned offset_size, unsigned address_size, bool is_rela,
               const NumberWriter& numbers) const;

 private:
  struct Hash {
    std::size_t operator()(const AddressKey& key) const;
  };

  std::unordered_map<AddressKey, std::uint32_t, Hash> numbers_;
  std::vector<AddressKey> keys_;
  std::vector<std::uint32_t> uses_;     // how many
  std::vector<std::uint32_t> indexes_;  // by number
  std::vector<bool> is_taken_;
  std::size_t taken_count_ = 0;
  std::uint32_t size_ = 0;
  std::uint64_t use_count_ = 0;
};

}  // namespace dwreloc_tools::compress

#endif  // DWRELOC_TOOLS_DWRELOC_COMPRESS_ADDRESS_TABLE_H_

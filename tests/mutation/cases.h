// Cases: damaged files, each made from a good one by a recipe of a few
// numbers, so that any of them can be made again.
//
//   tiny5.o/cut/1234          the first 1234 bytes of the file
//   tiny5.o/front/1234        the same of an image whose section headers stand
//                             in front, so that contents are what is lost
//   tiny5.o/section/77        a section that ends early: cuts of all debug and
//                             relocation sections, counted through
//   tiny5.o/edit/20240/77     bytes overwritten: seed and number
//
// Of split files, the object with the skeleton is read together with the other
// one.
//
// Tested by being used: mutation_test.cc, compress_mutation_test.cc.

#ifndef TESTS_MUTATION_CASES_H_
#define TESTS_MUTATION_CASES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dwreloc::internal {

// A section of the good file, as its header says.
struct SectionSpan {
  std::string name;
  uint32_t index = 0;
  uint32_t type = 0;
  uint64_t header = 0;  // offset of the section header
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t entry_size = 0;
  bool is_debug = false;
  bool is_reloc = false;  // of a debug section
};

// A good file and its layout.
class Original {
 public:
  Original(std::string name, std::vector<uint8_t> image);

  const std::string& name() const { return name_; }
  const std::vector<uint8_t>& image() const { return image_; }
  const std::vector<SectionSpan>& sections() const { return sections_; }
  uint64_t header_size() const { return is_64_ ? 64 : 52; }
  uint64_t section_table() const { return section_table_; }
  uint64_t section_header_size() const { return is_64_ ? 64 : 40; }

  std::vector<uint8_t> Cut(uint64_t size) const;
  // Section headers and their names first, then all else in its order.
  const std::vector<uint8_t>& front() const { return front_; }
  // A section header with another sh_size.
  std::vector<uint8_t> WithSectionSize(const SectionSpan& section,
                                       uint64_t size) const;
  std::vector<uint8_t> Edited(uint64_t seed, uint64_t number) const;

 private:
  uint64_t Load(uint64_t offset, int width) const;
  void Store(std::vector<uint8_t>& image, uint64_t offset, int width,
             uint64_t value) const;
  void MakeFront();

  std::string name_;
  std::vector<uint8_t> image_;
  std::vector<uint8_t> front_;
  std::vector<SectionSpan> sections_;
  bool is_64_ = true;
  bool is_big_ = false;
  uint64_t section_table_ = 0;
  uint32_t names_ = 0;
};

}  // namespace dwreloc::internal

#endif  // TESTS_MUTATION_CASES_H_

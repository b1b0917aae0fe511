// records.h - the relocation records of a section, one after another.
//
// For millions of them: the range of dwreloc.hpp gives an object for each, made
// of a copy of the record.  Tested by tests/cli/relocs_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_RECORDS_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_RECORDS_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>

namespace dwreloc_tools {

// Calls visit(const Dwreloc_Record&).  Throws dwreloc::Error where a record
// cannot be read.
template <typename Visit>
void ForEachRecord(const dwreloc::FileView& file, std::uint32_t section,
                   Visit visit) {
  Dwreloc_Records records;
  Dwreloc_Record record;
  int result = dwreloc_records_begin(file.raw(), section, 0, DWRELOC_NO_OFFSET,
                                     &records);
  while (result > 0 && (result = dwreloc_records_next(&records, &record)) > 0)
    visit(record);
  if (result < 0) throw dwreloc::Error::Last();
}

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_RECORDS_H_

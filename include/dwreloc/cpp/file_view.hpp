// cpp/file_view.hpp - reading an open file, from which all else is reached.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_FILE_VIEW_HPP
#define DWRELOC_CPP_FILE_VIEW_HPP

#include <dwreloc/dwreloc.h>

#include <cstddef>
#include <cstdint>
#include <dwreloc/cpp/abbrevs.hpp>
#include <dwreloc/cpp/attribute.hpp>
#include <dwreloc/cpp/call_frames.hpp>
#include <dwreloc/cpp/contributions.hpp>
#include <dwreloc/cpp/data.hpp>
#include <dwreloc/cpp/die.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/frames.hpp>
#include <dwreloc/cpp/links.hpp>
#include <dwreloc/cpp/lookup.hpp>
#include <dwreloc/cpp/macros.hpp>
#include <dwreloc/cpp/records.hpp>
#include <dwreloc/cpp/relocatable.hpp>
#include <dwreloc/cpp/scopes.hpp>
#include <dwreloc/cpp/section.hpp>
#include <dwreloc/cpp/symbol.hpp>
#include <dwreloc/cpp/unit.hpp>
#include <exception>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace dwreloc {

// A file that is kept open elsewhere: by a File, or, if it holds split units,
// by the one that refers to it (Unit::file).  Copied freely; nothing about the
// file can be changed through it.
// Thread-safety: any number of threads may read at once.
class FileView {
 public:
  explicit FileView(const Dwreloc_Module* module) : module_(module) {}

  const Dwreloc_Module* raw() const { return module_; }

  FileInfo info() const {
    FileInfo info;
    detail::Check(dwreloc_file_info(raw(), &info));
    return info;
  }
  // None if there is no NT_GNU_BUILD_ID note.
  std::optional<std::span<const std::uint8_t>> build_id() const {
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    const int result = dwreloc_build_id(raw(), &bytes, &size);
    if (result == DWRELOC_E_NOT_FOUND) return std::nullopt;
    detail::Check(result);
    return std::span(bytes, size);
  }

  // As stored, unpacked if it is compressed as a whole.
  std::span<const std::uint8_t> bytes() const {
    const std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    detail::Check(dwreloc_file_bytes(raw(), &bytes, &size));
    return {bytes, size};
  }
  // None if nothing was appended to it.
  std::optional<Signature> signature() const {
    Signature signature;
    if (detail::Check(dwreloc_signature(raw(), &signature)) == 0)
      return std::nullopt;
    return signature;
  }

  // `offset` bytes into a section; in a linked file the address.
  Relocatable ValueAt(std::uint32_t section, std::uint64_t offset) const {
    Dwreloc_Relocatable value;
    detail::Check(
        dwreloc_relocatable_in_section(raw(), section, offset, &value));
    return Relocatable(value);
  }
  // A symbol plus an addend.
  Relocatable ValueOf(std::uint32_t symbol, std::int64_t addend = 0) const {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_relocatable_of_symbol(raw(), symbol, addend, &value));
    return Relocatable(value);
  }

  // The datum of `width` bytes (1, 2, 4 or 8) at an offset of a debug section,
  // relocated.
  Relocatable SectionValue(std::uint32_t section, std::uint64_t offset,
                           int width) const {
    Dwreloc_Relocatable value;
    detail::Check(dwreloc_section_value(raw(), section, offset, width, &value));
    return Relocatable(value);
  }

  Sections sections() const {
    return Sections(detail::SectionTable{raw()}, info().section_count);
  }
  // The first section of that name at or after index `from`.
  std::optional<Section> FindSection(const char* name,
                                     std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_find_section(raw(), name, from, &index)) == 0)
      return std::nullopt;
    return detail::SectionTable{raw()}.At(index);
  }
  // None if the section is of another kind; the same below.
  std::optional<MacroUnit> macros(std::uint32_t section,
                                  std::uint64_t offset = 0) const {
    Dwreloc_Macros macros;
    if (detail::Check(dwreloc_macros_begin_at(raw(), section, offset, nullptr,
                                              &macros)) == 0)
      return std::nullopt;
    return MacroUnit(macros);
  }
  std::optional<UnitIndex> unit_index(std::uint32_t section) const {
    Dwreloc_Unit_Index index;
    if (detail::Check(dwreloc_unit_index(raw(), section, &index)) == 0)
      return std::nullopt;
    return UnitIndex(index);
  }
  std::optional<Link> link(std::uint32_t section) const {
    Link link;
    if (detail::Check(dwreloc_link(raw(), section, &link)) == 0)
      return std::nullopt;
    return link;
  }
  // The file that this one and others share part of their DWARF in.
  FileView supplementary() const {
    const Dwreloc_Module* module = nullptr;
    detail::Check(dwreloc_supplementary(raw(), &module));
    return FileView(module);
  }
  // Of a .debug_addr or .debug_str_offsets section; of others there are none.
  Contributions contributions(std::uint32_t section) const {
    return Contributions(raw(), section);
  }
  Symbols symbols() const {
    // dwreloc_symbol_count would not tell an error.
    return Symbols(detail::SymbolTable{raw()}, info().symbol_count);
  }

  // The first symbol of that name at or after index `from`.
  std::optional<Symbol> FindSymbol(const char* name,
                                   std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_find_symbol(raw(), name, from, &index)) == 0)
      return std::nullopt;
    return detail::SymbolTable{raw()}.At(index);
  }
  // The symbol that a place belongs to.
  std::optional<SymbolPlace> SymbolAt(const Relocatable& place) const {
    std::uint32_t index = 0;
    SymbolPlace found;
    if (detail::Check(
            dwreloc_symbol_at(raw(), &place.raw(), &index, &found.offset)) == 0)
      return std::nullopt;
    found.symbol = detail::SymbolTable{raw()}.At(index);
    return found;
  }

  // The symbol of that name, st_size (0: any) and section (kNoSection: any),
  // and how many there are of which it is the first.
  std::pair<std::optional<Symbol>, std::size_t> MatchSymbol(
      const char* name, std::uint64_t size,
      std::uint32_t section = kNoSection) const {
    std::uint32_t index = 0;
    const int count =
        detail::Check(dwreloc_match_symbol(raw(), name, size, section, &index));
    if (count == 0) return {std::nullopt, 0};
    return {detail::SymbolTable{raw()}.At(index),
            static_cast<std::size_t>(count)};
  }
  // The first symbol at or after index `from` that begins where that one does.
  std::optional<Symbol> FindAlias(const Symbol& symbol,
                                  std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(
            dwreloc_find_alias(raw(), symbol.index(), from, &index)) == 0)
      return std::nullopt;
    return detail::SymbolTable{raw()}.At(index);
  }

  // The section symbol of a section, if it has one.
  std::optional<Symbol> SectionSymbol(std::uint32_t section) const {
    std::uint32_t symbol = 0;
    if (detail::Check(dwreloc_section_symbol(raw(), section, &symbol)) == 0)
      return std::nullopt;
    return detail::SymbolTable{raw()}.At(symbol);
  }

  // The units of all .debug_info and .debug_types sections that can be read.
  Units units() const {
    std::uint32_t count = 0;
    detail::Check(dwreloc_unit_count(raw(), &count));
    return Units(detail::UnitTable{raw()}, count);
  }
  // Why others cannot: one error for each bad unit header.
  std::vector<Error> unit_errors() const {
    std::vector<Error> errors;
    while (dwreloc_unit_error(raw(),
                              static_cast<std::uint32_t>(errors.size())) < 0)
      errors.push_back(Error::Last());
    return errors;
  }
  // The DIE that starts at `place`.
  Die DieAt(const SectionPlace& place) const {
    Dwreloc_Die die;
    detail::Check(dwreloc_die_at(raw(), place.section, place.offset, &die));
    return Die(die);
  }

  // The unit that holds `place`.
  std::optional<Unit> FindUnit(const SectionPlace& place) const {
    const Dwreloc_Unit* unit = nullptr;
    if (detail::Check(
            dwreloc_unit_at(raw(), place.section, place.offset, &unit)) == 0)
      return std::nullopt;
    return Unit(unit);
  }

  // The declarations of one .debug_abbrev section, or of all of them.
  Abbrevs abbrevs(std::uint32_t section = kNoSection) const {
    Dwreloc_Abbrevs abbrevs;
    detail::Check(dwreloc_abbrevs_begin_all(raw(), section, &abbrevs));
    return Abbrevs(abbrevs);
  }
  // The tuples of a .debug_aranges section, or of all of them.
  Aranges aranges(std::uint32_t section = kNoSection) const {
    Dwreloc_Aranges aranges;
    detail::Check(dwreloc_aranges_begin(raw(), section, &aranges));
    return Aranges(aranges);
  }
  // The smallest of these whose range holds an address.
  std::optional<Arange> FindArange(const Relocatable& address) const {
    Dwreloc_Arange arange;
    if (detail::Check(
            dwreloc_getarange_relocatable(raw(), &address.raw(), &arange)) == 0)
      return std::nullopt;
    return Arange(arange);
  }
  // The function at a place of code and those that it was inlined into,
  // innermost first; empty if no unit has code there.
  Frames FramesAt(const Relocatable& place) const {
    Dwreloc_Frames frames;
    if (detail::Check(dwreloc_frames_begin(raw(), &place.raw(), &frames)) == 0)
      return Frames();
    return Frames(frames);
  }
  // The DW_TAG_subprogram that has code there.
  std::optional<Die> FunctionAt(const Relocatable& place) const {
    Dwreloc_Die die;
    if (detail::Check(dwreloc_function_at(raw(), &place.raw(), &die)) == 0)
      return std::nullopt;
    return Die(die);
  }
  // The variable whose data a place of data is in, and the bytes from its first
  // one; of several the number-th.
  std::optional<std::pair<Die, std::uint64_t>> VariableAt(
      const Relocatable& place, std::uint32_t number = 0) const {
    Dwreloc_Die die;
    std::uint64_t offset = 0;
    if (detail::Check(dwreloc_variable_at(raw(), &place.raw(), number, &die,
                                          &offset)) == 0)
      return std::nullopt;
    return std::pair(Die(die), offset);
  }
  // The DIEs around a place of code, innermost first, up to the unit DIE; empty
  // if no unit has code there.
  Scopes ScopesAt(const Relocatable& place) const {
    Dwreloc_Scopes scopes;
    if (detail::Check(dwreloc_scopes_begin(raw(), &place.raw(), &scopes)) == 0)
      return Scopes();
    return Scopes(scopes);
  }
  // The entries of one section of public names or types, or of all of them.
  Pubnames pubnames(std::uint32_t section = kNoSection) const {
    Dwreloc_Pubnames pubnames;
    detail::Check(dwreloc_pubnames_begin(raw(), section, &pubnames));
    return Pubnames(pubnames);
  }
  // The name indexes that can be read, and why others cannot.
  std::vector<NameIndex> name_indexes() const {
    std::vector<NameIndex> indexes;
    const Dwreloc_Name_Index* index = nullptr;
    while (detail::Check(dwreloc_name_indexes_next(raw(), &index)) > 0)
      indexes.emplace_back(index);
    return indexes;
  }
  std::vector<Error> name_index_errors() const {
    std::vector<Error> errors;
    while (dwreloc_name_index_error(
               raw(), static_cast<std::uint32_t>(errors.size())) < 0)
      errors.push_back(Error::Last());
    return errors;
  }

  // The first .debug_frame or .eh_frame at or after section index `from`.
  std::optional<Section> FindFrameSection(std::uint32_t from = 0) const {
    std::uint32_t index = 0;
    if (detail::Check(dwreloc_cfi_section(raw(), from, &index)) == 0)
      return std::nullopt;
    return detail::SectionTable{raw()}.At(index);
  }
  // Its CIEs and FDEs.
  CfiEntries frames(std::uint32_t section) const {
    Dwreloc_Cfi cfi;
    detail::Check(dwreloc_cfi_begin(raw(), section, &cfi));
    return CfiEntries(cfi);
  }
  // The FDE that covers a place, of one section or of all.
  std::optional<CfiEntry> FindFrame(const Relocatable& pc,
                                    std::uint32_t section = kNoSection) const {
    Dwreloc_Cfi_Entry entry;
    if (detail::Check(dwreloc_cfi_find_relocatable(raw(), section, &pc.raw(),
                                                   &entry)) == 0)
      return std::nullopt;
    return CfiEntry(entry);
  }

  // The row that holds at a place, and the FDE that it is of.
  std::optional<CfiPlace> FindFrameRow(
      const Relocatable& pc, std::uint32_t section = kNoSection) const {
    return CfiPlace::Find(raw(), section, pc);
  }

  // The records that apply to bytes [from, to) of a section, in file order.
  Records records(std::uint32_t section, std::uint64_t from = 0,
                  std::uint64_t to = kNoOffset) const {
    Dwreloc_Records records;
    detail::Check(dwreloc_records_begin(raw(), section, from, to, &records));
    return Records(records);
  }
  // The first record at exactly an offset of a section.
  std::optional<Record> FindRecord(std::uint32_t section,
                                   std::uint64_t offset) const {
    Dwreloc_Record record;
    if (detail::Check(dwreloc_record_at(raw(), section, offset, &record)) == 0)
      return std::nullopt;
    return Record(record);
  }
  // The one that made an attribute's value.
  std::optional<Record> FindRecord(const Attribute& attribute) const {
    Dwreloc_Record record;
    if (detail::Check(dwreloc_form_record(&attribute.raw(), &record)) == 0)
      return std::nullopt;
    return Record(record);
  }
  // What a linker does with it, in one sentence.
  std::string SentenceOf(const Record& record) const {
    std::string text(
        static_cast<std::size_t>(detail::Check(
            dwreloc_record_sentence(raw(), &record.raw(), nullptr, 0))),
        '\0');
    detail::Check(dwreloc_record_sentence(raw(), &record.raw(), text.data(),
                                          text.size() + 1));
    return text;
  }
  // Calls visit(const Record&, const Owner&) for each record of a section
  // (kNoSection: of all debug sections).  A visit that returns bool ends it
  // with false; exceptions pass through.
  template <typename Visit>
  void VisitOwners(std::uint32_t section, Visit&& visit) const {
    VisitOwners(section, 0, kNoOffset, std::forward<Visit>(visit));
  }
  // For those whose offset is in [from, to), of the section or of each.
  template <typename Visit>
  void VisitOwners(std::uint32_t section, std::uint64_t from, std::uint64_t to,
                   Visit&& visit) const {
    struct State {
      std::remove_reference_t<Visit>* visit;
      std::exception_ptr exception;
    } state{&visit, nullptr};
    const int result = dwreloc_owners_between(
        raw(), section, from, to,
        [](void* user, const Dwreloc_Record* record,
           const Dwreloc_Owner* owner) -> int {
          State* self = static_cast<State*>(user);
          try {
            if constexpr (std::is_void_v<std::invoke_result_t<
                              Visit&, const Record&, const Owner&>>) {
              (*self->visit)(Record(*record), *owner);
              return 0;
            } else {
              return (*self->visit)(Record(*record), *owner) ? 0 : 1;
            }
          } catch (...) {
            self->exception = std::current_exception();
            return 1;
          }
        },
        &state);
    if (state.exception) std::rethrow_exception(state.exception);
    detail::Check(result);
  }

  // What hinders a program that would rewrite the section, if anything does.
  std::optional<Obstacle> FindObstacle(std::uint32_t section) const {
    Obstacle obstacle;
    if (detail::Check(
            dwreloc_section_is_rewritable(raw(), section, &obstacle)) > 0)
      return std::nullopt;
    return obstacle;
  }
  // The same for all debug sections, by index, in the time that one takes.
  std::map<std::uint32_t, std::vector<Obstacle>> obstacles() const {
    std::map<std::uint32_t, std::vector<Obstacle>> found;
    detail::Check(dwreloc_obstacles(
        raw(), kNoSection,
        [](void* user, std::uint32_t section, const Obstacle* obstacle) {
          std::vector<Obstacle>& of_section =
              (*static_cast<decltype(found)*>(user))[section];
          if (obstacle != nullptr) of_section.push_back(*obstacle);
          return 0;
        },
        &found));
    return found;
  }

  // The first two sections whose places overlap.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> FindOverlap() const {
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    if (detail::Check(dwreloc_overlap(raw(), &first, &second)) == 0)
      return std::nullopt;
    return std::pair(first, second);
  }
  // The place that an address is at.
  std::optional<Relocatable> Locate(std::uint64_t address) const {
    Dwreloc_Relocatable value{};
    if (detail::Check(dwreloc_locate(raw(), address, &value)) == 0)
      return std::nullopt;
    return Relocatable(value);
  }
  Stats stats() const {
    Stats stats;
    detail::Check(dwreloc_stats(raw(), &stats));
    return stats;
  }
  // Digests every debug section, so that diagnostics() is complete.
  void DigestAll() const { detail::Check(dwreloc_digest_all(raw())); }
  // The same on several threads: executor(count, run) calls run(i) once for
  // each i below count, wherever it likes, and returns when all calls have.
  template <typename Executor>
  void DigestAll(Executor&& executor) const {
    struct Call {
      std::remove_reference_t<Executor>& executor;
      std::exception_ptr failure;
    } call = {executor, nullptr};
    const auto execute = [](void* context, std::size_t count,
                            void (*run)(void*, std::size_t), void* work) {
      Call& self = *static_cast<Call*>(context);
      try {
        self.executor(count, [run, work](std::size_t i) { run(work, i); });
      } catch (...) {
        self.failure = std::current_exception();  // not through the C library
      }
    };
    const int result = dwreloc_digest_all_with(raw(), execute, &call);
    if (call.failure) std::rethrow_exception(call.failure);
    detail::Check(result);
  }
  bool is_digested(std::uint32_t section) const {
    return detail::Check(dwreloc_is_digested(raw(), section)) != 0;
  }
  // What the section's digest and decompressed bytes take now.
  SectionMemory memory(std::uint32_t section) const {
    SectionMemory memory;
    detail::Check(dwreloc_section_memory(raw(), section, &memory));
    return memory;
  }
  std::vector<Diagnostic> diagnostics() const {
    std::vector<Diagnostic> diagnostics;
    Dwreloc_Diagnostic found;
    while (detail::Check(
               dwreloc_diagnostic(raw(), diagnostics.size(), &found)) != 0) {
      // The text is the thread's until its next call.
      diagnostics.push_back({found.code, found.section, found.reloc_type,
                             found.count, found.offset,
                             std::string(detail::View(found.text))});
    }
    return diagnostics;
  }

 private:
  friend class File;

  const Dwreloc_Module* module_;
};

inline FileView Unit::file() const {
  return FileView(dwreloc_unit_module(unit_));
}

}  // namespace dwreloc

#endif  // DWRELOC_CPP_FILE_VIEW_HPP

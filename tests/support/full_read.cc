#include "support/full_read.h"

#include <elf.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "support/line_rows.h"
#include "support/question_read.h"

namespace dwreloc::internal {
namespace {

constexpr size_t kMaxTexts = 20;
constexpr size_t kMaxAttributes = 64;

// Kinds of entries whose operands say that a list ends here.
constexpr uint16_t kEndOfList = 0;

class Reader final : private ReadLog {
 public:
  Reader(const Dwreloc_Module* module, const FullReadOptions& options)
      : module_(module), options_(options) {}

  FullRead Run() {
    ReadFile();
    if (options_.sections) ReadSections();
    ReadSymbols();
    const uint64_t before = result_.failure_count;
    ReadUnits();
    result_.unit_failure_count = result_.failure_count - before;
    ReadAbbrevs();
    ReadAranges();
    ReadPubnames();
    ReadNameIndexes();
    ReadTables();
    ReadFrames();
    ReadRecords();
    if (options_.owners) ReadOwners();
    ReadDiagnostics();
    AskPlaces();
    return std::move(result_);
  }

 private:
  // Adds to the hash (FNV-1a over words: order matters).
  void Hash(std::string_view text) {
    for (const char c : text) Hash(static_cast<uint8_t>(c));
  }
  void Add(Item item, uint64_t count = 1) {
    result_.totals[item] += count;
    items_ += count;
  }
  // Without memory every call fails, that of the end, too.
  bool IsEnough() const {
    return items_ > options_.max_items || result_.no_memory_count > 100;
  }

  // ReadLog, for what asks about places.
  bool Ok(int result, const char* call) override {
    return Ok(result, call, Place::kSectionAndOffset);
  }
  void Hash(uint64_t value) override {
    result_.hash = (result_.hash ^ value) * 0x100000001b3ull;
  }
  void HashText(const char* text) override {
    if (text != nullptr) Hash(std::string_view(text));
  }
  void Value(const Dwreloc_Relocatable& value) override { Hash(value.value); }
  void Complain(std::string text) override {
    if (result_.complaints.size() < kMaxTexts) {
      result_.complaints.push_back(std::move(text));
    }
  }

  // Where an error should point.
  enum class Place { kSectionAndOffset, kNone };

  // A call's result: true if it is no error.  What an error says is checked
  // here, once for all calls.
  bool Ok(int result, const char* call, Place wanted) {
    if (result >= 0) return true;
    ++(wanted == Place::kNone ? result_.unplaced_count : result_.failure_count);
    // No fault of the file's, and nowhere in it.
    if (result == DWRELOC_E_NO_MEMORY) {
      ++result_.no_memory_count;
      return false;
    }
    Dwreloc_Error error;
    const int code = dwreloc_error(&error);
    const std::string text = error.text == nullptr ? "" : error.text;
    if (wanted != Place::kNone && result_.failures.size() < kMaxTexts) {
      result_.failures.push_back(std::string(call) + ": " + text);
    }
    Hash(static_cast<uint64_t>(result));
    if (code != result || error.code != result || text.empty()) {
      Complain(std::string(call) + " returned " + std::to_string(result) +
               ", but dwreloc_error tells " + std::to_string(error.code) +
               ": " + text);
    }
    if (wanted == Place::kNone) return false;
    // A number is nowhere in an unlinked file of which nothing is placed.
    if (text.find("is a number, and no section") != std::string::npos) {
      return false;
    }
    const bool is_placed = error.section != DWRELOC_NO_SECTION;
    if (!is_placed || (error.offset != DWRELOC_NO_OFFSET &&
                       text.find("+0x") == std::string::npos)) {
      Complain(std::string(call) + ": the error names no place: " + text);
    }
    return false;
  }

  void ReadFile() {
    Dwreloc_File_Info info;
    Ok(dwreloc_file_info(module_, &info), "dwreloc_file_info");
    Hash(info.e_machine);
    is_relocatable_ = info.relocatable != 0;
    const uint8_t* bytes;
    size_t size;
    const int id = dwreloc_build_id(module_, &bytes, &size);
    if (id != DWRELOC_E_NOT_FOUND && Ok(id, "dwreloc_build_id"))
      HashRaw(bytes, size);
  }

  // Touches every byte: a sanitizer sees what is out of bounds.
  void HashRaw(const uint8_t* bytes, uint64_t size) {
    for (uint64_t i = 0; i < size; ++i) Hash(bytes[i]);
  }

  void ReadSections() {
    Dwreloc_File_Info info;
    if (dwreloc_file_info(module_, &info) != 0) return;
    for (uint32_t i = 0; i < info.section_count && !IsEnough(); ++i) {
      Dwreloc_Section section;
      if (!Ok(dwreloc_section(module_, i, &section), "dwreloc_section")) {
        continue;
      }
      Add(Item::kSections);
      Hash(section.name);
      Hash(section.reloc_count);
      const uint8_t* bytes;
      size_t size;
      if (!Ok(dwreloc_section_data(module_, i, &bytes, &size),
              "dwreloc_section_data")) {
        continue;
      }
      Add(Item::kSectionBytes, size);
      items_ -= size;  // bytes are cheap
      if (size > 0) Hash(bytes[0] + bytes[size - 1]);
      if (section.holds_dwarf != 0) HashRaw(bytes, size);
    }
  }

  void ReadSymbols() {
    const uint32_t count = dwreloc_symbol_count(module_);
    for (uint32_t i = 0; i < count && !IsEnough(); ++i) {
      Dwreloc_Symbol symbol;
      if (!Ok(dwreloc_symbol(module_, i, &symbol), "dwreloc_symbol")) continue;
      Add(Item::kSymbols);
      Hash(symbol.name);
      Hash(symbol.value);
      constexpr size_t kMostData = 1;
      Dwreloc_Relocatable place;
      if (symbol.type == STT_OBJECT && symbol.section != DWRELOC_NO_SECTION &&
          data_.size() < kMostData &&
          Ok(dwreloc_relocatable_of_symbol(module_, i, 0, &place),
             "dwreloc_relocatable_of_symbol", Place::kNone)) {
        data_.push_back(place);
      }
    }
  }

  void ReadUnits() {
    const Dwreloc_Unit* unit = nullptr;
    uint32_t count = 0;
    if (!Ok(dwreloc_unit_count(module_, &count), "dwreloc_unit_count")) return;
    for (uint32_t i = 0; !IsEnough() && !Ok(dwreloc_unit_error(module_, i),
                                            "dwreloc_unit_error");
         ++i) {
    }
    uint32_t steps = 0;
    while (!IsEnough()) {
      const int more = dwreloc_units_next(module_, &unit);
      if (!Ok(more, "dwreloc_units_next") || more == 0) break;
      ++steps;
      ReadUnit(unit);
    }
    if (!IsEnough() && steps != count) {
      Complain("dwreloc_units_next and dwreloc_unit_count disagree");
    }
    CheckUnitsCoverSections();
  }

  // Every byte of .debug_info is in a unit, in padding of zeros, or there is
  // an error.
  void CheckUnitsCoverSections() {
    if (dwreloc_unit_error(module_, 0) != 0) return;
    uint32_t section = DWRELOC_NO_SECTION;
    uint64_t end = 0;
    // Between `end` and there.
    const auto check_padding = [&](uint64_t next) {
      const uint8_t* bytes;
      size_t size;
      if (section == DWRELOC_NO_SECTION ||
          dwreloc_section_data(module_, section, &bytes, &size) != 0) {
        return;
      }
      for (uint64_t at = end; at < std::min<uint64_t>(next, size); ++at) {
        if (bytes[at] != 0) {
          Complain("no unit and no error for what is at " + std::to_string(at) +
                   " of section " + std::to_string(section));
          return;
        }
      }
    };
    const Dwreloc_Unit* unit = nullptr;
    while (dwreloc_units_next(module_, &unit) == 1) {
      Dwreloc_Unit_Info info;
      if (dwreloc_unit_info(unit, &info) != 0) return;
      if (info.section != section) {
        check_padding(UINT64_MAX);
        section = info.section;
        end = 0;
      }
      if (info.offset < end) {
        Complain("a unit begins before the one before it ends");
      }
      check_padding(info.offset);
      end = info.end;
    }
    check_padding(UINT64_MAX);
  }

  // A few places of each unit: of the first DIE with code, the third, the
  // seventh and so on, the first byte or the last.
  void KeepPlace(const Dwreloc_Relocatable& low,
                 const Dwreloc_Relocatable& high) {
    constexpr size_t kMost = 64;
    const uint32_t number = ++dies_with_code_;
    if ((number & (number + 1)) != 0 || places_.size() >= kMost) return;
    const bool is_even = (places_.size() & 1) == 0;
    places_.push_back(is_even ? low : high);
    if (!is_even && dwreloc_relocatable_add(&places_.back(), -1) != 0) {
      places_.pop_back();
    }
  }

  // Numbers are places of linked files only.
  bool MayBePlace(const Dwreloc_Relocatable& place) const {
    return place.kind == DWRELOC_CONSTANT ? !is_relocatable_
                                          : place.kind <= DWRELOC_UNDEFINED;
  }

  // Apart from all else: an answer that lacks something is no sign that what
  // was read before lacked it.
  void AskPlaces() {
    const uint64_t before = result_.failure_count;
    QuestionReader reader(*this);
    for (const Dwreloc_Relocatable& place : places_) {
      if (IsEnough()) break;
      if (!MayBePlace(place)) continue;
      reader.Ask(place.module == nullptr ? module_ : place.module, place);
    }
    for (const Dwreloc_Relocatable& place : data_) {
      if (!IsEnough() && MayBePlace(place)) reader.AskData(module_, place);
    }
    Add(Item::kAskedFrames, reader.answers().frames);
    Add(Item::kAskedScopes, reader.answers().scopes);
    Add(Item::kAskedVariables, reader.answers().variables);
    result_.question_failure_count = result_.failure_count - before;
    result_.failure_count = before;
  }

  // Do DIEs that come several at once come as they do one by one?
  void CompareWalks(const Dwreloc_Unit* unit) {
    Dwreloc_Walk one;
    Dwreloc_Walk many;
    if (IsEnough() || dwreloc_walk_begin(unit, &one) != 1 ||
        dwreloc_walk_begin(unit, &many) != 1) {
      return;
    }
    constexpr size_t kMaxDies = 7;
    Dwreloc_Die_Entry entries[kMaxDies];
    Dwreloc_Attribute attributes[kMaxAttributes];
    Dwreloc_Attribute expected[kMaxAttributes];
    int more = 1;
    while (more > 0) {
      size_t count = 0;
      more = dwreloc_walk_next_many(&many, entries, kMaxDies, attributes,
                                    kMaxAttributes, &count);
      const Dwreloc_Attribute* next = attributes;
      for (size_t i = 0; i < count; ++i) {
        Dwreloc_Die die;
        uint32_t depth;
        size_t n;
        const int result =
            dwreloc_walk_next(&one, &die, &depth, expected, kMaxAttributes, &n);
        if (result != more || entries[i].die.offset != die.offset ||
            entries[i].die.tag != die.tag || entries[i].depth != depth ||
            entries[i].attribute_count != n) {
          Complain("a DIE among several");
          return;
        }
        n = std::min(n, kMaxAttributes);
        if (std::memcmp(next, expected, n * sizeof(*next)) != 0) {
          Complain("an attribute of a DIE among several");
        }
        next += n;
      }
    }
  }

  void ReadUnit(const Dwreloc_Unit* unit) {
    Dwreloc_Unit_Info info;
    dies_with_code_ = 0;
    if (!Ok(dwreloc_unit_info(unit, &info), "dwreloc_unit_info")) return;
    Add(Item::kUnits);
    Hash(info.offset);
    Hash(info.abbrev_offset);
    if (dwreloc_unit_module(unit) != module_) Complain("a unit of nowhere");
    Dwreloc_Walk walk;
    if (Ok(dwreloc_walk_begin(unit, &walk), "dwreloc_walk_begin")) {
      Dwreloc_Attribute attributes[kMaxAttributes];
      Dwreloc_Die die;
      uint32_t depth;
      size_t attribute_count;
      while (!IsEnough()) {
        const int more = dwreloc_walk_next(&walk, &die, &depth, attributes,
                                           kMaxAttributes, &attribute_count);
        if (!Ok(more, "dwreloc_walk_next")) continue;
        if (more == 0) break;
        ReadDie(die, depth);
        for (size_t i = 0; i < attribute_count && i < kMaxAttributes; ++i) {
          ReadAttribute(attributes[i]);
        }
      }
    }
    CompareWalks(unit);
    ReadLines(unit);
    Dwreloc_Macros macros;
    const int begun = dwreloc_macros_begin(unit, &macros);
    if (Ok(begun, "dwreloc_macros_begin") && begun > 0) {
      Ok(dwreloc_macros_follow_imports(&macros, 1),
         "dwreloc_macros_follow_imports");
      ReadMacros(macros, false);
    }
    // The other way to the first DIEs.
    Dwreloc_Die root;
    if (Ok(dwreloc_unit_die(unit, &root), "dwreloc_unit_die")) {
      Dwreloc_Die child;
      int more = dwreloc_child(&root, &child);
      for (int i = 0; i < 3 && Ok(more, "dwreloc_sibling") && more == 1; ++i) {
        Dwreloc_Die parent;
        Ok(dwreloc_parent(&child, &parent), "dwreloc_parent");
        more = dwreloc_sibling(&child, &child);
      }
    }
  }

  void ReadDie(const Dwreloc_Die& die, uint32_t depth) {
    Add(Item::kDies);
    Hash(die.offset);
    Hash(die.tag);
    Hash(depth);
    Dwreloc_Relocatable low;
    Dwreloc_Relocatable high;
    const int pair = dwreloc_pc_relocatable(&die, &low, &high);
    if (Ok(pair, "dwreloc_pc_relocatable") && pair == 1) {
      ReadValue(low);
      ReadValue(high);
      KeepPlace(low, high);
      Ok(dwreloc_haspc_relocatable(&die, &low), "dwreloc_haspc_relocatable");
      Dwreloc_Line line;
      // Every function looks its line up: for many the table is read often.
      if (looked_up_++ < 50) {
        Ok(dwreloc_getsrc_relocatable(die.unit, &low, &line),
           "dwreloc_getsrc_relocatable");
      }
    }
    ReadViews(die);
    Dwreloc_List list;
    const int ranges = dwreloc_ranges_begin(&die, &list);
    if (!Ok(ranges, "dwreloc_ranges_begin") || ranges == 0) return;
    const Dwreloc_List stored = list;
    bool is_first = true;
    while (!IsEnough()) {
      Dwreloc_Relocatable begin;
      Dwreloc_Relocatable end;
      const int more = dwreloc_ranges_next(&list, &begin, &end);
      if (!Ok(more, "dwreloc_ranges_next") || more == 0) break;
      if (std::exchange(is_first, false)) KeepPlace(begin, end);
      Add(Item::kRanges);
      ReadValue(begin);
      ReadValue(end);
    }
    ReadEntries(stored, Item::kRangeEntries);
  }

  // The operands follow the kind, and the expression follows them.
  static bool AreOperandsWhole(const Dwreloc_List_Entry& entry) {
    uint64_t at = entry.offset + (entry.is_pair != 0 ? 0 : 1);
    for (int i = 0; i < entry.operand_count; ++i) {
      const Dwreloc_Operand& operand = entry.operands[i];
      if (operand.offset != at || operand.size == 0) return false;
      at += operand.size;
    }
    return at + entry.expression.size == entry.offset + entry.size;
  }

  void ReadEntries(Dwreloc_List list, Item item) {
    uint32_t section = DWRELOC_NO_SECTION;
    uint64_t offset = 0;
    uint64_t size = 0;
    uint64_t end = DWRELOC_NO_OFFSET;
    const int has_extent = dwreloc_list_extent(&list, &section, &offset, &size);
    uint16_t last = UINT16_MAX;
    while (!IsEnough()) {
      Dwreloc_List_Entry entry;
      const int more = dwreloc_list_next(&list, &entry);
      if (!Ok(more, "dwreloc_list_next")) return;
      if (more == 0) break;
      Add(item);
      Hash(entry.kind);
      Hash(entry.offset);
      Hash(entry.size);
      HashRaw(entry.expression.bytes, entry.expression.size);
      if (has_extent != 0 && !AreOperandsWhole(entry))
        Complain("operands of a list entry");
      items_ += entry.expression.size / 16;
      last = entry.kind;
      if (end == DWRELOC_NO_OFFSET && has_extent > 0 &&
          offset != entry.offset) {
        Complain("where a list begins");
      }
      end = entry.offset + entry.size;
    }
    if (!IsEnough() && has_extent > 0 && last == kEndOfList &&
        end != offset + size) {
      Complain("where a list ends");
    }
    const bool is_single = item == Item::kLocationEntries && last == 5;
    if (!IsEnough() && last != kEndOfList && !is_single) {
      Complain("a list that has no end ends without an error");
    }
  }

  void ReadAttribute(const Dwreloc_Attribute& attribute) {
    Add(Item::kAttributes);
    Hash(attribute.name);
    Hash(attribute.form);
    Hash(attribute.value);
    Hash(attribute.flags);
    switch (attribute.attribute_class) {
      case DWRELOC_CLASS_STRING: {
        const char* text;
        size_t length;
        if (Ok(dwreloc_formstring(&attribute, &text, &length),
               "dwreloc_formstring")) {
          Add(Item::kStrings);
          Add(Item::kStringBytes, length);
          items_ -= length;
          if (std::strlen(text) != length) Complain("a string's length");
          Hash(std::string_view(text, length));
        }
        uint32_t section;
        uint64_t offset;
        Ok(dwreloc_formstring_place(&attribute, &section, &offset),
           "dwreloc_formstring_place");
        return;
      }
      case DWRELOC_CLASS_BLOCK: {
        const uint8_t* bytes;
        size_t size;
        if (Ok(dwreloc_formblock(&attribute, &bytes, &size),
               "dwreloc_formblock")) {
          Add(Item::kBlocks);
          HashRaw(bytes, size);
        }
        return;
      }
      case DWRELOC_CLASS_REFERENCE: {
        Dwreloc_Die die;
        if (Ok(dwreloc_formref_die(&attribute, &die), "dwreloc_formref_die")) {
          Add(Item::kReferences);
          Hash(die.tag);
        }
        return;
      }
      case DWRELOC_CLASS_EXPRLOC:
      case DWRELOC_CLASS_LOCLIST:
        ReadLocations(attribute);
        return;
      case DWRELOC_CLASS_FLAG: {
        int flag;
        if (Ok(dwreloc_formflag(&attribute, &flag), "dwreloc_formflag")) {
          Hash(static_cast<uint64_t>(flag));
        }
        return;
      }
      case DWRELOC_CLASS_CONSTANT: {
        int64_t number;
        // 16 bytes are a block (DW_FORM_data16).
        if (attribute.width == 16) return;
        if (Ok(dwreloc_formsdata(&attribute, &number), "dwreloc_formsdata")) {
          Hash(static_cast<uint64_t>(number));
        }
        break;
      }
      default:
        break;
    }
    Dwreloc_Relocatable value;
    if (Ok(dwreloc_form_relocatable(&attribute, &value),
           "dwreloc_form_relocatable")) {
      ReadValue(value);
    }
  }

  void ReadValue(const Dwreloc_Relocatable& value) {
    Add(Item::kValues);
    Hash(value.kind);
    Hash(value.value);
    Hash(value.symbol);
    Dwreloc_Relocatable_Info info;
    Ok(dwreloc_relocatable_info(&value, &info), "dwreloc_relocatable_info");
    Hash(static_cast<uint64_t>(info.addend));
    if (info.section != nullptr) Hash(info.section);
    Hash(dwreloc_relocatable_hash(&value));
    uint64_t address;
    // A value does not know where it was read: its attribute does.
    if (Ok(dwreloc_relocatable_address(&value, &address),
           "dwreloc_relocatable_address", Place::kNone)) {
      Add(Item::kAddresses);
      Hash(address);
    }
  }

  void ReadLocations(const Dwreloc_Attribute& attribute) {
    Dwreloc_List list;
    const int begun = dwreloc_locations_begin(&attribute, &list);
    if (!Ok(begun, "dwreloc_locations_begin") || begun == 0) return;
    const Dwreloc_List stored = list;
    while (!IsEnough()) {
      Dwreloc_Relocatable begin;
      Dwreloc_Relocatable end;
      Dwreloc_Expression expression;
      const int more = dwreloc_locations_next(&list, &begin, &end, &expression);
      if (!Ok(more, "dwreloc_locations_next") || more == 0) break;
      Add(Item::kLocations);
      if (more == 1) {
        ReadValue(begin);
        ReadValue(end);
      }
      ReadExpression(expression);
    }
    ReadEntries(stored, Item::kLocationEntries);
  }

  void ReadExpression(const Dwreloc_Expression& expression) {
    constexpr size_t kCapacity = 64;
    Dwreloc_Op ops[kCapacity];
    size_t count = 0;
    const bool is_whole =
        Ok(dwreloc_expression_ops(&expression, ops, kCapacity, &count),
           "dwreloc_expression_ops");
    Add(Item::kOperations, count);
    uint64_t size = 0;
    for (size_t i = 0; i < count && i < kCapacity; ++i) {
      size += ops[i].size;
      Hash(ops[i].atom);
      Hash(ops[i].number);
      Hash(ops[i].number2);
      HashRaw(ops[i].block, ops[i].block_size);
      ReadOperands(expression, ops[i]);
      if (!ops[i].relocatable) continue;
      Dwreloc_Relocatable value;
      if (Ok(dwreloc_getlocation_relocatable_addr(&expression, &ops[i], &value),
             "dwreloc_getlocation_relocatable_addr")) {
        Add(Item::kOperands);
        ReadValue(value);
      }
    }
    if (is_whole && count <= kCapacity && size != expression.size) {
      Complain("operations do not fill their expression");
    }
  }

  // The last one ends where the operation does.
  void ReadOperands(const Dwreloc_Expression& expression,
                    const Dwreloc_Op& op) {
    Dwreloc_Operand operands[3];
    size_t count = 0;
    if (!Ok(dwreloc_op_operands(&expression, &op, operands, &count),
            "dwreloc_op_operands")) {
      return;
    }
    uint64_t end = 0;
    for (size_t i = 0; i < count; ++i) {
      end = std::max(end, operands[i].offset + operands[i].size);
    }
    if (count > 0 && end != expression.offset + op.offset + op.size) {
      Complain("where the operands of an operation end");
    }
  }

  // Views end where the list of the same DIE begins, or elsewhere.
  void ReadViews(const Dwreloc_Die& die) {
    Dwreloc_Views views;
    Dwreloc_View_Pair pair;
    uint32_t section;
    uint64_t offset, size;
    int more = dwreloc_views_begin(&die, &views);
    if (!Ok(more, "dwreloc_views_begin") || more == 0) return;
    const bool has_extent =
        Ok(dwreloc_views_extent(&views, &section, &offset, &size),
           "dwreloc_views_extent");
    uint64_t sum = 0;
    while ((more = dwreloc_views_next(&views, &pair)) > 0) {
      Add(Item::kViews);
      Hash(pair.begin.value.value);
      Hash(pair.end.value.value);
      sum += pair.begin.size + pair.end.size;
    }
    Ok(more, "dwreloc_views_next");
    if (has_extent && more == 0 && sum != size) {
      Complain("the extent of views");
    }
  }

  void ReadLines(const Dwreloc_Unit* unit) {
    const Dwreloc_Line_Table* table = nullptr;
    const int found = dwreloc_line_table(unit, &table);
    if (!Ok(found, "dwreloc_line_table") || found == 0) return;
    Dwreloc_Line_Info info;
    if (!Ok(dwreloc_line_info(table, &info), "dwreloc_line_info")) return;
    for (uint32_t i = 0; i < info.directory_count && !IsEnough(); ++i) {
      const char* name;
      if (Ok(dwreloc_line_directory(table, i, &name),
             "dwreloc_line_directory")) {
        Hash(name);
      }
    }
    for (uint32_t i = 0; i < info.file_count && !IsEnough(); ++i) {
      Dwreloc_Line_File file;
      char path[256];
      if (!Ok(dwreloc_line_file(table, info.first_file + i, &file),
              "dwreloc_line_file")) {
        continue;
      }
      Add(Item::kLineFiles);
      Hash(file.name);
      if (file.md5 != nullptr) HashRaw(file.md5, 16);
      Ok(dwreloc_line_file_path(table, info.first_file + i, path, sizeof(path)),
         "dwreloc_line_file_path");
    }
    Dwreloc_Rows rows;
    if (!Ok(dwreloc_rows_begin(table, &rows), "dwreloc_rows_begin")) return;
    Dwreloc_Line lines[16];
    while (!IsEnough()) {
      size_t count = 0;
      const int more = dwreloc_rows_next_many(&rows, lines, 16, &count);
      const bool is_good = Ok(more, "dwreloc_rows_next_many");
      for (size_t i = 0; i < count; ++i) {
        Add(Item::kRows);
        Hash(lines[i].line);
        Hash(lines[i].file);
        ReadValue(lines[i].address);
        if (lines[i].offset >= info.end) Complain("a row behind its table");
      }
      if (!is_good || more == 0) break;
    }
    const std::string wrong = CompareLineInstructions(table);
    if (!wrong.empty()) Complain(wrong);
  }

  void ReadAbbrevs() {
    Dwreloc_Abbrevs abbrevs;
    if (!Ok(dwreloc_abbrevs_begin_all(module_, DWRELOC_NO_SECTION, &abbrevs),
            "dwreloc_abbrevs_begin_all")) {
      return;
    }
    while (!IsEnough()) {
      Dwreloc_Abbrev abbrev;
      const int more = dwreloc_abbrevs_next(&abbrevs, &abbrev);
      // An error ends one table; others may follow.
      if (!Ok(more, "dwreloc_abbrevs_next")) continue;
      if (more == 0) break;
      Add(Item::kAbbrevs);
      Hash(abbrev.offset);
      Hash(abbrev.size);
      Hash(abbrev.code);
      Hash(abbrev.tag);
      Hash(abbrev.has_children);
      Dwreloc_Abbrev_Attribute attribute;
      uint64_t count = 0;
      while (dwreloc_abbrev_attributes_next(&abbrevs, &attribute) > 0) {
        ++count;
        Hash(attribute.name);
        Hash(attribute.form);
        Hash(static_cast<uint64_t>(attribute.implicit_const));
        if (attribute.offset <= abbrev.offset ||
            attribute.offset >= abbrev.offset + abbrev.size) {
          Complain("an attribute outside its declaration");
        }
      }
      if (count != abbrev.attribute_count) {
        Complain("the number of a declaration's attributes");
      }
    }
  }

  void ReadAranges() {
    Dwreloc_Aranges aranges;
    if (!Ok(dwreloc_aranges_begin(module_, DWRELOC_NO_SECTION, &aranges),
            "dwreloc_aranges_begin")) {
      return;
    }
    while (!IsEnough()) {
      Dwreloc_Arange arange;
      const int more = dwreloc_aranges_next(&aranges, &arange);
      // An error ends one set; others may follow.
      if (!Ok(more, "dwreloc_aranges_next")) continue;
      if (more == 0) break;
      Add(Item::kAranges);
      Hash(arange.offset);
      Hash(arange.unit_offset);
      ReadValue(arange.begin);
      ReadValue(arange.length);
      ReadValue(arange.segment);
      ReadValue(arange.debug_info_offset);
      Dwreloc_Arange found;
      const bool is_place = arange.begin.kind <= DWRELOC_UNDEFINED &&
                            arange.length.kind == DWRELOC_CONSTANT &&
                            arange.length.value > 0;
      const int result =
          dwreloc_getarange_relocatable(module_, &arange.begin, &found);
      if (Ok(result, "dwreloc_getarange_relocatable") && is_place &&
          result == 0) {
        Complain("no address range holds the begin of one");
      }
      Dwreloc_Die die;
      if (looked_up_++ < 50) {
        Ok(dwreloc_addrdie_relocatable(module_, &arange.begin, &die),
           "dwreloc_addrdie_relocatable");
      }
    }
  }

  void ReadPubnames() {
    Dwreloc_Pubnames pubnames;
    if (!Ok(dwreloc_pubnames_begin(module_, DWRELOC_NO_SECTION, &pubnames),
            "dwreloc_pubnames_begin")) {
      return;
    }
    while (!IsEnough()) {
      Dwreloc_Pubname pubname;
      const int more = dwreloc_pubnames_next(&pubnames, &pubname);
      if (!Ok(more, "dwreloc_pubnames_next")) continue;
      if (more == 0) break;
      Add(Item::kPubnames);
      Hash(pubname.die_offset);
      Hash(pubname.flags);
      Hash(pubname.name);
      if (std::strlen(pubname.name) != pubname.name_length) {
        Complain("a public name's length");
      }
      ReadValue(pubname.debug_info_offset);
      ReadValue(pubname.debug_info_length);
    }
  }

  void ReadNameIndexes() {
    for (uint32_t i = 0;
         !IsEnough() &&
         !Ok(dwreloc_name_index_error(module_, i), "dwreloc_name_index_error");
         ++i) {
    }
    const Dwreloc_Name_Index* index = nullptr;
    while (!IsEnough() &&
           Ok(dwreloc_name_indexes_next(module_, &index),
              "dwreloc_name_indexes_next") &&
           index != nullptr) {
      Dwreloc_Name_Index_Info info;
      if (!Ok(dwreloc_name_index_info(index, &info),
              "dwreloc_name_index_info")) {
        continue;
      }
      Hash(std::string_view(info.augmentation,
                            static_cast<size_t>(info.augmentation_size)));
      const uint32_t counts[] = {info.comp_unit_count,
                                 info.local_type_unit_count,
                                 info.foreign_type_unit_count};
      for (int kind = 0; kind < 3; ++kind) {
        for (uint32_t i = 0; i < counts[kind] && !IsEnough(); ++i) {
          Dwreloc_Name_Unit unit;
          if (Ok(dwreloc_name_index_unit(
                     index, static_cast<Dwreloc_Name_Unit_Kind>(kind), i,
                     &unit),
                 "dwreloc_name_index_unit")) {
            Hash(unit.signature);
            ReadValue(unit.offset);
          }
        }
      }
      for (uint32_t i = 1; i <= info.name_count && !IsEnough(); ++i) {
        Dwreloc_Name name;
        if (Ok(dwreloc_name(index, i, &name), "dwreloc_name")) ReadName(name);
      }
    }
  }

  void ReadName(const Dwreloc_Name& name) {
    Add(Item::kIndexedNames);
    Hash(name.hash);
    const char* string;
    size_t length;
    if (Ok(dwreloc_name_string(&name, &string, &length),
           "dwreloc_name_string")) {
      Hash(std::string_view(string, length));
      // Any name may be looked up, but where hashes are wrong none is found.
      Dwreloc_Name found;
      if (looked_up_++ < 200) {
        Ok(dwreloc_find_name(name.index, string, &found), "dwreloc_find_name");
      }
    }
    Dwreloc_Name_Entries entries;
    if (!Ok(dwreloc_name_entries_begin(&name, &entries),
            "dwreloc_name_entries_begin")) {
      return;
    }
    while (!IsEnough()) {
      Dwreloc_Name_Entry entry;
      const int more = dwreloc_name_entries_next(&entries, &entry);
      if (!Ok(more, "dwreloc_name_entries_next") || more == 0) break;
      Add(Item::kNameEntries);
      Hash(entry.offset);
      Hash(entry.die_offset);
      Hash(entry.tag);
      Hash(entry.parent);
      Hash(entry.unit.unit_offset);
    }
  }

  // What stands in sections and is not found through units.
  void ReadTables() {
    Dwreloc_File_Info info;
    if (dwreloc_file_info(module_, &info) != 0) return;
    for (uint32_t i = 0; i < info.section_count && !IsEnough(); ++i) {
      ReadMacroSection(i);
      ReadContributions(i);
      ReadUnitIndex(i);
      Dwreloc_Link link;
      if (dwreloc_link(module_, i, &link) > 0) {
        Add(Item::kLinks);
        Hash(link.file_name);
        HashRaw(link.checksum, link.checksum_size);
        Hash(link.crc);
      }
    }
  }

  void ReadMacroSection(uint32_t section) {
    uint64_t offset = 0;
    Dwreloc_Macros macros;
    while (!IsEnough()) {
      const int begun =
          dwreloc_macros_begin_at(module_, section, offset, nullptr, &macros);
      if (!Ok(begun, "dwreloc_macros_begin_at") || begun == 0) return;
      if (!ReadMacros(macros, true)) return;
      Dwreloc_Macro_Info info;
      Ok(dwreloc_macros_info(&macros, &info), "dwreloc_macros_info");
      Hash(info.version);
      Hash(info.line_offset);
      if (info.next_offset <= offset) Complain("a macro unit without bytes");
      offset = info.next_offset;
    }
  }

  // False after an error.
  bool ReadMacros(Dwreloc_Macros& macros, bool is_section) {
    Dwreloc_Macro macro;
    while (!IsEnough()) {
      const int more = dwreloc_macros_next(&macros, &macro);
      if (!Ok(more, "dwreloc_macros_next")) return false;
      if (more == 0) return true;
      Hash(macro.opcode);
      Hash(macro.line);
      Hash(macro.file);
      Hash(macro.depth);
      Hash(macro.operand.value);
      if (is_section) Add(Item::kMacros);
      const char* string;
      size_t length;
      // Whose strings they are, sections do not know.
      const bool has_string =
          macro.operand_kind == DWRELOC_MACRO_STRING ||
          macro.operand_kind == DWRELOC_MACRO_STRP ||
          (macro.operand_kind == DWRELOC_MACRO_STRX && macro.unit != nullptr);
      if (has_string && Ok(dwreloc_macro_string(&macro, &string, &length),
                           "dwreloc_macro_string")) {
        if (!is_section) Add(Item::kMacroStrings);
        Hash(std::string_view(string, length));
      }
      uint32_t section;
      uint64_t offset;
      if (macro.operand_kind == DWRELOC_MACRO_UNIT &&
          Ok(dwreloc_macro_import(&macro, &section, &offset),
             "dwreloc_macro_import")) {
        Hash(section);
        Hash(offset);
      }
    }
    return true;
  }

  void ReadContributions(uint32_t section) {
    Dwreloc_Contribution table = {};
    for (uint64_t offset = 0; offset != DWRELOC_NO_OFFSET && !IsEnough();
         offset = table.next_offset) {
      const int found =
          dwreloc_contribution_at(module_, section, offset, &table);
      if (!Ok(found, "dwreloc_contribution_at")) continue;
      if (found == 0) return;
      for (uint64_t i = 0; i < table.count && !IsEnough(); ++i) {
        Dwreloc_Relocatable value;
        if (!Ok(dwreloc_contribution_value(&table, i, &value),
                "dwreloc_contribution_value")) {
          continue;
        }
        Add(Item::kTableEntries);
        Hash(value.value);
        if (table.is_addresses) continue;
        const char* string;
        size_t length;
        if (Ok(dwreloc_contribution_string(&table, i, &string, &length),
               "dwreloc_contribution_string")) {
          Add(Item::kTableStrings);
          Hash(std::string_view(string, length));
        }
      }
    }
  }

  void ReadUnitIndex(uint32_t section) {
    Dwreloc_Unit_Index index;
    const int found = dwreloc_unit_index(module_, section, &index);
    if (!Ok(found, "dwreloc_unit_index") || found == 0) return;
    for (uint32_t slot = 0; slot < index.slot_count && !IsEnough(); ++slot) {
      uint64_t signature;
      uint32_t row;
      if (dwreloc_unit_index_slot(&index, slot, &signature, &row) <= 0) {
        continue;
      }
      Hash(signature);
      for (uint32_t i = 0; i < index.section_count && !IsEnough(); ++i) {
        Dwreloc_Unit_Contribution part;
        if (!Ok(dwreloc_unit_index_contribution(&index, row, i, &part),
                "dwreloc_unit_index_contribution")) {
          break;
        }
        Add(Item::kIndexEntries);
        Hash(part.offset);
        Hash(part.size);
      }
    }
  }

  void ReadFrames() {
    for (uint32_t i = 0; dwreloc_cfi_section(module_, i, &i) > 0; ++i) {
      Dwreloc_Cfi cfi;
      if (!Ok(dwreloc_cfi_begin(module_, i, &cfi), "dwreloc_cfi_begin")) {
        continue;
      }
      while (!IsEnough()) {
        Dwreloc_Cfi_Entry entry;
        const int more = dwreloc_cfi_next(&cfi, &entry);
        if (!Ok(more, "dwreloc_cfi_next")) continue;
        if (more == 0) break;
        ReadFrame(entry);
      }
    }
  }

  void ReadFrame(const Dwreloc_Cfi_Entry& entry) {
    Add(Item::kFrames);
    Hash(entry.offset);
    Hash(entry.augmentation);
    HashRaw(entry.augmentation_data, entry.augmentation_size);
    ReadValue(entry.personality);
    ReadValue(entry.initial_location);
    ReadValue(entry.address_range);
    ReadValue(entry.lsda);
    Dwreloc_Cfi_Entry found;
    if (entry.is_cie == 0 && frames_found_++ < 50) {
      const int result = dwreloc_cfi_find_relocatable(
          module_, DWRELOC_NO_SECTION, &entry.initial_location, &found);
      if (Ok(result, "dwreloc_cfi_find_relocatable") && result == 1) {
        Hash(found.offset);
      }
    }
    Dwreloc_Cfi_Instructions instructions;
    Dwreloc_Cfi_Instruction instruction;
    int more = dwreloc_cfi_instructions_begin(&entry, &instructions);
    if (!Ok(more, "dwreloc_cfi_instructions_begin")) return;
    while (!IsEnough()) {
      more = dwreloc_cfi_instructions_next(&instructions, &instruction);
      if (!Ok(more, "dwreloc_cfi_instructions_next") || more == 0) break;
      Add(Item::kFrameInstructions);
      Hash(instruction.opcode);
      for (const uint64_t operand : instruction.operands) Hash(operand);
      ReadValue(instruction.location);
      if (instruction.offset + instruction.size > entry.end) {
        Complain("an instruction behind its entry");
      }
    }
    ReadFrameRows(entry);
  }

  void ReadFrameRows(const Dwreloc_Cfi_Entry& entry) {
    Dwreloc_Cfi_Rows rows;
    if (!Ok(dwreloc_cfi_rows_begin(&entry, &rows), "dwreloc_cfi_rows_begin")) {
      return;
    }
    while (!IsEnough()) {
      Dwreloc_Cfi_Row row;
      const int more = dwreloc_cfi_rows_next(&rows, &row);
      if (!Ok(more, "dwreloc_cfi_rows_next") || more == 0) break;
      Add(Item::kFrameRows);
      ReadValue(row.begin);
      ReadValue(row.end);
      ReadRule(entry, row.cfa);
      for (size_t i = 0; i < row.register_count; ++i) {
        ReadRule(entry, row.registers[i]);
        if (i > 0 && row.registers[i].number <= row.registers[i - 1].number) {
          Complain("rules are not in order");
        }
      }
    }
  }

  void ReadRule(const Dwreloc_Cfi_Entry& entry, const Dwreloc_Cfi_Rule& rule) {
    Hash(rule.number);
    Hash(rule.kind);
    Hash(static_cast<uint64_t>(rule.value));
    if (rule.kind != DWRELOC_CFI_EXPRESSION &&
        rule.kind != DWRELOC_CFI_VAL_EXPRESSION) {
      return;
    }
    Dwreloc_Expression expression;
    if (!Ok(dwreloc_cfi_rule_expression(&entry, &rule, &expression),
            "dwreloc_cfi_rule_expression")) {
      return;
    }
    Dwreloc_Op ops[16];
    size_t count = 0;
    Ok(dwreloc_expression_ops(&expression, ops, 16, &count),
       "dwreloc_expression_ops");
    for (size_t i = 0; i < count && i < 16; ++i) {
      Hash(ops[i].number);
      Dwreloc_Relocatable value;
      if (ops[i].relocatable != 0 &&
          Ok(dwreloc_getlocation_relocatable_addr(&expression, &ops[i], &value),
             "dwreloc_getlocation_relocatable_addr")) {
        ReadValue(value);
      }
    }
  }

  void ReadRecord(const Dwreloc_Record& record) {
    Add(Item::kRecords);
    Hash(record.offset);
    Hash(record.type);
    Hash(static_cast<uint64_t>(record.addend));
    ReadValue(record.value);
  }

  void ReadRecords() {
    Dwreloc_File_Info info;
    if (dwreloc_file_info(module_, &info) != 0) return;
    for (uint32_t i = 1; i < info.section_count && !IsEnough(); ++i) {
      Dwreloc_Section section;
      if (dwreloc_section(module_, i, &section) != 0) continue;
      Dwreloc_Records records;
      if (!Ok(dwreloc_records_begin(module_, i, 0, UINT64_MAX, &records),
              "dwreloc_records_begin")) {
        continue;
      }
      uint64_t count = 0;
      while (!IsEnough()) {
        Dwreloc_Record record;
        const int more = dwreloc_records_next(&records, &record);
        // An error ends one relocation section; others may follow.
        if (!Ok(more, "dwreloc_records_next")) continue;
        if (more == 0) break;
        ++count;
        ReadRecord(record);
      }
      if (!IsEnough() && count != section.reloc_count) {
        Complain("section " + std::to_string(i) + " has " +
                 std::to_string(section.reloc_count) + " records, " +
                 std::to_string(count) + " were read");
      }
    }
  }

  // Some records are asked for alone, too: of each section the first one, the
  // 16th, and so on.
  void ReadOwners() {
    struct Asked {
      Dwreloc_Record record;
      Dwreloc_Owner owner;
    };
    struct Visitor {
      Reader* reader;
      std::map<uint32_t, uint64_t> counts = {};  // by section
      std::vector<Asked> asked = {};
      static int Visit(void* user, const Dwreloc_Record* record,
                       const Dwreloc_Owner* owner) {
        auto* const visitor = static_cast<Visitor*>(user);
        Reader* self = visitor->reader;
        self->Hash(record->offset);
        self->Hash(owner->uses);
        self->Hash(owner->die);
        if (owner->field != nullptr) {
          self->Hash(owner->field);
          self->Add(Item::kOwnedRecords);
        }
        visitor->Keep(*record, *owner);
        return self->IsEnough() ? 1 : 0;
      }
      void Keep(const Dwreloc_Record& record, const Dwreloc_Owner& owner) {
        constexpr size_t kMost = 32;  // a file may have many sections
        const uint64_t count = ++counts[record.section];
        const bool is_asked =
            std::has_single_bit(count) && std::countr_zero(count) % 4 == 0;
        if (is_asked && asked.size() < kMost) asked.push_back({record, owner});
      }
      static int Compare(void* user, const Dwreloc_Record* record,
                         const Dwreloc_Owner* owner) {
        const auto& [before, expected] = *static_cast<const Asked*>(user);
        if (record->reloc_section != before.reloc_section ||
            record->index != before.index)
          return 0;
        return std::memcmp(owner, &expected, sizeof expected) == 0 ? 1 : 2;
      }
    } visitor{this};
    Ok(dwreloc_owners(module_, DWRELOC_NO_SECTION, &Visitor::Visit, &visitor),
       "dwreloc_owners");
    for (Asked& asked : visitor.asked) {
      const uint64_t offset = asked.record.offset;
      const uint64_t end = offset == DWRELOC_NO_OFFSET ? offset : offset + 1;
      const int result =
          dwreloc_owners_between(module_, asked.record.section, offset, end,
                                 &Visitor::Compare, &asked);
      if (!Ok(result, "dwreloc_owners_between")) continue;
      if (result != 1)
        Complain("the owner of the record at " + std::to_string(offset) +
                 " is another one if it is asked for alone");
    }
  }

  void ReadDiagnostics() {
    Ok(dwreloc_digest_all(module_), "dwreloc_digest_all");
    Dwreloc_Diagnostic diagnostic;
    for (size_t i = 0; i < 10'000; ++i) {
      const int more = dwreloc_diagnostic(module_, i, &diagnostic);
      if (!Ok(more, "dwreloc_diagnostic") || more == 0) return;
      Hash(diagnostic.count);
      if (diagnostic.text == nullptr || diagnostic.text[0] == '\0') {
        Complain("a diagnostic without text");
      }
    }
  }

  const Dwreloc_Module* const module_;
  const FullReadOptions options_;
  FullRead result_;
  uint64_t items_ = 0;
  int looked_up_ = 0;
  int frames_found_ = 0;
  uint32_t dies_with_code_ = 0;  // of a unit
  std::vector<Dwreloc_Relocatable> places_;
  std::vector<Dwreloc_Relocatable> data_;
  bool is_relocatable_ = false;
};

}  // namespace

const char* ItemName(Item item) {
  static constexpr const char* kNames[] = {"sections",
                                           "section bytes",
                                           "symbols",
                                           "units",
                                           "DIEs",
                                           "attributes",
                                           "strings",
                                           "string bytes",
                                           "blocks",
                                           "references",
                                           "values",
                                           "addresses",
                                           "line files",
                                           "rows",
                                           "ranges",
                                           "range entries",
                                           "locations",
                                           "location entries",
                                           "views",
                                           "operations",
                                           "operands",
                                           "frames",
                                           "frame instructions",
                                           "frame rows",
                                           "declarations",
                                           "address ranges",
                                           "public names",
                                           "indexed names",
                                           "name entries",
                                           "macros",
                                           "macro strings",
                                           "table entries",
                                           "table strings",
                                           "index entries",
                                           "links",
                                           "records",
                                           "owned records",
                                           "frames of places",
                                           "scopes of places",
                                           "variables of places"};
  static_assert(std::size(kNames) == static_cast<size_t>(Item::kCount));
  return kNames[static_cast<size_t>(item)];
}

std::string DescribeLoss(const Totals& a, const Totals& b) {
  std::string text;
  for (size_t i = 0; i < a.counts.size(); ++i) {
    if (a.counts[i] >= b.counts[i]) continue;
    if (!text.empty()) text += ", ";
    text += std::string(ItemName(static_cast<Item>(i))) + " " +
            std::to_string(a.counts[i]) + " instead of " +
            std::to_string(b.counts[i]);
  }
  return text;
}

std::string DescribeUnitLoss(Totals a, const Totals& b) {
  for (const Item item : {Item::kSections,
                          Item::kSectionBytes,
                          Item::kSymbols,
                          Item::kValues,
                          Item::kAddresses,
                          Item::kFrames,
                          Item::kFrameInstructions,
                          Item::kFrameRows,
                          Item::kAbbrevs,
                          Item::kAranges,
                          Item::kPubnames,
                          Item::kIndexedNames,
                          Item::kNameEntries,
                          Item::kTableEntries,
                          Item::kTableStrings,
                          Item::kIndexEntries,
                          Item::kLinks,
                          Item::kRecords,
                          Item::kOwnedRecords,
                          Item::kAskedFrames,
                          Item::kAskedScopes,
                          Item::kAskedVariables}) {
    a[item] = b[item];
  }
  return DescribeLoss(a, b);
}

FullRead ReadEverything(const Dwreloc_Module* module,
                        const FullReadOptions& options) {
  return Reader(module, options).Run();
}

}  // namespace dwreloc::internal

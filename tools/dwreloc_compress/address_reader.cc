// address_reader.cc - see address_reader.h.
#include "dwreloc_compress/address_reader.h"

#include <dwreloc/dwarf.h>
#include <elf.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace dwreloc_tools::compress {
namespace {

using dwreloc::detail::Check;

// Not in every elf.h.
constexpr std::uint16_t kLoongArch = 258;

bool MayHaveTable(const dwreloc::File& file) {
  const dwreloc::FileInfo info = file.info();
  // Linkers of the latter two change distances: what is a number elsewhere has
  // two records there.
  if (info.relocatable == 0 || info.e_machine == EM_RISCV ||
      info.e_machine == kLoongArch)
    return false;
  return std::ranges::none_of(file.sections(), [](const auto& section) {
    return section.name() == ".debug_addr";
  });
}

// Linkers of these leave the distances in a section as they are.
bool CanCount(const dwreloc::File& file) {
  switch (file.info().e_machine) {
    case EM_386:
    case EM_X86_64:
    case EM_ARM:
    case EM_AARCH64:
    case EM_PPC:
    case EM_PPC64:
    case EM_S390:
    case EM_SPARCV9:
      return true;
    default:
      return false;
  }
}

// How many bounds an entry has, and how many of them are addresses, at first.
struct Bounds {
  std::uint8_t count = 0;
  std::uint8_t addresses = 0;
};

Bounds BoundsOf(EntryKind kind) {
  switch (kind) {
    case EntryKind::kBase:
      return {1, 1};
    case EntryKind::kStartEnd:
      return {2, 2};
    case EntryKind::kStartLength:
      return {2, 1};
    case EntryKind::kPair:
      return {2, 0};
    default:
      return {};
  }
}

EntryKind KindOf(ListKind list, std::uint16_t kind) {
  if (list == ListKind::kLocations) {
    switch (kind) {
      case DW_LLE_base_address:
        return EntryKind::kBase;
      case DW_LLE_start_end:
        return EntryKind::kStartEnd;
      case DW_LLE_start_length:
        return EntryKind::kStartLength;
      case DW_LLE_offset_pair:
        return EntryKind::kPair;
      case DW_LLE_default_location:
      case DW_LLE_end_of_list:
        return EntryKind::kUnbounded;
      case DW_LLE_base_addressx:
      case DW_LLE_startx_endx:
      case DW_LLE_startx_length:
        return EntryKind::kIndexed;
      default:
        return EntryKind::kOther;
    }
  }
  switch (kind) {
    case DW_RLE_base_address:
      return EntryKind::kBase;
    case DW_RLE_start_end:
      return EntryKind::kStartEnd;
    case DW_RLE_start_length:
      return EntryKind::kStartLength;
    case DW_RLE_offset_pair:
      return EntryKind::kPair;
    case DW_RLE_end_of_list:
      return EntryKind::kUnbounded;
    case DW_RLE_base_addressx:
    case DW_RLE_startx_endx:
    case DW_RLE_startx_length:
      return EntryKind::kIndexed;
    default:
      return EntryKind::kOther;
  }
}

// Does it have an index into a table, which is not there? It must not get one.
bool HasIndex(std::uint8_t atom) {
  return atom == DW_OP_addrx || atom == DW_OP_constx ||
         atom == DW_OP_GNU_addr_index || atom == DW_OP_GNU_const_index;
}

}  // namespace

AddressReader::AddressReader(const dwreloc::File& file) : file_(file) {
  is_refused_ = !MayHaveTable(file);
  can_count_ = CanCount(file);
  for (const dwreloc::Section section : file.sections()) {
    if (section.name() == ".debug_loclists")
      ListsOf(ListKind::kLocations).section = section.index();
    if (section.name() == ".debug_rnglists")
      ListsOf(ListKind::kRanges).section = section.index();
  }
}

void AddressReader::BeginUnit(const Dwreloc_Unit_Info& unit) {
  constexpr std::uint16_t kVersion = 5;
  uses_.units_with_any.push_back(false);
  uses_.unit_bases.emplace_back();
  is_first_die_ = true;
  is_active_ = unit.version >= kVersion;
  if (!IsActive()) return;
  if (uses_.address_size == 0) {
    uses_.address_size = unit.address_size;
    uses_.offset_size = unit.offset_size;
  } else if (uses_.address_size != unit.address_size ||
             uses_.offset_size != unit.offset_size) {
    Refuse();
  }
}

// The address that one record makes of a field, and nothing else.
std::optional<AddressReader::Address> AddressReader::AddressAt(
    std::uint32_t section, std::uint64_t offset) {
  Dwreloc_Records records;
  Dwreloc_Record record;
  Dwreloc_Record other;
  Check(dwreloc_records_begin(file_.raw(), section, offset,
                              offset + uses_.address_size, &records));
  if (Check(dwreloc_records_next(&records, &record)) == 0 ||
      Check(dwreloc_records_next(&records, &other)) != 0)
    return std::nullopt;
  if (record.offset != offset || record.width != uses_.address_size ||
      (record.value.kind != DWRELOC_SECTION &&
       record.value.kind != DWRELOC_UNDEFINED))
    return std::nullopt;
  // Symbol and addend, not where the field is.
  Dwreloc_Relocatable plain;
  if (dwreloc_relocatable_of_symbol(file_.raw(), record.symbol, record.addend,
                                    &plain) < 0 ||
      plain.kind != record.value.kind ||
      plain.section != record.value.section ||
      plain.value != record.value.value)
    return std::nullopt;
  const bool is_rela = record.is_rela != 0;
  if (is_rela_.value_or(is_rela) != is_rela) {
    Refuse();
    return std::nullopt;
  }
  is_rela_ = is_rela;
  return Address{
      .key = {.info = record.r_info,
              .addend = is_rela ? static_cast<std::uint64_t>(record.addend)
                                : record.in_place},
      .value = record.value};
}

std::uint32_t AddressReader::Use(const Address& address) {
  const std::uint32_t number = uses_.table.Use(address.key);
  if (number < uses_.places.size()) return number;
  AddressPlace& place = uses_.places.emplace_back();
  uses_.list_uses.push_back(0);
  Dwreloc_Relocatable_Info info;
  if (can_count_ && address.value.kind == DWRELOC_SECTION &&
      dwreloc_relocatable_info(&address.value, &info) >= 0 && info.named == 0 &&
      info.mode == 0)
    place = {.section = address.value.section, .offset = address.value.value};
  return number;
}

void AddressReader::AddDie(const Dwreloc_Die& die,
                           std::span<const Dwreloc_Attribute> attributes) {
  if (!IsActive()) return;
  is_first_die_ = false;
  int lists = 0;
  int views = 0;
  for (const Dwreloc_Attribute& attribute : attributes) {
    lists += attribute.name == DW_AT_ranges ? 1 : 0;
    views += attribute.name == DW_AT_GNU_locviews ? 1 : 0;
  }
  if (lists > 1 || views > 1) Refuse();
  if (!IsActive()) return;
  Dwreloc_List list;
  if (lists == 1 && dwreloc_ranges_begin(&die, &list) == 1)
    ReadList(ListKind::kRanges, &list);
  if (views == 0) return;
  Lists& locations = ListsOf(ListKind::kLocations);
  Dwreloc_Views found;
  std::uint32_t section = 0;
  Extent extent;
  if (dwreloc_views_begin(&die, &found) != 1 ||
      dwreloc_views_extent(&found, &section, &extent.offset, &extent.size) < 0)
    return Refuse();
  if (extent.size != 0) locations.extents.push_back(extent);
}

void AddressReader::AddField(const Dwreloc_Attribute& attribute,
                             std::uint32_t field, bool keeps_records) {
  if (attribute.attribute_class == DWRELOC_CLASS_ADDRESS &&
      attribute.form != DW_FORM_addr)
    Refuse();  // an index
  if (!IsActive()) return;
  const auto add_list = [&](ListKind kind) {
    if (attribute.form != DW_FORM_sec_offset || keeps_records) return Refuse();
    uses_.list_fields.push_back({.field = field, .kind = kind});
  };
  if (attribute.name == DW_AT_GNU_locviews)
    return add_list(ListKind::kLocations);
  switch (attribute.attribute_class) {
    case DWRELOC_CLASS_ADDRESS: {
      if (attribute.form != DW_FORM_addr || !keeps_records) return;
      Dwreloc_Unit_Info info;
      Check(dwreloc_unit_info(attribute.unit, &info));
      const auto address = AddressAt(info.section, attribute.offset);
      if (!address) return;
      uses_.fields.push_back(
          {.field = field, .unit = unit(), .address = Use(*address)});
      if (is_first_die_ && attribute.name == DW_AT_low_pc)
        uses_.unit_bases.back() = uses_.places[uses_.fields.back().address];
      uses_.units_with_any.back() = true;
      return;
    }
    case DWRELOC_CLASS_LOCLIST: {
      add_list(ListKind::kLocations);
      Dwreloc_List list;
      if (!IsActive()) return;
      if (dwreloc_locations_begin(&attribute, &list) < 0) return Refuse();
      return ReadList(ListKind::kLocations, &list);
    }
    case DWRELOC_CLASS_RNGLIST:
      if (attribute.name != DW_AT_ranges) return Refuse();
      return add_list(ListKind::kRanges);
    case DWRELOC_CLASS_ADDRPTR:
    case DWRELOC_CLASS_LOCLISTSPTR:
    case DWRELOC_CLASS_RNGLISTSPTR:
    case DWRELOC_CLASS_SECOFFSET:  // wherever it leads
      return Refuse();
    default:
      return;
  }
}

// The addresses that can be given by index; none if a branch goes over them.
std::vector<AddressOp> AddressReader::ReadOps(
    const Dwreloc_Expression& expression) {
  const std::span<const std::uint8_t> bytes(
      expression.bytes, static_cast<std::size_t>(expression.size));
  if (std::ranges::none_of(bytes, [](std::uint8_t byte) {
        return byte == DW_OP_addr || HasIndex(byte);
      }))
    return {};
  std::size_t count = 0;
  ops_.resize(bytes.size());
  Check(dwreloc_expression_ops(&expression, ops_.data(), ops_.size(), &count));
  std::vector<AddressOp> found;
  std::vector<Address> addresses;
  for (const Dwreloc_Op& op : std::span(ops_.data(), count)) {
    if (HasIndex(op.atom)) Refuse();
    if (op.atom == DW_OP_bra || op.atom == DW_OP_skip) return {};
    if (op.atom != DW_OP_addr || op.size != 1U + uses_.address_size) continue;
    const std::uint64_t offset = expression.offset + op.offset;
    const auto address = AddressAt(expression.section, offset + 1);
    if (!address) continue;
    found.push_back({.offset = offset});
    addresses.push_back(*address);
  }
  for (std::size_t i = 0; i < found.size(); ++i)
    found[i].address = Use(addresses[i]);
  if (!found.empty()) uses_.units_with_any.back() = true;
  return found;
}

void AddressReader::AddExpression(const Dwreloc_Attribute& attribute,
                                  std::uint32_t expression) {
  if (!IsActive()) return;
  Dwreloc_List list;
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  Dwreloc_Expression found{};
  Check(dwreloc_locations_begin(&attribute, &list));
  Check(dwreloc_locations_next(&list, &begin, &end, &found));
  std::vector<AddressOp> ops = ReadOps(found);
  if (!ops.empty())
    uses_.expressions.push_back(
        {.expression = expression, .ops = std::move(ops)});
}

void AddressReader::ReadList(ListKind kind, Dwreloc_List* list) {
  Lists& lists = ListsOf(kind);
  const auto number = static_cast<std::uint32_t>(lists.lists.size());
  List read = {.unit = unit(),
               .first_entry = static_cast<std::uint32_t>(lists.entries.size())};
  bool is_first = true;
  std::uint32_t same = number;  // a list that begins here, too
  Dwreloc_List_Entry entry;
  int result = 0;
  while ((result = dwreloc_list_next(list, &entry)) > 0) {
    // Each unit that has it must have a table.
    if (BoundsOf(KindOf(kind, entry.kind)).addresses != 0 ||
        entry.expression.size > uses_.address_size)
      uses_.units_with_any.back() = true;
    const auto [found, is_new] =
        lists.list_of.try_emplace(entry.offset, number);
    if (is_new) {
      AddEntry(kind, entry);
      if (same != number) lists.lists[same].is_alone = false;
    } else if (found->second == number) {
      read.is_alone = false;
    } else {
      List& other = lists.lists[found->second];
      if (is_first && other.unit == read.unit &&
          other.first_entry < lists.entries.size() &&
          lists.entries[other.first_entry].offset == entry.offset)
        same = found->second;
      if (same != found->second) {
        other.is_alone = false;
        read.is_alone = false;
      }
    }
    is_first = false;
  }
  if (result < 0) return Refuse();
  if (read.first_entry != lists.entries.size()) {
    lists.lists.push_back(read);
  }
}

void AddressReader::AddEntry(ListKind kind, const Dwreloc_List_Entry& entry) {
  Lists& lists = ListsOf(kind);
  lists.extents.push_back({.offset = entry.offset, .size = entry.size});
  const EntryKind entry_kind = KindOf(kind, entry.kind);
  // Into a table that is not there: it must not get one.
  if (entry_kind == EntryKind::kIndexed) return Refuse();
  const Bounds bounds = BoundsOf(entry_kind);
  ListEntry added = {.offset = entry.offset, .size = 1, .kind = entry_kind};
  std::optional<Address> addresses[2];
  bool has_all = bounds.addresses != 0;
  for (unsigned i = 0; i < bounds.count; ++i) {
    const Dwreloc_Operand& operand = entry.operands[i];
    if (operand.offset != entry.offset + added.size) return Refuse();
    added.size += static_cast<std::uint32_t>(operand.size);
    if (i >= bounds.addresses) {
      // Made by records, it is no number.
      if (operand.value.has_record != 0 ||
          operand.value.kind != DWRELOC_CONSTANT)
        return Refuse();
      added.numbers[i] = operand.value.value;
      continue;
    }
    if (operand.size == uses_.address_size)
      addresses[i] = AddressAt(lists.section, operand.offset);
    has_all &= addresses[i].has_value();
  }
  if (has_all) {
    added.address_count = bounds.addresses;
    for (unsigned i = 0; i < bounds.addresses; ++i) {
      added.addresses[i] = Use(*addresses[i]);
      ++uses_.list_uses[added.addresses[i]];
    }
  }
  lists.entries.push_back(added);
  if (entry.expression.size != 0) AddExpressionOf(lists, entry);
}

void AddressReader::AddExpressionOf(Lists& lists,
                                    const Dwreloc_List_Entry& entry) {
  std::vector<AddressOp> ops = ReadOps(entry.expression);
  if (ops.empty()) return;
  const auto length =
      std::ranges::find_if(entry.operands, [&](const Dwreloc_Operand& operand) {
        return operand.encoding == DWRELOC_OPERAND_ULEB128 &&
               operand.offset + operand.size == entry.expression.offset;
      });
  if (length == std::end(entry.operands)) return Refuse();
  lists.expressions.push_back(
      {.length = {.offset = length->offset, .size = length->size},
       .size = entry.expression.size,
       .ops = std::move(ops)});
}

std::optional<AddressUses> AddressReader::Take() {
  if (is_refused_ || uses_.table.size() == 0) return std::nullopt;
  uses_.is_rela = *is_rela_;
  return std::move(uses_);
}

}  // namespace dwreloc_tools::compress

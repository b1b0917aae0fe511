// address_diet.cc - see address_diet.h.
#include "dwreloc_compress/address_diet.h"

#include <dwreloc/dwarf.h>
#include <elf.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "dwreloc_compress/leb128.h"

namespace dwreloc_tools::compress {

namespace {

std::uint64_t RecordSize(bool is_64, bool is_rela) {
  if (is_64) return is_rela ? sizeof(Elf64_Rela) : sizeof(Elf64_Rel);
  return is_rela ? sizeof(Elf32_Rela) : sizeof(Elf32_Rel);
}

}  // namespace

// About; what a file without it would say the same of.
bool AddressDiet::IsWorthIt(std::uint64_t record_count) const {
  constexpr std::uint64_t kIndexSize = 2;
  constexpr std::uint64_t kNames = 32;  // with what aligns
  const bool is_64 = file_.info().elf_class == 64;
  const std::uint64_t headers =
      2 * (is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr)) + kNames +
      AddressTable::HeaderSize(uses_.offset_size);
  const auto units = static_cast<std::uint64_t>(
      std::ranges::count(uses_.units_with_any, true));
  const std::uint64_t each =
      uses_.address_size + RecordSize(is_64, uses_.is_rela);
  const std::uint64_t before = each * record_count;
  const std::uint64_t after = each * uses_.table.size() +
                              kIndexSize * record_count + headers +
                              units * uses_.offset_size;
  return uses_.table.size() != 0 && after < before;
}

// The length of an expression and the operations in it, which are shorter.
void AddressDiet::AddExpression(const ListExpression& expression,
                                Relayout& layout) const {
  std::uint64_t size = expression.size;
  for (const AddressOp& op : expression.ops) {
    Replacement replacement = {.offset = op.offset,
                               .size = 1U + uses_.address_size};
    replacement.bytes.push_back(DW_OP_addrx);
    AppendUleb(replacement.bytes, uses_.table.IndexOf(op.address));
    size = size - replacement.size + replacement.bytes.size();
    layout.Add(std::move(replacement));
  }
  Replacement length = {.offset = expression.length.offset,
                        .size = expression.length.size};
  AppendUleb(length.bytes, size);
  layout.Add(std::move(length));
}

// Headers of the parts of a section of lists (DWARF 5 7.28, 7.29), which tell
// how long each is. False if they are not as they should be.
bool AddressDiet::AddHeaders(compress::Lists& lists, Relayout& layout) {
  const std::span<const std::uint8_t> bytes =
      file_.sections()[lists.section].data();
  for (std::uint64_t part = 0; part < bytes.size();) {
    if (bytes.size() - part < 4) return false;
    const bool is_long = numbers_.Get(bytes.data() + part, 4) == UINT32_MAX;
    const unsigned width = is_long ? 8 : 4;
    const std::uint64_t field = part + (is_long ? 4 : 0);
    const std::uint64_t begin = field + width;
    // Version, sizes, and how many offsets follow.
    constexpr unsigned kRest = 8;
    if (bytes.size() < begin || bytes.size() - begin < kRest) return false;
    const std::uint64_t length = numbers_.Get(bytes.data() + field, width);
    if (length < kRest || length > bytes.size() - begin ||
        numbers_.Get(bytes.data() + begin + 4, 4) != 0)
      return false;
    lists.extents.push_back({.offset = part, .size = begin + kRest - part});
    layout.Add({.offset = field,
                .size = width,
                .bytes = std::vector<std::uint8_t>(width)});
    part = begin + length;
  }
  return true;
}

// False if anything is where something else is, too.
bool AddressDiet::LayOutLists(ListKind kind, std::span<const ListEdit> edits) {
  compress::Lists& lists = uses_.lists[static_cast<std::size_t>(kind)];
  Relayout& layout = layouts_[static_cast<std::size_t>(kind)];
  if (edits.empty() && lists.expressions.empty()) return layout.Sort();
  if (!AddHeaders(lists, layout)) return false;
  std::ranges::sort(lists.extents);
  lists.extents.erase(std::unique(lists.extents.begin(), lists.extents.end()),
                      lists.extents.end());
  std::uint64_t end = 0;
  for (const Extent& extent : lists.extents) {
    if (extent.offset < end) return false;
    end = extent.offset + extent.size;
  }
  for (const ListEdit& edit : edits) layout.Add(WriteEdit(edit, uses_.table));
  for (const ListExpression& expression : lists.expressions)
    AddExpression(expression, layout);
  if (!layout.Sort()) return false;
  const std::span<const std::uint8_t> bytes =
      file_.sections()[lists.section].data();
  for (std::uint64_t part = 0; part < bytes.size();) {
    const bool is_long = numbers_.Get(bytes.data() + part, 4) == UINT32_MAX;
    const unsigned width = is_long ? 8 : 4;
    const std::uint64_t field = part + (is_long ? 4 : 0);
    const std::uint64_t begin = field + width;
    const std::uint64_t next =
        begin + numbers_.Get(bytes.data() + field, width);
    const std::uint64_t length = layout.Map(next) - layout.Map(begin);
    std::vector<std::uint8_t> number(width);
    numbers_.Put(number.data(), length, width);
    layout.Set(field, std::move(number));
    part = next;
  }
  return true;
}

bool AddressDiet::CanMapFields(const Graph& graph) const {
  return std::ranges::all_of(uses_.list_fields, [&](const ListField& of) {
    const Field& field = graph.fields[of.field];
    const std::uint64_t offset =
        layouts_[static_cast<std::size_t>(of.kind)].Map(field.value);
    return offset != Relayout::kNowhere &&
           (field.width == 8 || offset <= UINT32_MAX);
  });
}

void AddressDiet::SetFields(Graph& graph) const {
  for (const ListField& of : uses_.list_fields) {
    Field& field = graph.fields[of.field];
    field.value = layouts_[static_cast<std::size_t>(of.kind)].Map(field.value);
  }
  for (const AddressField& of : uses_.fields) {
    Field& field = graph.fields[of.field];
    field.is_index = true;
    field.keeps_records = false;
    field.value = uses_.table.IndexOf(of.address);
    field.width = static_cast<std::uint16_t>(UlebSize(field.value));
  }
}

void AddressDiet::SetExpressions(Graph& graph) const {
  for (const AddressExpression& of : uses_.expressions) {
    PinnedExpression& expression = graph.expressions[of.expression];
    expression.first_index = static_cast<std::uint32_t>(graph.indexes.size());
    for (const AddressOp& op : of.ops) {
      const IndexOperation added = {
          .offset = static_cast<std::uint32_t>(op.offset),
          .size = 1U + uses_.address_size,
          .index = uses_.table.IndexOf(op.address)};
      expression.written_size =
          expression.written_size - added.size + added.written_size();
      graph.indexes.push_back(added);
    }
    expression.index_count = static_cast<std::uint32_t>(of.ops.size());
  }
}

// Tells in the DIEs of units where the table is.
void AddressDiet::SetRoots(Graph& graph) const {
  for (std::size_t i = 0; i < graph.units.size(); ++i) {
    if (!uses_.units_with_any[i]) continue;
    std::uint32_t& number = graph.words[graph.trees[graph.units[i].root].word];
    Shape shape = graph.shapes[number];
    shape.attributes.insert(
        shape.attributes.begin(),
        {DW_AT_addr_base, DW_FORM_sec_offset, Kind::kAddressBase});
    const auto known = std::ranges::find(graph.shapes, shape);
    number = static_cast<std::uint32_t>(known - graph.shapes.begin());
    if (known == graph.shapes.end()) graph.shapes.push_back(std::move(shape));
  }
}

void AddressDiet::SetForms(Graph& graph) const {
  std::vector<std::vector<std::uint32_t>> variants(graph.shapes.size());
  std::vector<bool> may_change;
  for (const Shape& shape : graph.shapes)
    may_change.push_back(std::ranges::any_of(
        shape.attributes, [](const ShapeAttribute& attribute) {
          return attribute.form == DW_FORM_addr;
        }));
  std::vector<std::size_t> indexed;
  for (std::uint32_t at = 0; at < graph.words.size();) {
    std::uint32_t& number = graph.words[at++];
    if (number == kEndOfChildren) continue;
    const std::uint32_t original = number;
    if (!may_change[original]) {
      at += graph.shapes[original].word_count;
      continue;
    }
    indexed.clear();
    const std::vector<ShapeAttribute>& attributes =
        graph.shapes[original].attributes;
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      if (attributes[i].kind == Kind::kField &&
          graph.fields[graph.words[at]].is_index)
        indexed.push_back(i);
      at += WordsOf(attributes[i].kind);
    }
    if (indexed.empty()) continue;
    const auto fits = [&](std::uint32_t variant) {
      std::size_t next = 0;
      for (std::size_t i = 0; i < attributes.size(); ++i) {
        const bool is_indexed = next < indexed.size() && indexed[next] == i;
        if (is_indexed) ++next;
        if (is_indexed !=
            (graph.shapes[variant].attributes[i].form != attributes[i].form))
          return false;
      }
      return true;
    };
    std::vector<std::uint32_t>& known = variants[original];
    const auto found = std::ranges::find_if(known, fits);
    if (found != known.end()) {
      number = *found;
      continue;
    }
    number = static_cast<std::uint32_t>(graph.shapes.size());
    known.push_back(number);
    Shape shape = graph.shapes[original];
    for (const std::size_t i : indexed)
      shape.attributes[i].form = DW_FORM_addrx;
    graph.shapes.push_back(std::move(shape));
  }
}

std::optional<AddressDiet> AddressDiet::Of(const dwreloc::File& file,
                                           AddressUses uses, Graph& graph) {
  AddressDiet diet(file, std::move(uses));
  const std::uint64_t record_count = diet.uses_.table.use_count();
  const std::vector<ListEdit> locations =
      PlanLists(diet.uses_, ListKind::kLocations);
  const std::vector<ListEdit> ranges = PlanLists(diet.uses_, ListKind::kRanges);
  if (!diet.IsWorthIt(record_count)) return std::nullopt;
  diet.uses_.table.Sort();
  if (!diet.LayOutLists(ListKind::kLocations, locations) ||
      !diet.LayOutLists(ListKind::kRanges, ranges) || !diet.CanMapFields(graph))
    return std::nullopt;
  for (const AddressField& of : diet.uses_.fields)
    diet.taken_.push_back(graph.fields[of.field].offset);
  for (const AddressExpression& of : diet.uses_.expressions)
    for (const AddressOp& op : of.ops) diet.taken_.push_back(op.offset + 1);
  diet.SetFields(graph);
  diet.SetExpressions(graph);
  diet.SetForms(graph);
  diet.SetRoots(graph);
  return diet;
}

void AddressDiet::Take(const RawRecord& record,
                       std::span<const std::uint8_t> bytes) {
  uses_.table.Take({.info = record.info,
                    .addend = uses_.is_rela
                                  ? static_cast<std::uint64_t>(record.addend)
                                  : numbers_.Get(bytes.data() + record.offset,
                                                 uses_.address_size)});
}

Section AddressDiet::Lists(std::uint32_t index, Section section) {
  for (std::size_t kind = 0; kind < layouts_.size(); ++kind) {
    if (uses_.lists[kind].section != index) continue;
    std::vector<RawRecord> gone;
    Section result = layouts_[kind].Apply(section, &gone);
    for (const RawRecord& record : gone) Take(record, section.bytes);
    return result;
  }
  return section;
}

std::size_t AddressDiet::TakeInfo(const SectionRecords& records,
                                  std::span<const std::uint8_t> bytes) {
  for (const std::uint64_t offset : taken_) {
    const std::span<const RawRecord> found =
        records.KeptIn(offset, offset + uses_.address_size);
    if (found.size() != 1 || found[0].offset != offset)
      throw std::runtime_error("an address of more than one record");
    Take(found[0], bytes);
  }
  return taken_.size();
}

Section AddressDiet::Table() const {
  if (!uses_.table.IsComplete())
    throw std::runtime_error("an address of the table is none of the file");
  return uses_.table.Emit(uses_.offset_size, uses_.address_size, uses_.is_rela,
                          numbers_);
}

}  // namespace dwreloc_tools::compress

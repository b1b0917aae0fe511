// compare_lines.cc - see compare_lines.h.
#include "dwreloc_diff/compare_lines.h"

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "common/checked.h"
#include "common/quote.h"
#include "dwreloc_diff/bytes.h"
#include "dwreloc_diff/item_sets.h"
#include "dwreloc_diff/line_paths.h"

namespace dwreloc_tools {
namespace {

using Table = const Dwreloc_Line_Table*;

// The rows of one table, one after the other, with their files as numbers that
// both tables share.
class RowReader {
 public:
  RowReader(Context& context, int side, Table table, Interner& paths)
      : reader_{context, side}, table_(table), paths_(paths) {
    if (Checked(dwreloc_line_info(table, &info_)) < 0 ||
        Checked(dwreloc_rows_begin(table, &rows_)) < 0) {
      reader_.TellError();
      more_ = false;
    }
  }

  // The next row, or nullptr at the end.
  const Dwreloc_Line* Next() {
    while (at_ == count_) {
      if (!more_) return nullptr;
      at_ = count_ = 0;
      const int result = Checked(dwreloc_rows_next_many(
          &rows_, lines_.data(), lines_.size(), &count_));
      if (result < 0) reader_.TellError();
      more_ = result > 0;
    }
    const Dwreloc_Line& line = lines_[at_++];
    if (line.address.kind == DWRELOC_BAD)
      reader_.context.findings.AddBad(reader_.side, line.address.module,
                                      info_.section, line.offset, line.address);
    return &line;
  }

  std::uint32_t FileOf(const Dwreloc_Line& line) {
    // Many rows of one file follow one another.
    if (line.file != file_ || file_id_ == kNone) {
      file_ = line.file;
      if (file_ >= ids_.size() && file_ < info_.first_file + info_.file_count)
        ids_.resize(file_ + 1, kNone);
      if (file_ >= ids_.size()) {
        file_id_ = paths_.Id("#" + std::to_string(file_));
      } else {
        if (ids_[file_] == kNone) {
          const std::string path = LinePath(table_, file_);
          ids_[file_] = paths_.Id(reader_.Spend(path.size()) ? path : "?");
        }
        file_id_ = ids_[file_];
      }
    }
    return file_id_;
  }
  std::string Text(const Dwreloc_Line& line) {
    std::string text = ValueText(line.address) + " \"" +
                       Escaped(paths_.bytes(FileOf(line))) + "\" line " +
                       std::to_string(line.line) + " column " +
                       std::to_string(line.column);
    const auto add = [&](const char* name, std::uint32_t value) {
      if (value != 0) text.append(" ").append(name);
      if (value > 1) text.append(" ").append(std::to_string(value));
    };
    add("is_stmt", line.is_stmt);
    add("basic_block", line.basic_block);
    add("prologue_end", line.prologue_end);
    add("epilogue_begin", line.epilogue_begin);
    add("end_sequence", line.end_sequence);
    add("op_index", line.op_index);
    add("isa", line.isa);
    add("discriminator", line.discriminator);
    return text;
  }

 private:
  const Reader reader_;
  const Table table_;
  Interner& paths_;
  Dwreloc_Line_Info info_{};
  Dwreloc_Rows rows_{};
  bool more_ = true;
  std::vector<Dwreloc_Line> lines_{128};
  std::size_t at_ = 0;
  std::size_t count_ = 0;
  std::uint32_t file_ = 0;
  std::uint32_t file_id_ = kNone;
  std::vector<std::uint32_t> ids_;  // by file number
};

class LineComparer {
 public:
  LineComparer(Context& context, const Graph& graph)
      : context_(context), graph_(graph) {}

  void CompareAll(const std::vector<UnitPair>& pairs) {
    for (const UnitPair& pair : pairs) {
      const std::string name = UnitName(graph_.units[pair.first]);
      CompareTables(TableOf(0, pair.first, true), TableOf(1, pair.second, true),
                    name);
    }
    for (std::uint32_t i = 0; i + 1 < graph_.units.size(); ++i)
      if (graph_.units[i].is_partial) TableOf(graph_.units[i].side, i, false);
    const std::vector<Table> a = OtherTables(0);
    const std::vector<Table> b = OtherTables(1);
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
      CompareTables(i < a.size() ? a[i] : nullptr,
                    i < b.size() ? b[i] : nullptr, "");
  }

 private:
  Table TableOf(int side, std::uint32_t unit, bool tells) {
    Table table = nullptr;
    const int result =
        Checked(dwreloc_line_table(graph_.units[unit].unit, &table));
    if (result < 0 && tells) Reader{context_, side}.TellError();
    if (result != 1) return nullptr;
    used_[static_cast<std::size_t>(side)].insert(PlaceOf(table));
    return table;
  }
  static std::pair<std::uint32_t, std::uint64_t> PlaceOf(Table table) {
    Dwreloc_Line_Info info{};
    static_cast<void>(Checked(dwreloc_line_info(table, &info)));
    return {info.section, info.offset};
  }

  // Tables that no unit refers to.
  std::vector<Table> OtherTables(int side) {
    const dwreloc::FileView& file = context_.findings.file(side);
    std::vector<Table> tables;
    for (const dwreloc::Section& section : file.sections()) {
      if (section.raw().is_debug == 0) continue;
      std::uint64_t offset = 0;
      while (offset != DWRELOC_NO_OFFSET) {
        Table table = nullptr;
        std::uint64_t next = DWRELOC_NO_OFFSET;
        const int result = Checked(dwreloc_line_table_at(
            file.raw(), section.index(), offset, &table, &next));
        if (result == 0) break;
        if (result < 0) {
          Reader{context_, side}.TellError();
        } else if (!used_[static_cast<std::size_t>(side)].contains(
                       PlaceOf(table))) {
          tables.push_back(table);
        }
        if (next != DWRELOC_NO_OFFSET && next <= offset) break;
        offset = next;
      }
    }
    return tables;
  }

  void CompareTables(Table a, Table b, const std::string& unit) {
    if (a == nullptr && b == nullptr) return;
    // Units may share a table.
    if (!compared_.emplace(a, b).second) return;
    if (a == nullptr || b == nullptr) {
      const auto place = PlaceOf(a != nullptr ? a : b);
      Difference difference;
      difference.section = SectionName(
          context_.findings.file(a != nullptr ? 0 : 1).raw(), place.first);
      difference.unit = unit;
      difference.what = "line table";
      (a != nullptr ? difference.offset_a : difference.offset_b) = place.second;
      (a != nullptr ? difference.a : difference.b) = "a line table";
      context_.findings.Add(std::move(difference));
      return;
    }
    CompareRows(a, b, unit);
    // Most tables have the same files in the same order.
    const std::string header = HeaderOf(a);
    if (!header.empty() && header == HeaderOf(b)) return;
    std::array<std::vector<Item>, 2> files = {FilesOf(0, a), FilesOf(1, b)};
    const std::string section =
        SectionName(context_.findings.file(0).raw(), PlaceOf(a).first);
    CompareItems(context_, section, "file or directory of a line table",
                 Repeats::kDoNotCount, files);
  }

  void CompareRows(Table a, Table b, const std::string& unit) {
    Interner paths;
    RowReader rows_a(context_, 0, a, paths);
    RowReader rows_b(context_, 1, b, paths);
    bool is_told = false;
    for (;;) {
      const Dwreloc_Line* left = rows_a.Next();
      const Dwreloc_Line* right = rows_b.Next();
      if (left == nullptr && right == nullptr) return;
      // All rows are read, so that whatever cannot be read is told.
      if (is_told ||
          (left != nullptr && right != nullptr && IsSame(*left, *right) &&
           rows_a.FileOf(*left) == rows_b.FileOf(*right)))
        continue;
      is_told = true;
      Difference difference;
      difference.section =
          SectionName(context_.findings.file(0).raw(), PlaceOf(a).first);
      difference.unit = unit;
      difference.what = "first row that differs";
      if (left != nullptr) {
        difference.path = ValueText(left->address);
        difference.offset_a = left->offset;
        difference.a = rows_a.Text(*left);
      }
      if (right != nullptr) {
        if (left == nullptr) difference.path = ValueText(right->address);
        difference.offset_b = right->offset;
        difference.b = rows_b.Text(*right);
      }
      context_.findings.Add(std::move(difference));
    }
  }

  bool IsSame(const Dwreloc_Line& a, const Dwreloc_Line& b) {
    if (a.line != b.line || a.column != b.column ||
        a.discriminator != b.discriminator || a.isa != b.isa ||
        a.op_index != b.op_index || a.is_stmt != b.is_stmt ||
        a.basic_block != b.basic_block || a.end_sequence != b.end_sequence ||
        a.prologue_end != b.prologue_end ||
        a.epilogue_begin != b.epilogue_begin)
      return false;
    bytes_[0].clear();
    bytes_[1].clear();
    context_.places.Put(bytes_[0], a.address);
    context_.places.Put(bytes_[1], b.address);
    return bytes_[0] == bytes_[1];
  }

  // Directories and files in their order; "" if some cannot be read.
  static std::string HeaderOf(Table table) {
    std::string bytes;
    Dwreloc_Line_Info info;
    if (Checked(dwreloc_line_info(table, &info)) < 0) return bytes;
    PutNumber(bytes, info.first_file);
    PutNumber(bytes, info.directory_count);
    for (std::uint32_t i = 0; i < info.directory_count; ++i) {
      const char* name = nullptr;
      if (Checked(dwreloc_line_directory(table, i, &name)) < 0) return "";
      PutString(bytes, name);
    }
    for (std::uint32_t i = 0; i < info.file_count; ++i) {
      Dwreloc_Line_File file;
      if (Checked(dwreloc_line_file(table, info.first_file + i, &file)) < 0)
        return "";
      PutString(bytes, file.name);
      PutNumber(bytes, file.directory_index);

      PutNumber(bytes, file.mtime);
      PutNumber(bytes, file.length);
      if (file.md5 != nullptr)
        bytes.append(reinterpret_cast<const char*>(file.md5), 16);
    }
    return bytes;
  }

  std::vector<Item> FilesOf(int side, Table table) {
    std::vector<Item> items;
    Dwreloc_Line_Info info;
    if (Checked(dwreloc_line_info(table, &info)) < 0) return items;
    for (std::uint32_t i = 0; i < info.directory_count; ++i) {
      const char* name = nullptr;
      if (Checked(dwreloc_line_directory(table, i, &name)) < 0) {
        Reader{context_, side}.TellError();
        continue;
      }
      AddItem(std::string("d") + name, "", name, name, items);
    }
    for (std::uint32_t i = 0; i < info.file_count; ++i) {
      Dwreloc_Line_File file;
      if (Checked(dwreloc_line_file(table, info.first_file + i, &file)) < 0) {
        Reader{context_, side}.TellError();
        continue;
      }
      const std::string path = LinePath(table, info.first_file + i);
      if (!Reader{context_, side}.Spend(path.size())) return items;
      std::string value;
      PutNumber(value, file.mtime);
      PutNumber(value, file.length);
      if (file.md5 != nullptr)
        value.append(reinterpret_cast<const char*>(file.md5), 16);
      std::string text = path + " time " + std::to_string(file.mtime) +
                         " length " + std::to_string(file.length);
      if (file.md5 != nullptr)
        text +=
            " MD5 " + HexString({reinterpret_cast<const char*>(file.md5), 16});
      AddItem("f" + path, std::move(value), path, text, items);
    }
    return items;
  }
  static void AddItem(std::string key, std::string value,
                      const std::string& path, const std::string& text,
                      std::vector<Item>& items) {
    items.push_back({std::move(key), std::move(value), Escaped(path),
                     Escaped(text), std::nullopt});
  }

  Context& context_;
  const Graph& graph_;
  std::array<std::set<std::pair<std::uint32_t, std::uint64_t>>, 2> used_;
  std::set<std::pair<Table, Table>> compared_;
  std::array<std::string, 2> bytes_;
};

}  // namespace

void CompareLines(Context& context, const Graph& graph,
                  const std::vector<UnitPair>& pairs) {
  LineComparer(context, graph).CompareAll(pairs);
}

}  // namespace dwreloc_tools

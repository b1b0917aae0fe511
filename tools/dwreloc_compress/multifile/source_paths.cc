// source_paths.cc - see source_paths.h.
#include "dwreloc_compress/multifile/source_paths.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <numeric>

#include "dwreloc_compress/leb128.h"

namespace dwreloc_tools::compress {
namespace {

using Bytes = std::vector<std::uint8_t>;

void AppendString(Bytes& bytes, std::string_view string) {
  bytes.insert(bytes.end(), string.begin(), string.end());
  bytes.push_back(0);
}

// What readers of line programs need, although there is none.
constexpr std::uint8_t kLineBase = 0xfb;  // -5
constexpr std::uint8_t kLineRange = 14;
constexpr std::uint8_t kStandardOpcodes[] = {0, 1, 1, 1, 1, 0,
                                             0, 0, 1, 0, 0, 1};

}  // namespace

std::optional<SourcePath> SourcePaths::Split(std::string_view path) const {
  const bool is_below = !comp_dir_.empty() && path.size() > comp_dir_.size() &&
                        path.starts_with(comp_dir_) &&
                        path[comp_dir_.size()] == '/';
  if (is_below) {
    path.remove_prefix(comp_dir_.size() + 1);
    if (path.starts_with('/')) return std::nullopt;
  } else if (!path.starts_with('/')) {
    return std::nullopt;
  }
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) {
    if (path.empty()) return std::nullopt;
    return SourcePath{.directory = {}, .name = path};
  }
  if (slash == 0 || slash + 1 == path.size()) return std::nullopt;
  return SourcePath{.directory = path.substr(0, slash),
                    .name = path.substr(slash + 1)};
}

std::uint32_t FileTable::Use(std::string_view path) {
  const std::uint32_t file = files_.Add(path);
  if (file >= uses_.size()) uses_.resize(file + 1);
  ++uses_[file];
  return file;
}

void FileTable::Sort(std::uint16_t version) {
  order_.resize(files_.size());
  std::iota(order_.begin(), order_.end(), 0u);
  std::ranges::stable_sort(order_, [&](std::uint32_t a, std::uint32_t b) {
    return uses_[a] > uses_[b];
  });
  numbers_.resize(files_.size());
  for (std::uint32_t i = 0; i < order_.size(); ++i) numbers_[order_[i]] = i + 1;
  // DWARF 5 begins with 0, which is the unit's own file.
  if (version >= 5 && !order_.empty()) order_.insert(order_.begin(), order_[0]);
}

Bytes FileTable::Encode(const UnitSort& sort,
                        const NumberWriter& numbers) const {
  Interner directories;
  directories.Add("");  // that of the compilation
  Bytes files;
  for (const std::uint32_t file : order_) {
    const SourcePath path = *paths_.Split(files_[file]);
    AppendString(files, path.name);
    AppendUleb(files, directories.Add(path.directory));
    if (sort.version < 5) files.insert(files.end(), 2, 0);  // time, size
  }
  Bytes tail = {1};                          // minimum_instruction_length
  if (sort.version >= 4) tail.push_back(1);  // maximum_operations
  tail.insert(tail.end(),
              {1, kLineBase, kLineRange, std::size(kStandardOpcodes) + 1});
  tail.insert(tail.end(), std::begin(kStandardOpcodes),
              std::end(kStandardOpcodes));
  if (sort.version >= 5) {
    tail.insert(tail.end(), {1, DW_LNCT_path, DW_FORM_string});
    AppendUleb(tail, directories.size());
    AppendString(tail, paths_.comp_dir());
    for (std::uint32_t i = 1; i < directories.size(); ++i)
      AppendString(tail, directories[i]);
    tail.insert(tail.end(), {2, DW_LNCT_path, DW_FORM_string,
                             DW_LNCT_directory_index, DW_FORM_udata});
    AppendUleb(tail, order_.size());
    tail.insert(tail.end(), files.begin(), files.end());
  } else {
    for (std::uint32_t i = 1; i < directories.size(); ++i)
      AppendString(tail, directories[i]);
    tail.push_back(0);
    tail.insert(tail.end(), files.begin(), files.end());
    tail.push_back(0);
  }
  const unsigned size = sort.offset_size;
  Bytes head(size == 8 ? 12 : 4);
  const std::size_t counted = head.size();
  const auto put = [&](std::uint64_t value, unsigned width) {
    head.resize(head.size() + width);
    numbers.Put(head.data() + head.size() - width, value, width);
  };
  put(sort.version, 2);
  if (sort.version >= 5) {
    put(sort.address_size, 1);
    put(0, 1);  // segment_selector_size
  }
  put(tail.size(), size);
  head.insert(head.end(), tail.begin(), tail.end());
  if (size == 8) numbers.Put(head.data(), UINT32_MAX, 4);
  numbers.Put(head.data() + counted - size, head.size() - counted, size);
  return head;
}

}  // namespace dwreloc_tools::compress

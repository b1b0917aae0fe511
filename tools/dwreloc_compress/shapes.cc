// shapes.cc - see shapes.h.
#include "dwreloc_compress/shapes.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <utility>

#include "dwreloc_compress/hash.h"

namespace dwreloc_tools::compress {

std::uint64_t HashOf(const Shape& shape) {
  std::uint64_t hash = Combine(shape.tag, shape.has_children ? 1 : 0);
  for (const ShapeAttribute& attribute : shape.attributes)
    hash = Combine(hash, attribute.name | std::uint64_t{attribute.form} << 16 |
                             static_cast<std::uint64_t>(attribute.kind) << 32);
  return hash;
}

std::uint32_t ShapeTable::Find(std::uint32_t code, const Shape& shape) {
  constexpr std::uint32_t kMostCodes = 4096;
  if (code >= kMostCodes) return Find(shape);
  if (code >= of_code_.size()) of_code_.resize(code + 1);
  std::uint32_t& known = of_code_[code];
  if (known == 0 || shapes_[known] != shape) known = Find(shape);
  return known;
}

std::uint32_t ShapeTable::Find(const Shape& shape) {
  std::vector<std::uint32_t>& same = by_hash_[HashOf(shape)];
  for (const std::uint32_t number : same)
    if (shapes_[number] == shape) return number;
  same.push_back(static_cast<std::uint32_t>(shapes_.size()));
  shapes_.push_back(shape);
  return same.back();
}

bool IsNamespace(const Shape& shape) {
  bool has_name = false;
  return shape.tag == DW_TAG_namespace &&
         std::ranges::all_of(shape.attributes,
                             [&](const ShapeAttribute& attribute) {
                               switch (attribute.name) {
                                 case DW_AT_name:
                                   return attribute.kind == Kind::kString &&
                                          !std::exchange(has_name, true);
                                 case DW_AT_export_symbols:
                                   return attribute.kind == Kind::kTrue;
                                 case DW_AT_decl_file:
                                   return attribute.kind == Kind::kFile;
                                 case DW_AT_decl_line:
                                 case DW_AT_decl_column:
                                   // From 128 on in one byte it could be
                                   // negative, by its form alone.
                                   return attribute.kind == Kind::kNumber ||
                                          attribute.kind == Kind::kExact;
                                 default:
                                   return false;
                               }
                             });
}

}  // namespace dwreloc_tools::compress

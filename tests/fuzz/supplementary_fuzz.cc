// Reads a file whose strings and DIEs are in another one.
//
// Input: the size of the first file (4 bytes, little-endian), that file, and
// behind it the supplementary one.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "dwarf/macros/macro.h"
#include "dwarf/tree/die.h"
#include "dwarf/tree/reference.h"
#include "dwarf/tree/strings.h"
#include "fuzz_file.h"
#include "module/module.h"
#include "query/function_name.h"
#include "read_lists.h"

namespace dwreloc::internal {
namespace {

// Any file is the one that is looked for: its build-id decides.
class AnyFile final : public ModuleOracle {
 public:
  Answer SectionAddress(uint32_t, uint64_t*) override {
    return Answer::kUnknown;
  }
  Answer SymbolAddress(uint32_t, uint64_t*) override {
    return Answer::kUnknown;
  }
  Answer FindFile(const FileRequest&, std::string* path) override {
    *path = "/proc/self/exe";
    return Answer::kPlaced;
  }
  void Opened(const Module&) override {}
  void Digested(uint32_t, uint64_t) override {}
};

void ReadUnit(const Unit& unit, int* count) {
  absl::StatusOr<DieWalk> walk = DieWalk::OfUnit(unit);
  if (!walk.ok()) return CheckError(walk.status());
  Die die;
  uint32_t depth;
  while (*count < kMaxReferences &&
         walk->NextVisiting(&die, &depth, [&](const Attribute& attribute) {
           if (++*count > kMaxReferences) return;
           if (attribute.attribute_class == AttributeClass::kString) {
             CheckResult(StringOf(attribute));
           } else if (attribute.attribute_class == AttributeClass::kReference) {
             const absl::StatusOr<Die> target = FollowReference(attribute);
             if (!target.ok()) return CheckError(target.status());
             const FunctionName name = FunctionNameOf(*target);
             if (!name.status.ok()) CheckError(name.status);
           }
         })) {
  }
}

void ReadMacros(const Unit& unit) {
  absl::StatusOr<std::optional<MacroReader>> macros = MacroReader::OfUnit(unit);
  if (!macros.ok()) return CheckError(macros.status());
  if (!macros->has_value()) return;
  MacroEntry entry;
  for (int i = 0; i < kMaxReferences && (*macros)->Next(&entry); ++i) {
    CheckResult(MacroStringOf(unit.sections(), entry));
  }
}

}  // namespace
}  // namespace dwreloc::internal

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dwreloc::internal;  // NOLINT: a test's only function
  const auto [first_image, second_image] = TwoFiles(data, size);
  auto first = ElfFile::OpenMemory(first_image, "user");
  auto second = ElfFile::OpenMemory(second_image, "shared");
  if (!first.ok() || !second.ok()) return 0;
  const Module shared(*std::move(second));
  Module user(*std::move(first),
              {.open_supplementary =
                   [&](const std::string&) -> absl::StatusOr<const DebugInfo*> {
                return &shared.info();
              }});
  user.SetOracle(std::make_unique<AnyFile>());
  int count = 0;
  for (const Unit& unit : user.info().units()) {
    CheckResult(user.LineTableOf(unit));
    ReadUnit(unit, &count);
    ReadMacros(unit);
  }
  return 0;
}

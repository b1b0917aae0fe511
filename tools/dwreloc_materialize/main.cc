// main.cc - dwreloc-materialize: a copy of an unlinked ELF file for readers
// that know no relocations.
#include <sys/stat.h>

#include <dwreloc/dwreloc.hpp>
#include <string>
#include <string_view>

#include "common/output.h"
#include "common/placement.h"
#include "common/program.h"
#include "common/write_file.h"
#include "dwreloc_materialize/options.h"

namespace dwreloc_tools {
namespace {

constexpr const char* kProgram = "dwreloc-materialize";

// Tells which record is left, and how many there are.
void TellWhatIsLeft(const dwreloc::File& file, const dwreloc::ImageInfo& info) {
  std::string text = file.info().name;
  text += ": " + std::to_string(info.records_left) +
          " relocations could not be applied; the first, ";
  if (info.first_section != DWRELOC_NO_SECTION) {
    char offset[32];
    snprintf(offset, sizeof(offset), "+0x%llx",
             static_cast<unsigned long long>(info.first_offset));
    text +=
        std::string(file.sections()[info.first_section].name()) + offset + ": ";
  }
  text += dwreloc_strerror(info.first_failure);
  Complain(kProgram, text);
}

int Run(const Options& options, Output& out) {
  dwreloc::File file(options.file);
  bool is_complete = true;
  PlaceAll(options, file,
           {.fact =
                [&](const std::string& text) {
                  Complain(kProgram, options.file + ": " + text);
                  is_complete = false;
                },
            .failure =
                [&](const dwreloc::Error& error) {
                  Complain(kProgram, error.what());
                  is_complete = false;
                }});
  const dwreloc::Image image(file, options.mode, options.flags);
  const dwreloc::ImageInfo info = image.info();
  if (info.first_failure != 0) {
    TellWhatIsLeft(file, info);
    is_complete = false;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(info.bytes),
                               info.size);
  if (options.output == "-") {
    out.Text(bytes);
    out.Flush();
  } else {
    struct stat original;
    const bool is_known = stat(options.file.c_str(), &original) == 0;
    WriteFile(options.output, image.bytes(),
              is_known ? original.st_mode & 0777 : 0644);
  }
  return is_complete ? 0 : 1;
}

int Main(int argc, const char* const* argv) {
  return RunProgram(kProgram, argc, argv, &ParseOptions, &HelpText, &Run);
}

}  // namespace
}  // namespace dwreloc_tools

int main(int argc, char** argv) { return dwreloc_tools::Main(argc, argv); }

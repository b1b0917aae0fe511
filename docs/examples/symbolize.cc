// symbolize.c once more, in C++20.
//
//   symbolize FILE SECTION OFFSET...

#include <cstdlib>
#include <dwreloc/dwreloc.hpp>
#include <iostream>
#include <string_view>

namespace {

std::string_view Known(std::string_view text) {
  return text.empty() ? "??" : text;
}

bool Symbolize(const dwreloc::File& file, const dwreloc::Relocatable& place) {
  bool is_found = false;
  for (const dwreloc::Frame& frame : file.FramesAt(place)) {
    std::cout << Known(frame.name()) << " at " << Known(frame.path()) << ':'
              << frame.line() << '\n';
    is_found = true;
  }
  if (!is_found) std::cout << "??\n";
  return is_found;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: symbolize FILE SECTION OFFSET...\n";
    return 2;
  }
  try {
    const dwreloc::File file(argv[1]);
    const auto section = file.FindSection(argv[2]);
    if (!section) {
      std::cerr << "no section " << argv[2] << '\n';
      return 1;
    }
    bool are_found = true;
    for (int i = 3; i < argc; ++i) {
      are_found &= Symbolize(
          file,
          file.ValueAt(section->index(), std::strtoull(argv[i], nullptr, 0)));
    }
    return are_found ? 0 : 1;
  } catch (const dwreloc::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}

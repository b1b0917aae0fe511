// cpp/file.hpp - an open file: opening, placing, closing.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_FILE_HPP
#define DWRELOC_CPP_FILE_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/callbacks.hpp>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/file_view.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace dwreloc {

// An open ELF file.  Opening costs the ELF header; all else is read on
// first use.  Movable; what borrows from it stays valid over a move.
// Thread-safety: const members may be called from any number of threads at
// once, the others need the file to themselves.
class File : public FileView {
 public:
  explicit File(const char* path) : File(Opened(dwreloc_open, path)) {}
  explicit File(const std::string& path) : File(path.c_str()) {}
  // `limit`: the most bytes of memory that a file may take that is compressed,
  // or cannot be mapped.
  File(const std::string& path, std::uint64_t limit)
      : File(Opened(dwreloc_open_limited, path.c_str(), limit)) {}
  File(File&& other) noexcept
      : FileView(other),
        callbacks_(std::move(other.callbacks_)),
        owned_(std::move(other.owned_)) {
    other.module_ = nullptr;
  }
  File& operator=(File&& other) noexcept {
    File moved(std::move(other));
    std::swap(module_, moved.module_);
    std::swap(callbacks_, moved.callbacks_);
    std::swap(owned_, moved.owned_);
    return *this;
  }

  // `fd` is used during the call only; `name` is for messages.
  static File FromFd(int fd, const char* name = nullptr) {
    return File(Opened(dwreloc_open_fd, fd, name));
  }
  // The image is borrowed until the file is destroyed.
  static File FromMemory(std::span<const std::uint8_t> image,
                         const char* name = nullptr) {
    return File(Opened(dwreloc_open_memory, image.data(), image.size(), name));
  }
  // libelf's `Elf *`, kept open by the caller until the file is destroyed.
  static File FromElf(struct ::Elf* elf, const char* name = nullptr) {
    return File(Opened(dwreloc_open_elf, elf, name));
  }
  // A member of an archive, which may be closed before the file.
  static File FromMember(const Dwreloc_Archive* archive, std::uint32_t index) {
    return File(Opened(dwreloc_archive_open_member, archive, index));
  }

  using FileView::raw;
  Dwreloc_Module* raw() { return owned_.get(); }

  // Placement: where sections and undefined symbols are.
  // 0, or how many sections of that name lie at one address now.
  int Place(const char* section, std::uint64_t address) {
    return detail::Check(dwreloc_place(raw(), section, address));
  }
  // Returns how many sections of the linked file have moved.
  int PlaceSegment(std::uint32_t index, std::uint64_t address) {
    return detail::Check(dwreloc_place_segment(raw(), index, address));
  }
  void PlaceSection(std::uint32_t index, std::uint64_t address) {
    detail::Check(dwreloc_place_section(raw(), index, address));
  }
  void PlaceAbsent(std::uint32_t index) {
    detail::Check(dwreloc_place_absent(raw(), index));
  }
  void PlaceSymbol(const char* name, std::uint64_t address) {
    detail::Check(dwreloc_place_symbol(raw(), name, address));
  }
  // Lays all loaded sections out as libdwfl does; returns the first address
  // after them.
  std::uint64_t PlaceOffline(std::uint64_t base = 0x10000) {
    std::uint64_t end = 0;
    detail::Check(dwreloc_place_offline(raw(), base, &end));
    return end;
  }
  // Places sections as /sys/module/NAME/sections, or a copy of it, says;
  // returns how many have a place.
  int PlaceFromDirectory(const char* path) {
    return detail::Check(dwreloc_place_from_directory(raw(), path));
  }
  // The same from lines "NAME ADDRESS".
  int PlaceFromText(std::string_view text) {
    return detail::Check(
        dwreloc_place_from_text(raw(), detail::DataOf(text), text.size()));
  }
  // Places undefined symbols as /proc/kallsyms or System.map says; returns how
  // many were found.
  int PlaceSymbolsFromText(std::string_view text) {
    return detail::Check(dwreloc_place_symbols_from_text(
        raw(), detail::DataOf(text), text.size()));
  }
  void ForgetPlaces() { detail::Check(dwreloc_forget_places(raw())); }

  void SetCallbacks(Callbacks callbacks) {
    auto holder =
        std::make_unique<detail::CallbackHolder>(std::move(callbacks));
    detail::Check(dwreloc_set_callbacks(raw(), holder->raw()));
    callbacks_ = std::move(holder);
  }
  void RemoveCallbacks() {
    detail::Check(dwreloc_set_callbacks(raw(), nullptr));
    callbacks_.reset();
  }
  // Drops the digests and the pages read; the next read digests again.  All but
  // ranges that were begun stays valid.
  void Trim() { detail::Check(dwreloc_trim(raw())); }

 private:
  struct Close {
    void operator()(Dwreloc_Module* module) const { dwreloc_close(module); }
  };

  explicit File(Dwreloc_Module* module) : FileView(module), owned_(module) {}

  // By a function of the C API, whose last argument it becomes.
  template <typename Open, typename... Arguments>
  static Dwreloc_Module* Opened(Open* open, const Arguments&... arguments) {
    Dwreloc_Module* module = nullptr;
    detail::Check(open(arguments..., &module));
    return module;
  }

  // Before owned_, so that it is destroyed after it.
  std::unique_ptr<detail::CallbackHolder> callbacks_;
  std::unique_ptr<Dwreloc_Module, Close> owned_;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_FILE_HPP

// cpp/image.hpp - a copy of a file for readers that know no relocations.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_IMAGE_HPP
#define DWRELOC_CPP_IMAGE_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <dwreloc/cpp/error.hpp>
#include <dwreloc/cpp/file_view.hpp>
#include <memory>
#include <span>

namespace dwreloc {

using ImageInfo = Dwreloc_Image_Info;

// Movable.  Thread-safe.
class Image {
 public:
  Image(const FileView& file, Dwreloc_Materialize mode, std::uint32_t flags = 0)
      : image_(Make(file, mode, flags)) {}

  const Dwreloc_Image* raw() const { return image_.get(); }
  ImageInfo info() const {
    ImageInfo info;
    detail::Check(dwreloc_image_info(raw(), &info));
    return info;
  }
  // Valid as long as this.
  std::span<const std::uint8_t> bytes() const {
    const ImageInfo made = info();
    return {made.bytes, made.size};
  }
  // A file in memory, which the caller closes.
  int MemoryFile() const {
    int fd = -1;
    detail::Check(dwreloc_image_memfd(raw(), &fd));
    return fd;
  }

 private:
  struct Free {
    void operator()(Dwreloc_Image* image) const { dwreloc_image_free(image); }
  };
  static Dwreloc_Image* Make(const FileView& file, Dwreloc_Materialize mode,
                             std::uint32_t flags) {
    Dwreloc_Image* image = nullptr;
    detail::Check(dwreloc_materialize(file.raw(), mode, flags, &image));
    return image;
  }

  std::unique_ptr<Dwreloc_Image, Free> image_;
};

}  // namespace dwreloc

#endif  // DWRELOC_CPP_IMAGE_HPP

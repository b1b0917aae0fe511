// context.h - everything the printers of one file share on one thread.
//
// Created for each FILE, because names of sections and symbols are kept in it;
// the output buffer and the names of constants last for the whole run.  A
// printer is a function that takes a Context (dump.h).
// Thread-safety: one thread. Tested through tests/cli.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_CONTEXT_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_CONTEXT_H_

#include <dwreloc/dwreloc.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "attributes.h"
#include "common/output.h"
#include "expressions.h"
#include "names.h"
#include "options.h"
#include "page.h"
#include "report.h"
#include "values.h"

namespace dwreloc_tools {

struct Context {
  Context(const Options& the_options, const std::string& the_path,
          const dwreloc::FileView& the_file, const Palette& the_palette,
          Output& the_output, Order& the_order, Names& the_names)
      : options(the_options),
        path(the_path),
        file(the_file),
        palette(the_palette),
        out(the_output),
        order(the_order),
        names(the_names),
        report(order, path, file.raw(), options.json()),
        values(file, options, out, report),
        expressions(out, report, names, values),
        attributes(out, report, names, values, expressions, palette,
                   file.info().big_endian != 0) {
    expressions.set_operands(options.raw);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // The file with the sections and symbols that addresses of split units name.
  void AddSkeletons(const dwreloc::FileView& skeletons) {
    values.set_foreign(
        &skeleton_values.emplace(skeletons, options, out, report));
  }

  const Dwreloc_Module* module() const { return file.raw(); }
  bool json() const { return options.json(); }

  // Returns true if --section selects it.
  bool WantsSection(std::uint32_t section) const;
  // Returns true if --offset selects it.
  bool WantsOffset(std::uint64_t offset) const {
    return !options.offset || options.offset->Contains(offset);
  }
  // ".debug_info contents:"
  void Heading(std::string_view label, std::string_view what = "contents");
  // The same in a view that is printed unit by unit: printed when first needed,
  // once per section.
  void SectionHeading(std::uint32_t section,
                      std::string_view what = "contents");

  const Options& options;
  const std::string& path;
  const dwreloc::FileView& file;
  const Palette& palette;
  Output& out;
  Order& order;
  Names& names;
  Report report;
  Values values;
  std::optional<Values> skeleton_values;
  Expressions expressions;
  Attributes attributes;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_CONTEXT_H_

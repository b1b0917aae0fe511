// page.h - where all printed text comes together, and how printers get there.
//
// With --jobs a printer runs on some thread, ahead of what is to be printed
// before it.  Its text is kept and comes out in order; whatever else depends on
// the text printed before (is this message new? does the section need a
// heading?) is decided on the page, by an action that comes out in the same
// order.  With one job both happen immediately.
// Tested by tests/cli/jobs_test.py.
#ifndef DWRELOC_TOOLS_DWRELOC_DUMP_PAGE_H_
#define DWRELOC_TOOLS_DWRELOC_DUMP_PAGE_H_

#include <cstdint>
#include <dwreloc/dwreloc.hpp>
#include <functional>
#include <string_view>
#include <utility>

#include "common/output.h"
#include "teller.h"

namespace dwreloc_tools {

// Thread-safety: one thread at a time.
class Page {
 public:
  Page(Sink& sink, bool json) : out_(sink), teller_(out_, json) {}

  Output& out() { return out_; }
  Teller& teller() { return teller_; }

  // "\n.debug_info contents:\n" if the next text is about another section than
  // the text printed since BeginPart.
  void BeginPart() { section_ = DWRELOC_NO_SECTION; }
  void SectionHeading(std::uint32_t section, std::string_view label,
                      std::string_view what);

 private:
  Output out_;
  Teller teller_;
  std::uint32_t section_ = DWRELOC_NO_SECTION;
};

// "\n.debug_info contents:\n"
void WriteHeading(Output& out, std::string_view label, std::string_view what);

// How one printer's output reaches the page.
// Thread-safety: one thread.
class Order {
 public:
  using Action = std::function<void(Page&)>;
  // Performs the action after what the printer has written so far, and before
  // what follows.
  virtual void Do(Action action) = 0;

 protected:
  ~Order() = default;
};

// Immediately: for a printer that writes to the page's own output.
class DirectOrder final : public Order {
 public:
  explicit DirectOrder(Page& page) : page_(page) {}
  void Do(Action action) override { action(page_); }

 private:
  Page& page_;
};

}  // namespace dwreloc_tools

#endif  // DWRELOC_TOOLS_DWRELOC_DUMP_PAGE_H_

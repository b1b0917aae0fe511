#include "capi/handles.h"

#include <cxxabi.h>
#include <limits.h>
#include <pthread.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/no_memory.h"

namespace dwreloc::internal {
namespace {

// The calling thread's last failure.  A thread-local object with a destructor
// would need memory on its first use, without which glibc ends the process: so
// the text is freed by a key of the thread's instead.
struct LastFailure {
  Dwreloc_Error error;
  char* text;  // malloc'ed, or nullptr
};
constinit thread_local LastFailure last_failure = {};

pthread_key_t TextKey() {
  static const pthread_key_t key = [] {
    pthread_key_t made;
    return pthread_key_create(&made, std::free) == 0 ? made : PTHREAD_KEYS_MAX;
  }();
  return key;
}

// Makes a text, of any length, the one of the last failure.
const char* KeepText(std::string_view text) {
  char* const memory = static_cast<char*>(std::malloc(text.size() + 1));
  if (memory == nullptr || pthread_setspecific(TextKey(), memory) != 0) {
    std::free(memory);
    OutOfMemory();
  }
  std::memcpy(memory, text.data(), text.size());
  memory[text.size()] = '\0';
  std::free(last_failure.text);
  return last_failure.text = memory;
}

// A failure whose text needs no memory.
int FailWithStaticText(ErrorCode code, const char* text) {
  Dwreloc_Error& error = last_failure.error;
  error = {};
  error.code = -static_cast<int>(code);
  error.section = kNoSection;
  error.symbol = kNoSymbol;
  error.offset = kNoOffset;
  error.text = text;
  return error.code;
}

constexpr int CodeOf(ErrorCode code) { return -static_cast<int>(code); }
static_assert(CodeOf(ErrorCode::kInvalidArgument) ==
              DWRELOC_E_INVALID_ARGUMENT);
static_assert(CodeOf(ErrorCode::kSystem) == DWRELOC_E_SYSTEM);
static_assert(CodeOf(ErrorCode::kBadDwarf) == DWRELOC_E_BAD_DWARF);
static_assert(CodeOf(ErrorCode::kNeedsRelocation) ==
              DWRELOC_E_NEEDS_RELOCATION);
static_assert(CodeOf(ErrorCode::kBadReloc) == DWRELOC_E_BAD_RELOC);
static_assert(CodeOf(ErrorCode::kNotNumeric) == DWRELOC_E_NOT_NUMERIC);
static_assert(CodeOf(ErrorCode::kUnknownBase) == DWRELOC_E_UNKNOWN_BASE);
static_assert(CodeOf(ErrorCode::kNoSkeleton) == DWRELOC_E_NO_SKELETON);

// What a callback returned: it may be any number.
Answer AnswerOf(int answer) {
  return answer >= DWRELOC_PLACED && answer <= DWRELOC_FAIL
             ? static_cast<Answer>(answer)
             : Answer::kFail;
}

}  // namespace

void CallbackOracle::Tell(const Module& module, Dwreloc_Event_Kind kind,
                          const char* name, Subject subject) const {
  if (callbacks_.observe == nullptr) return;
  Dwreloc_Event event = {};
  event.kind = kind;
  event.section = subject.section;
  event.symbol = subject.symbol;
  event.name = name;
  event.records = subject.records;
  callbacks_.observe(callbacks_.user, Wrap(&module), &event);
}

void CallbackOracle::Opened(const Module& other) {
  Tell(other, DWRELOC_EVENT_OPEN, other.file().name().c_str(), {});
}

void CallbackOracle::Digested(uint32_t section, uint64_t records) {
  Tell(module_, DWRELOC_EVENT_DIGEST, module_.file().Name(section).data(),
       {.section = section, .records = records});
}

Answer CallbackOracle::SectionAddress(uint32_t section, uint64_t* address) {
  if (callbacks_.section_address == nullptr) return Answer::kUnknown;
  Tell(module_, DWRELOC_EVENT_ASK_SECTION, module_.file().Name(section).data(),
       {.section = section});
  Dwreloc_Section description;
  DescribeSection(module_, section, &description);
  return AnswerOf(callbacks_.section_address(callbacks_.user, Wrap(&module_),
                                             &description, address));
}

Answer CallbackOracle::SymbolAddress(uint32_t symbol, uint64_t* address) {
  if (callbacks_.symbol_address == nullptr) return Answer::kUnknown;
  const Dwreloc_Symbol description = DescribeSymbol(module_, symbol);
  Tell(module_, DWRELOC_EVENT_ASK_SYMBOL, description.name, {.symbol = symbol});
  return AnswerOf(callbacks_.symbol_address(callbacks_.user, Wrap(&module_),
                                            &description, address));
}

Answer CallbackOracle::FindFile(const FileRequest& request, std::string* path) {
  if (callbacks_.find_file == nullptr) return Answer::kUnknown;
  Tell(module_, DWRELOC_EVENT_ASK_FILE, request.name, {});
  Dwreloc_File_Request wanted = {};
  wanted.kind = static_cast<uint32_t>(request.kind);
  wanted.name = request.name;
  wanted.directory = request.directory;
  wanted.dwo_id = request.dwo_id;
  wanted.build_id = request.build_id.data();
  wanted.build_id_size = request.build_id.size();
  const char* found = nullptr;
  const Answer answer = AnswerOf(
      callbacks_.find_file(callbacks_.user, Wrap(&module_), &wanted, &found));
  if (answer != Answer::kPlaced) return answer;
  if (found == nullptr) return Answer::kFail;
  *path = found;
  return answer;
}

// A damaged file may have millions of failures: nothing is copied twice.
static int FailWith(const Module* module, const ErrorDetail& detail,
                    absl::string_view message, const char* file = nullptr) {
  std::string text;
  if (module != nullptr) {
    absl::StrAppend(&text, module->file().name(), ": ");
    if (detail.section != kNoSection &&
        detail.section < module->file().section_count()) {
      const std::string_view name = module->file().Name(detail.section);
      if (name.empty()) {
        absl::StrAppend(&text, "[", detail.section, "]");
      } else {
        absl::StrAppend(&text, absl::string_view(name.data(), name.size()));
      }
      if (detail.offset != kNoOffset) {
        absl::StrAppend(&text, "+0x", absl::Hex(detail.offset));
      }
      absl::StrAppend(&text, ": ");
    }
  } else if (file != nullptr) {
    absl::StrAppend(&text, file, ": ");
  }
  absl::StrAppend(&text, message);
  Dwreloc_Error error = {};
  error.code = CodeOf(detail.code);
  error.system_error = detail.system_error;
  error.section = detail.section;
  error.reloc_type = detail.reloc_type;
  error.symbol = detail.symbol;
  error.offset = detail.offset;
  error.text = KeepText(text);
  last_failure.error = error;
  return error.code;
}

int Fail(const Module& module, const absl::Status& status) {
  return FailWith(&module, GetDetail(status), status.message());
}

int Fail(const Module& module, ErrorCode code, const char* text) {
  return Fail(module, MakeError(code, text));
}

int Fail(const Dwreloc_Module* module, const absl::Status& status,
         const char* file) {
  const Module* const known = module == nullptr ? nullptr : &Unwrap(module);
  return FailWith(known, GetDetail(status), status.message(), file);
}

int Fail(const Dwreloc_Module* module, ErrorCode code, const char* text) {
  return Fail(module, MakeError(code, text));
}

int FailCaught() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return FailWithStaticText(ErrorCode::kNoMemory, "out of memory");
  } catch (const std::length_error&) {
    // More elements than a container can ever hold.
    return FailWithStaticText(ErrorCode::kNoMemory, "out of memory");
  } catch (abi::__forced_unwind&) {
    throw;  // pthread_cancel and pthread_exit, which must not be stopped
  } catch (...) {
    return FailWithStaticText(ErrorCode::kCallback,
                              "a callback threw an exception");
  }
}

RelocValue PcOf(const Module& module, const Dwreloc_Relocatable& pc) {
  if (pc.kind == DWRELOC_CONSTANT && module.file().is_relocatable()) {
    const std::optional<RelocValue> found = module.resolver().Locate(pc.value);
    if (found.has_value()) return *found;
  }
  return Unwrap(pc);
}

void CopyText(std::string_view text, char* buffer, size_t size) {
  if (size == 0) return;
  const size_t n = std::min(text.size(), size - 1);
  // A text may have no bytes, not even an address.
  if (n > 0) std::memcpy(buffer, text.data(), n);
  buffer[n] = '\0';
}

int NothingAt(const Module& module, const Dwreloc_Relocatable& pc) {
  if (pc.kind != DWRELOC_CONSTANT || !module.file().is_relocatable() ||
      module.resolver().HasPlaces()) {
    return 0;
  }
  return Fail(module,
              MakeError(ErrorCode::kNeedsRelocation,
                        absl::StrCat("0x", absl::Hex(pc.value),
                                     " is a number, and no section of the file "
                                     "is placed")));
}

int FailAt(const Module& module, SectionPlace place,
           const absl::Status& status) {
  ErrorDetail detail = GetDetail(status);
  if (detail.section == kNoSection) {
    detail.section = place.section;
    detail.offset = place.offset;
  }
  return FailWith(&module, detail, status.message());
}

int FailAt(const Unit& unit, const absl::Status& status) {
  return FailAt(ModuleOf(unit), {unit.section(), unit.offset()}, status);
}

int FailAt(const Die& die, const absl::Status& status) {
  return FailAt(ModuleOf(*die.unit), {die.unit->section(), die.offset}, status);
}

int FailAt(const Attribute& attribute, const absl::Status& status) {
  const Unit& unit = *attribute.unit;
  // DW_FORM_implicit_const stands in the abbreviation.
  if (attribute.offset == kNoOffset) return FailAt(unit, status);
  return FailAt(ModuleOf(unit), {unit.section(), attribute.offset}, status);
}

Dwreloc_Symbol DescribeSymbol(const Module& module, uint32_t index) {
  const Symbol symbol = module.symbols().Get(index);
  Dwreloc_Symbol result = {};
  result.index = index;
  result.section = symbol.section;
  result.st_shndx = symbol.st_shndx;
  result.type = symbol.type;
  result.binding = symbol.binding;
  result.visibility = symbol.visibility;
  result.is_of_main_file = module.symbols().is_of_main_file() ? 1 : 0;
  result.value = symbol.value;
  result.size = symbol.size;
  result.name = module.symbols().Name(symbol).data();
  return result;
}

}  // namespace dwreloc::internal

using dwreloc::internal::ErrorCode;
using dwreloc::internal::ErrorText;

int dwreloc_error(Dwreloc_Error* error) {
  if (error != nullptr) {
    *error = dwreloc::internal::last_failure.error;
    if (error->text == nullptr) error->text = "no error";
  }
  return dwreloc::internal::last_failure.error.code;
}

const char* dwreloc_strerror(int code) {
  if (code > 0 || code < -UINT8_MAX) code = -UINT8_MAX;  // no code there is
  return ErrorText(static_cast<ErrorCode>(-code));
}

#define DWRELOC_STRING_(text) #text
#define DWRELOC_STRING(text) DWRELOC_STRING_(text)

const char* dwreloc_version(void) {
  return DWRELOC_STRING(DWRELOC_VERSION_MAJOR) "." DWRELOC_STRING(
      DWRELOC_VERSION_MINOR) "." DWRELOC_STRING(DWRELOC_VERSION_PATCH);
}

uint32_t dwreloc_version_number(void) { return DWRELOC_VERSION_NUMBER; }

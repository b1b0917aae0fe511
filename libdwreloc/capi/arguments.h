// What a C function asks of its arguments before it does anything.
//
// A caller may hand in NULL, a structure that nothing was written to, one whose
// reading was never begun, or a value that belongs to another module.  Each is
// DWRELOC_E_INVALID_ARGUMENT, with a text that names the function and the
// argument: "dwreloc_attr: `die` is NULL".
// Tested by tests/api/arguments_test.c.

#ifndef LIBDWRELOC_CAPI_ARGUMENTS_H_
#define LIBDWRELOC_CAPI_ARGUMENTS_H_

#include "capi/handles.h"

namespace dwreloc::internal {

// Remembers the failure and returns its code.
int BadArgument(const char* function, const char* argument, const char* what);
// The same for the first of `names` ("die, attribute") that is NULL.
int NullArgument(const char* function, const char* names, int first);

template <typename... Pointers>
bool IsAnyNull(Pointers... pointers) {
  return (... || (pointers == nullptr));
}
template <typename... Pointers>
int FirstNull(Pointers... pointers) {
  int before = 0;
  (void)(... && (pointers != nullptr && ++before > 0));
  return before;
}

// Has the library written the structure?  A zeroed one has no owner; a call
// that gives nothing, or fails, leaves its output so.
inline bool IsFilled(const Dwreloc_Die& die) {
  return die.unit != nullptr && die.opaque != nullptr;
}
inline bool IsFilled(const Dwreloc_Attribute& attribute) {
  return attribute.unit != nullptr;
}
inline bool IsFilled(const Dwreloc_Op& op) { return op.size != 0; }
inline bool IsFilled(const Dwreloc_Name& name) { return name.index != nullptr; }
inline bool IsFilled(const Dwreloc_Contribution& contribution) {
  return contribution.module != nullptr;
}
inline bool IsFilled(const Dwreloc_Macro& macro) {
  return macro.operand.module != nullptr;
}
// These have a unit, or what is needed without one.
bool IsFilled(const Dwreloc_Expression& expression);
bool IsFilled(const Dwreloc_Cfi_Entry& entry);

// What is wrong with a value, in words, or nullptr.  Callers make values of
// their own: a section or symbol may be any number.
const char* FaultOf(const Dwreloc_Relocatable& value);
// The same for a value that counts in that module.  A number that belongs to
// none fits all.
const char* FaultOf(const Dwreloc_Relocatable& value, const Module& module);
// In the module of the unit, or of its skeleton, where its addresses count.
const char* FaultOf(const Dwreloc_Relocatable& value, const Unit& unit);

}  // namespace dwreloc::internal

// Each of these leaves a C function whose arguments are not as they must be.
#define DWRELOC_EXPECT(condition, argument, what)                         \
  do {                                                                    \
    if (!(condition)) [[unlikely]] {                                      \
      return ::dwreloc::internal::BadArgument(__func__, #argument, what); \
    }                                                                     \
  } while (false)

#define DWRELOC_NOT_NULL(...)                                       \
  do {                                                              \
    if (::dwreloc::internal::IsAnyNull(__VA_ARGS__)) [[unlikely]] { \
      return ::dwreloc::internal::NullArgument(                     \
          __func__, #__VA_ARGS__,                                   \
          ::dwreloc::internal::FirstNull(__VA_ARGS__));             \
    }                                                               \
  } while (false)

#define DWRELOC_FILLED(argument)                                       \
  DWRELOC_EXPECT(::dwreloc::internal::IsFilled(*(argument)), argument, \
                 "was not filled in")

// The same in calls so hot that the output is cleared in this case only.
#define DWRELOC_FILLED_OR_CLEAR(argument, output)                   \
  do {                                                              \
    if (!::dwreloc::internal::IsFilled(*(argument))) [[unlikely]] { \
      *(output) = {};                                               \
      return ::dwreloc::internal::BadArgument(__func__, #argument,  \
                                              "was not filled in"); \
    }                                                               \
  } while (false)

// `reader` is what In found in the argument.
#define DWRELOC_BEGUN(reader, argument) \
  DWRELOC_EXPECT((reader) != nullptr, argument, "was not begun")

// A Dwreloc_Relocatable; the module or unit it must count in, if there is one,
// comes after it.
#define DWRELOC_VALUE(argument, ...)                                         \
  do {                                                                       \
    const char* fault_of_##argument =                                        \
        ::dwreloc::internal::FaultOf(*(argument)__VA_OPT__(, ) __VA_ARGS__); \
    DWRELOC_EXPECT(fault_of_##argument == nullptr, argument,                 \
                   fault_of_##argument);                                     \
  } while (false)

#endif  // LIBDWRELOC_CAPI_ARGUMENTS_H_

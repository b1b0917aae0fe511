/* One source file that includes dwarf.h, alone or with elfutils' (ORDER), as C
 * or as C++.  That it compiles is the test; UseName is called by
 * dwarf_h_test.c, which proves that it was there.
 */

#ifndef TESTS_API_DWARF_H_USE_H_
#define TESTS_API_DWARF_H_USE_H_

#define ORDER_ALONE 0
#define ORDER_OURS_FIRST 1
#define ORDER_THEIRS_FIRST 2
#define ORDER_THEIRS_ALONE 3

#if ORDER == ORDER_ALONE || ORDER == ORDER_OURS_FIRST
#include <dwreloc/dwarf.h>
#endif
#if ORDER != ORDER_ALONE
#include <dwarf.h>
#endif
#if ORDER == ORDER_THEIRS_FIRST
#include <dwreloc/dwarf.h>
#endif
/* Twice is as good as once, and the rest of the API goes with it. */
#if ORDER != ORDER_THEIRS_ALONE
#include <dwreloc/dwarf.h>
#include <dwreloc/dwreloc.h>
#endif

/* Fails to compile if `name` is not `value`; C99 has no static assertion. */
#define NAME(name, value) \
  typedef char Check_##name[(unsigned long long)(name) == (value) ? 1 : -1];
#define MISSING(name)
#if ORDER == ORDER_ALONE
NAME(DW_TAG_subprogram, 0x2e)
NAME(DW_AT_low_pc, 0x11)
NAME(DW_AT_SUN_template, 0x2201)
NAME(DW_FORM_line_strp, 0x1f)
NAME(DW_OP_addr, 0x03)
NAME(DW_LANG_hi_user, 0xffff)
NAME(DW_CHILDREN_yes, 1)
NAME(DW_CIE_ID_64, 0xffffffffffffffffu)
#else
#include <elfutils_names.inc>
#endif
#undef MISSING
#undef NAME

#ifdef __cplusplus
extern "C" int USE_NAME(int tag);
#else
int USE_NAME(int tag);
#endif

int USE_NAME(int tag) {
  switch (tag) {
    case DW_TAG_subprogram:
      return DW_AT_low_pc;
    default:
      return DW_AT_name;
  }
}

#endif /* TESTS_API_DWARF_H_USE_H_ */

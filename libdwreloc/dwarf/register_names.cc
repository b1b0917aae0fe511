#include "dwarf/register_names.h"

#include <elf.h>

#include <cstddef>
#include <span>

namespace dwreloc::internal {
namespace {

// Names that are a letter and a number.
#define N8(p) p "0", p "1", p "2", p "3", p "4", p "5", p "6", p "7"
#define N16(p) \
  N8(p), p "8", p "9", p "10", p "11", p "12", p "13", p "14", p "15"
#define N32(p)                                                            \
  N16(p), p "16", p "17", p "18", p "19", p "20", p "21", p "22", p "23", \
      p "24", p "25", p "26", p "27", p "28", p "29", p "30", p "31"

// Consecutive numbers; nullptr: one without a name.
struct Run {
  uint32_t first;
  std::span<const char* const> names;
};

constexpr const char* kX86_64[] = {
    "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10",
    "r11", "r12", "r13", "r14", "r15", "rip", N16("xmm"), N8("st"), N8("mm"),
    // 49
    "rflags", "es", "cs", "ss", "ds", "fs", "gs", nullptr, nullptr, "fs.base",
    "gs.base", nullptr, nullptr, "tr", "ldtr", "mxcsr", "fcw", "fsw",
    // 67
    "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",
    "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31"};
constexpr const char* kX86Masks[] = {N8("k"), "bnd0", "bnd1", "bnd2", "bnd3"};
constexpr const char* kX86More[] = {"r16", "r17", "r18", "r19", "r20", "r21",
                                    "r22", "r23", "r24", "r25", "r26", "r27",
                                    "r28", "r29", "r30", "r31"};
constexpr Run kX86_64Runs[] = {{0, kX86_64}, {118, kX86Masks}, {130, kX86More}};

constexpr const char* kI386[] = {
    "eax", "ecx",    "edx",   "ebx",    "esp",   "ebp",   "esi",     "edi",
    "eip", "eflags", nullptr, N8("st"), nullptr, nullptr, N8("xmm"), N8("mm")};
constexpr const char* kI386Control[] = {"fcw",   "fsw", "mxcsr", "es", "cs",
                                        "ss",    "ds",  "fs",    "gs", nullptr,
                                        nullptr, "tr",  "ldtr"};
constexpr Run kI386Runs[] = {{0, kI386}, {37, kI386Control}};

constexpr const char* kAArch64[] = {
    "x0",          "x1",        "x2",        "x3",        "x4",
    "x5",          "x6",        "x7",        "x8",        "x9",
    "x10",         "x11",       "x12",       "x13",       "x14",
    "x15",         "x16",       "x17",       "x18",       "x19",
    "x20",         "x21",       "x22",       "x23",       "x24",
    "x25",         "x26",       "x27",       "x28",       "x29",
    "x30",         "sp",        "pc",        "elr",       "ra_sign_state",
    "tpidrro_el0", "tpidr_el0", "tpidr_el1", "tpidr_el2", "tpidr_el3"};
constexpr const char* kAArch64Vectors[] = {"vg", "ffr", N16("p"), N32("v"),
                                           N32("z")};
constexpr Run kAArch64Runs[] = {{0, kAArch64}, {46, kAArch64Vectors}};

constexpr const char* kArm[] = {"r0",  "r1", "r2", "r3", "r4",  "r5",
                                "r6",  "r7", "r8", "r9", "r10", "r11",
                                "r12", "sp", "lr", "pc"};
constexpr const char* kArmSingles[] = {N32("s"), N8("f")};
constexpr const char* kArmStates[] = {"spsr",     "spsr_fiq", "spsr_irq",
                                      "spsr_abt", "spsr_und", "spsr_svc"};
constexpr const char* kArmDoubles[] = {N32("d")};
constexpr const char* kArmAuthentication[] = {"ra_auth_code"};
constexpr Run kArmRuns[] = {{0, kArm},
                            {64, kArmSingles},
                            {128, kArmStates},
                            {143, kArmAuthentication},
                            {256, kArmDoubles}};

constexpr const char* kRiscV[] = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", N8("a"), "s2",
    "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5",
    "t6",
    // 32
    N8("ft"), "fs0", "fs1", N8("fa"), "fs2", "fs3", "fs4", "fs5", "fs6", "fs7",
    "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"};
constexpr const char* kRiscVVectors[] = {N32("v")};
constexpr Run kRiscVRuns[] = {{0, kRiscV}, {96, kRiscVVectors}};

constexpr const char* kS390[] = {
    N16("r"),
    // 16
    "f0", "f2", "f4", "f6", "f1", "f3", "f5", "f7", "f8", "f10", "f12", "f14",
    "f9", "f11", "f13", "f15",
    // 32
    N16("cr"), N16("a"), "pswm", "pswa", nullptr, nullptr,
    // 68
    "v16", "v18", "v20", "v22", "v17", "v19", "v21", "v23", "v24", "v26", "v28",
    "v30", "v25", "v27", "v29", "v31"};
constexpr Run kS390Runs[] = {{0, kS390}};

constexpr const char* kPpc[] = {N32("r"), N32("f"), nullptr, "lr",
                                "ctr",    nullptr,  N8("cr")};
constexpr const char* kPpcVectors[] = {N32("vr")};
constexpr Run kPpcRuns[] = {{0, kPpc}, {1124, kPpcVectors}};

constexpr const char* kMips[] = {
    "zero", "at",  "v0",  "v1",  "a0",  "a1",     "a2",    "a3", "$8", "$9",
    "$10",  "$11", "$12", "$13", "$14", "$15",    N8("s"), "t8", "t9", "k0",
    "k1",   "gp",  "sp",  "fp",  "ra",  N32("f"), "hi",    "lo"};
constexpr Run kMipsRuns[] = {{0, kMips}};

constexpr const char* kLoongArch[] = {
    "zero", "ra", "tp",    "sp", N8("a"),  N8("t"),   "t8",
    "r21",  "fp", N8("s"), "s8", N8("fa"), N16("ft"), N8("fs")};
constexpr Run kLoongArchRuns[] = {{0, kLoongArch}};

constexpr const char* kSparc[] = {
    N8("g"), "o0", "o1", "o2", "o3", "o4", "o5", "sp", "o7",    N8("l"),
    "i0",    "i1", "i2", "i3", "i4", "i5", "fp", "i7", N32("f")};
constexpr Run kSparcRuns[] = {{0, kSparc}};

constexpr const char* kM68k[] = {N8("d"), "a0", "a1", "a2", "a3",
                                 "a4",    "a5", "a6", "sp"};
constexpr Run kM68kRuns[] = {{0, kM68k}};

#undef N32
#undef N16
#undef N8

std::span<const Run> RunsOf(uint16_t e_machine) {
  switch (e_machine) {
    case EM_X86_64:
      return kX86_64Runs;
    case EM_386:
    case EM_IAMCU:
      return kI386Runs;
    case EM_AARCH64:
      return kAArch64Runs;
    case EM_ARM:
      return kArmRuns;
    case EM_RISCV:
      return kRiscVRuns;
    case EM_S390:
      return kS390Runs;
    case EM_PPC:
    case EM_PPC64:
      return kPpcRuns;
    case EM_MIPS:
      return kMipsRuns;
    case EM_SPARC:
    case EM_SPARC32PLUS:
    case EM_SPARCV9:
      return kSparcRuns;
    case EM_68K:
      return kM68kRuns;
    case 258:  // EM_LOONGARCH, which an older elf.h does not have
      return kLoongArchRuns;
    default:
      return {};
  }
}

}  // namespace

const char* RegisterName(uint16_t e_machine, uint64_t number) {
  for (const Run& run : RunsOf(e_machine)) {
    if (number >= run.first && number - run.first < run.names.size()) {
      return run.names[static_cast<size_t>(number - run.first)];
    }
  }
  return nullptr;
}

}  // namespace dwreloc::internal

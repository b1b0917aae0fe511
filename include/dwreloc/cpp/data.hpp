// cpp/data.hpp - structures of the C API that gain nothing from a wrapper.
//
// A part of dwreloc.hpp, which is the header to include.
// Tested by tests/api/cpp_api_test.cc.
#ifndef DWRELOC_CPP_DATA_HPP
#define DWRELOC_CPP_DATA_HPP

#include <dwreloc/dwreloc.h>

#include <cstdint>

namespace dwreloc {

// Plain data of the C API that gains nothing from a wrapper.
using FileInfo = Dwreloc_File_Info;
using Signature = Dwreloc_Signature;
using ArchiveInfo = Dwreloc_Archive_Info;
using UnitInfo = Dwreloc_Unit_Info;
using LineInfo = Dwreloc_Line_Info;
using LineFile = Dwreloc_Line_File;
// One instruction of a line number program, as stored.
using LineInstruction = Dwreloc_Line_Instruction;
// One operand of an instruction, list entry or operation, and its bytes.
using Operand = Dwreloc_Operand;
using NameIndexInfo = Dwreloc_Name_Index_Info;
using NameUnit = Dwreloc_Name_Unit;
using RelocatableInfo = Dwreloc_Relocatable_Info;
using Owner = Dwreloc_Owner;
// Why a section cannot be rewritten; its text belongs to the module.
using Obstacle = Dwreloc_Obstacle;
using Stats = Dwreloc_Stats;
using SectionMemory = Dwreloc_Section_Memory;

inline constexpr std::uint32_t kNoSection = DWRELOC_NO_SECTION;
inline constexpr std::uint32_t kNoSymbol = DWRELOC_NO_SYMBOL;
inline constexpr std::uint64_t kNoOffset = DWRELOC_NO_OFFSET;

}  // namespace dwreloc

#endif  // DWRELOC_CPP_DATA_HPP

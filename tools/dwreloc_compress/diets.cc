// diets.cc - see diets.h.
#include "dwreloc_compress/diets.h"

#include <dwreloc/dwarf.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "dwreloc_compress/classes.h"

namespace dwreloc_tools::compress {
namespace {

// Types of one name, kind and sort of unit.
struct TypeName {
  std::uint16_t tag;
  std::uint32_t name;  // in Graph::strings
  std::uint32_t sort;
  friend auto operator<=>(const TypeName&, const TypeName&) = default;
};

struct Types {
  std::vector<std::uint32_t> definitions{};   // trees
  std::vector<std::uint32_t> declarations{};  // trees
  bool is_joined = false;
};

struct Declared {
  TypeName name;
  bool is_declaration;
};

class Joiner {
 public:
  explicit Joiner(Graph& graph) : graph_(graph) {}

  void Run();

 private:
  std::optional<Declared> Read(std::uint32_t tree) const;
  void Collect();
  void Redirect();
  bool Undo(const Classes& classes);
  void UndoAll();

  Graph& graph_;
  std::map<TypeName, Types> types_;
  std::vector<const TypeName*> name_of_;  // by tree, of joined declarations
  // Words that lead to a definition now, and where they led.
  struct Changed {
    std::uint32_t word;
    std::uint32_t die;
  };
  std::vector<Changed> changed_;
};

std::optional<Declared> Joiner::Read(std::uint32_t tree) const {
  const Tree& read = graph_.trees[tree];
  std::uint32_t at = read.word;
  const Shape& shape = graph_.ShapeOf(at++);
  if (read.parent != kNone ||
      (shape.tag != DW_TAG_structure_type && shape.tag != DW_TAG_union_type &&
       shape.tag != DW_TAG_class_type && shape.tag != DW_TAG_enumeration_type))
    return std::nullopt;
  Declared declared = {.name = {.tag = shape.tag,
                                .name = kNone,
                                .sort = graph_.units[read.unit].sort},
                       .is_declaration = false};
  for (const ShapeAttribute& attribute : shape.attributes) {
    if (attribute.name == DW_AT_name && attribute.kind == Kind::kString)
      declared.name.name = graph_.words[at];
    if (attribute.name == DW_AT_declaration)
      declared.is_declaration = attribute.kind == Kind::kTrue;
    // A type in a unit of its own.
    if (attribute.name == DW_AT_signature) return std::nullopt;
    at += WordsOf(attribute.kind);
  }
  if (declared.name.name == kNone) return std::nullopt;
  return declared;
}

void Joiner::Collect() {
  for (std::uint32_t tree = 0; tree < graph_.tree_count(); ++tree) {
    const std::optional<Declared> declared = Read(tree);
    if (!declared) continue;
    const Tree& read = graph_.trees[tree];
    Types& types = types_[declared->name];
    if (!declared->is_declaration) {
      types.definitions.push_back(tree);
    } else if (graph_.DieCount(tree) == 1 && !read.IsBound() &&
               !read.is_operand && !read.is_pinned) {
      types.declarations.push_back(tree);
    }
  }
  name_of_.assign(graph_.tree_count(), nullptr);
  for (auto& [name, types] : types_) {
    types.is_joined = !types.definitions.empty();
    if (!types.is_joined) continue;
    for (const std::uint32_t tree : types.declarations) name_of_[tree] = &name;
  }
}

void Joiner::Redirect() {
  for (std::uint32_t at = 0; at < graph_.words.size();) {
    const std::uint32_t number = graph_.words[at++];
    if (number == kEndOfChildren) continue;
    for (const ShapeAttribute& attribute : graph_.shapes[number].attributes) {
      if (attribute.kind == Kind::kReference) {
        const std::uint32_t die = graph_.words[at];
        const TypeName* const name = name_of_[graph_.die_trees[die]];
        if (name != nullptr) {
          changed_.push_back({.word = at, .die = die});
          const std::uint32_t definition = types_[*name].definitions[0];
          graph_.words[at] = graph_.trees[definition].die;
        }
      }
      at += WordsOf(attribute.kind);
    }
  }
}

// Leaves declarations as they are where definitions of the name differ; returns
// whether there were any.
bool Joiner::Undo(const Classes& classes) {
  bool has_any = false;
  for (auto& [name, types] : types_) {
    if (!types.is_joined) continue;
    const std::uint32_t first = classes.of[types.definitions[0]];
    types.is_joined = std::ranges::all_of(
        types.definitions,
        [&](std::uint32_t tree) { return classes.of[tree] == first; });
    has_any |= !types.is_joined;
  }
  if (!has_any) return false;
  std::erase_if(changed_, [&](const Changed& changed) {
    const TypeName* const name = name_of_[graph_.die_trees[changed.die]];
    if (types_[*name].is_joined) return false;
    graph_.words[changed.word] = changed.die;
    return true;
  });
  return true;
}

void Joiner::UndoAll() {
  for (const Changed& changed : changed_)
    graph_.words[changed.word] = changed.die;
}

void Joiner::Run() {
  Collect();
  Redirect();
  // A definition may differ from another one by what it refers to: with each
  // name that is left alone there may be more of them. What takes so many
  // rounds is left as it is.
  constexpr int kMostRounds = 32;
  for (int round = 0; Undo(FindClasses(graph_)); ++round)
    if (round == kMostRounds) return UndoAll();
  for (const auto& [name, types] : types_) {
    if (!types.is_joined) continue;
    for (const std::uint32_t tree : types.declarations) {
      graph_.trees[tree].is_dropped = true;
      graph_.trees[tree].is_pinned = true;  // alone in its class
    }
  }
}

}  // namespace

void JoinDeclarations(Graph& graph) { Joiner(graph).Run(); }

}  // namespace dwreloc_tools::compress

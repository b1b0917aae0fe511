// QuestionReader: asks dwreloc.h everything that it answers about a place:
// frames, function, symbol, scopes, variables and where each one is.
//
// Part of a full read (full_read.h): it knows nothing of the file, hashes what
// it is told, and complains where answers contradict one another: the function
// is the die of the last frame; the functions among the scopes are those of the
// frames; a location that counts there has the place between its bounds.
// Used by tests/mutation, tests/memory, tests/threads and the fuzz target.

#ifndef TESTS_SUPPORT_QUESTION_READ_H_
#define TESTS_SUPPORT_QUESTION_READ_H_

#include <dwreloc/dwreloc.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dwreloc::internal {

// Whoever collects what a read gives.
class ReadLog {
 public:
  virtual ~ReadLog() = default;
  // True if the result of that call is no error.
  virtual bool Ok(int result, const char* call) = 0;
  virtual void Hash(uint64_t value) = 0;
  virtual void HashText(const char* text) = 0;  // may be NULL
  virtual void Value(const Dwreloc_Relocatable& value) = 0;
  virtual void Complain(std::string text) = 0;
};

// How many answers there were.
struct Answers {
  uint64_t frames = 0;
  uint64_t scopes = 0;
  uint64_t variables = 0;
};

class QuestionReader {
 public:
  explicit QuestionReader(ReadLog& log) : log_(log) {}

  // The place belongs to `place.module`, unless it is a number.
  void Ask(const Dwreloc_Module* module, const Dwreloc_Relocatable& place);
  // The variable at a place of data.
  void AskData(const Dwreloc_Module* module, const Dwreloc_Relocatable& place);
  const Answers& answers() const { return answers_; }

 private:
  // The dies of the frames, innermost first; empty unless all were read.
  std::vector<Dwreloc_Die> ReadFrames(const Dwreloc_Module* module,
                                      const Dwreloc_Relocatable& place);
  void CompareFunction(const Dwreloc_Module* module,
                       const Dwreloc_Relocatable& place,
                       const std::vector<Dwreloc_Die>& frames);
  void ReadSymbol(const Dwreloc_Module* module,
                  const Dwreloc_Relocatable& place);
  void ReadFrameRow(const Dwreloc_Module* module,
                    const Dwreloc_Relocatable& place);
  void ReadScopes(const Dwreloc_Module* module,
                  const Dwreloc_Relocatable& place,
                  const std::vector<Dwreloc_Die>& frames);
  void ReadVariables(const Dwreloc_Die& scope,
                     const Dwreloc_Relocatable& place);
  void ReadVariable(const Dwreloc_Variable& variable,
                    const Dwreloc_Relocatable& place);

  ReadLog& log_;
  Answers answers_;
};

}  // namespace dwreloc::internal

#endif  // TESTS_SUPPORT_QUESTION_READ_H_

#include "mutation/case_watch.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

// Sanitizers end the program themselves; this asks them to call us first.
extern "C" void __sanitizer_set_death_callback(void (*callback)())
    __attribute__((weak));

namespace dwreloc::internal {
namespace {

// For whoever ends the program from a signal handler.
const char* program = "";
char current_case[128];

void TellCase(const char* what) {
  // Only what is allowed in a signal handler.
  const auto put = [](const char* text) {
    (void)!write(STDERR_FILENO, text, std::strlen(text));
  };
  put("\n");
  put(program);
  put(": ");
  put(what);
  put(" in --reproduce=");
  put(current_case);
  put("\n");
}

// A case takes milliseconds; sanitizers and busy machines are slow.
constexpr unsigned kMaxSeconds = 60;

void OnAlarm(int) {
  TellCase("no end after 60 s");
  _exit(1);
}

void OnCrash(int number) {
  TellCase("crash");
  signal(number, SIG_DFL);
  raise(number);
}

}  // namespace

void CaseWatch::Install(const char* name) {
  program = name;
  signal(SIGALRM, OnAlarm);
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback([] { TellCase("crash"); });
    return;
  }
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    signal(number, OnCrash);
  }
}

CaseWatch::CaseWatch(const std::string& name) {
  (void)std::snprintf(current_case, sizeof(current_case), "%s", name.c_str());
  alarm(kMaxSeconds);
}

CaseWatch::~CaseWatch() { alarm(0); }

uint64_t PeakMemory() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace dwreloc::internal

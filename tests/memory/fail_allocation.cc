#include "memory/fail_allocation.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include <atomic>
#include <new>

// gcc says by a macro that there is a sanitizer, clang by a feature.
#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif

// What the definitions below stand in front of.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    HAS_FEATURE(address_sanitizer) || HAS_FEATURE(thread_sanitizer)
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif

extern "C" {
void* REAL(malloc)(size_t size);
void* REAL(calloc)(size_t count, size_t size);
void* REAL(realloc)(void* memory, size_t size);
void REAL(free)(void* memory);
}

namespace dwreloc::internal {
namespace {

constexpr uint64_t kNever = UINT64_MAX;

std::atomic<uint64_t> made = 0;
std::atomic<uint64_t> first_failing = kNever;
std::atomic<uint64_t> last_failing = kNever;
std::atomic<int64_t> live = 0;

bool Fails() {
  const uint64_t number = made.fetch_add(1, std::memory_order_relaxed);
  if (number < first_failing.load(std::memory_order_relaxed) ||
      number > last_failing.load(std::memory_order_relaxed)) {
    return false;
  }
  errno = ENOMEM;
  return true;
}

void* Counted(void* memory) {
  if (memory != nullptr) live.fetch_add(1, std::memory_order_relaxed);
  return memory;
}

}  // namespace

void FailAllocation(uint64_t number, Failing failing) {
  first_failing = kNever;
  made = 0;
  last_failing = failing == Failing::kOne ? number : kNever - 1;
  first_failing = number;
}

uint64_t StopFailing() {
  first_failing = kNever;
  return made;
}

int64_t LiveAllocations() { return live; }

}  // namespace dwreloc::internal

using dwreloc::internal::Counted;
using dwreloc::internal::Fails;
using dwreloc::internal::live;

extern "C" {

void* malloc(size_t size) {
  return Fails() ? nullptr : Counted(REAL(malloc)(size));
}

void* calloc(size_t count, size_t size) {
  return Fails() ? nullptr : Counted(REAL(calloc)(count, size));
}

void* realloc(void* memory, size_t size) {
  if (Fails()) return nullptr;
  void* const result = REAL(realloc)(memory, size);
  return memory == nullptr ? Counted(result) : result;
}

void free(void* memory) {
  if (memory != nullptr) live.fetch_sub(1, std::memory_order_relaxed);
  REAL(free)(memory);
}

}  // extern "C"

// Those of a sanitizer's runtime do not call malloc.
void* operator new(size_t size) {
  void* const memory = malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](size_t size) { return operator new(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return malloc(size == 0 ? 1 : size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, size_t) noexcept { free(memory); }
void operator delete[](void* memory, size_t) noexcept { free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  free(memory);
}

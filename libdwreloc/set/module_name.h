// What a module is called: by its file, and by the kernel.
//
// fs/xfs/xfs.ko, xfs.ko.xz and xfs.ko.debug are all the module xfs.  The kernel
// has '_' in names where files have '-': snd-pcm.ko is loaded as snd_pcm.
// Tested by tests/unit/set/module_set_test.cc.

#ifndef LIBDWRELOC_SET_MODULE_NAME_H_
#define LIBDWRELOC_SET_MODULE_NAME_H_

#include <string>
#include <string_view>

namespace dwreloc::internal {

// The name of the module in a file, by its path alone.
std::string_view ModuleNameOf(std::string_view path);

// Returns true if the file's name is that of a kernel module, stripped or not,
// compressed or not.
bool IsModulePath(std::string_view path);

// Equal for names that mean the same module.
std::string ModuleKey(std::string_view name);

}  // namespace dwreloc::internal

#endif  // LIBDWRELOC_SET_MODULE_NAME_H_

#include "dwarf_h_use.h"

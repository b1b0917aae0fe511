/* dwreloc.h - the C API of libdwreloc, and its only ABI.
 *
 * libdwreloc reads DWARF 2 to 5 in ELF files, relocatable ones (ET_REL: kernel
 * modules, .o files, JIT and eBPF objects) in particular.  It never rewrites a
 * section: a value that depends on where something will be loaded is handed
 * out as symbol + addend (Dwreloc_Relocatable) and becomes a number when the
 * caller asks and somebody can say where that one section or symbol is.
 *
 * Conventions
 *
 *  1. Dwreloc_Module, Dwreloc_Unit, Dwreloc_Line_Table and Dwreloc_Name_Index
 *     are opaque and owned by the module; only the module is closed, by
 *     dwreloc_close.  (And a Dwreloc_Archive, by dwreloc_archive_close; a
 *     Dwreloc_Set, by dwreloc_set_free, which closes its modules.)
 *  2. All other structures are allocated by the caller, copied freely, and
 *     need no free.  They borrow from the module: valid until dwreloc_close.
 *     Fields named `opaque` are the library's; the others may be read.
 *  3. Functions return 0 or a documented positive value, or a negative
 *     DWRELOC_E_* code.  dwreloc_error tells the calling thread's last failure
 *     in detail.  Nothing is printed, nothing aborts.
 *     What steps through something is named after what it gives, in the plural,
 *     or after its structure: dwreloc_ranges_begin and dwreloc_ranges_next.
 *     _begin, and variants like _begin_at, return 1 when reading has begun, 0
 *     where there is nothing to read.  _next returns 1 (or what its comment
 *     says) for an item, 0 at the end; _next_many gives several items at once.
 *     After an error, _next goes on where its comment says so.  Where it says
 *     that there is none, every further call returns that error, or 0.
 *     Where _next starts with a NULL handle, or in what another _next has read,
 *     there is no _begin.
 *  4. Strings and byte ranges belong to the module; strings end with a NUL.
 *     Names of ELF objects are bytes as stored and need not be UTF-8.
 *  5. Sections are identified by their index in the section header table,
 *     never by name: a file may have many sections of one name.
 *     DWRELOC_NO_SECTION stands for none.
 *  6. Offsets are bytes from the start of the (decompressed) section.
 *  7. A module is logically immutable: any number of threads may read it at
 *     once, each with cursors of its own.  dwreloc_close, dwreloc_trim,
 *     dwreloc_set_callbacks, dwreloc_place* and dwreloc_forget_places need the
 *     module to themselves.
 *  8. What is bad in the input spoils only the datum it concerns; the rest can
 *     still be read.
 *  9. A call that gives nothing or fails leaves its structure unfilled, and one
 *     whose _begin did not return 1 is not begun.  Whoever passes on one that
 *     is unfilled, not begun or all zeros gets DWRELOC_E_INVALID_ARGUMENT; so
 *     does whoever passes NULL for a pointer that is needed, a wild number in a
 *     Dwreloc_Relocatable, or a value, unit or index of another module.  The
 *     error names the function and the argument: "dwreloc_attr: `die` is NULL".
 * 10. Closing ends everything that the module owns: handles, structures that
 *     borrow from it, strings, bytes.  To use any of them after that, or to
 *     close twice, is undefined, as with free(); nothing can check it.
 * 11. Structures grow without breaking programs.  Those that the library fills
 *     end with `spare` words, which it sets to zero.  A later release may give
 *     some of them a name; 0 in such a field means what all releases before it
 *     did, and dwreloc_version_number tells whether the library at run time
 *     fills it.  `opaque` has room to spare, too.  Fixed for ever are
 *     Dwreloc_Relocatable, _Die, _Die_Entry, _Attribute, _Line and _Cfi_Rule:
 *     they stand in arrays, or are read by the million.  No member is a C enum,
 *     and there is no padding between members where pointers have 8 bytes.
 * 12. Where memory runs out, the call returns DWRELOC_E_NO_MEMORY, and nothing
 *     is remembered of it: when there is memory again the same call succeeds.
 *     A reader in the caller's memory is to be begun anew.  dwreloc_error tells
 *     it without memory of its own.
 * 13. Callbacks are to return.  An exception of C++ that leaves one ends the
 *     call, which returns DWRELOC_E_CALLBACK, as if the callback had not been
 *     asked; no function throws.  longjmp out of a callback is undefined.
 *
 * A thread that counts the DIEs of a module, which others read as well:
 *
 *   struct Work {
 *     const Dwreloc_Module *module;
 *     uint64_t count;
 *   };
 *   static void *Count(void *argument) {
 *     struct Work *work = argument;
 *     const Dwreloc_Unit *unit = NULL;
 *     while (dwreloc_units_next(work->module, &unit) == 1) {
 *       Dwreloc_Walk walk;
 *       Dwreloc_Die die;
 *       if (dwreloc_walk_begin(unit, &walk) != 1) continue;
 *       while (dwreloc_walk_next(&walk, &die, NULL, NULL, 0, NULL) == 1) {
 *         ++work->count;
 *       }
 *     }
 *     return NULL;
 *   }
 *
 * The module and its units belong to all threads, walk and die to one.  Who
 * closes the module waits for all threads first.  docs/examples of the sources,
 * installed as share/doc/libdwreloc/examples, has complete programs.
 */
#ifndef DWRELOC_DWRELOC_H
#define DWRELOC_DWRELOC_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define DWRELOC_API __attribute__((visibility("default")))
#else
#define DWRELOC_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Version -----------------------------------------------------------------*/

#define DWRELOC_VERSION_MAJOR 0
#define DWRELOC_VERSION_MINOR 1
#define DWRELOC_VERSION_PATCH 0

/* The same in one number: 100 for 0.1.0, 10203 for 1.2.3. */
#define DWRELOC_VERSION_NUMBER                                   \
  (DWRELOC_VERSION_MAJOR * 10000 + DWRELOC_VERSION_MINOR * 100 + \
   DWRELOC_VERSION_PATCH)

/* The version of the library at run time, e.g. "0.1.0". */
DWRELOC_API const char *dwreloc_version(void);
/* DWRELOC_VERSION_NUMBER of the library at run time.  A field of a structure
 * that a comment dates, "since 0.2.0", is filled from 200 on. */
DWRELOC_API uint32_t dwreloc_version_number(void);

/* Errors ------------------------------------------------------------------*/

typedef enum Dwreloc_Error_Code {
  DWRELOC_OK = 0,
  DWRELOC_E_INVALID_ARGUMENT = -1, /* the call itself is wrong */
  DWRELOC_E_NO_MEMORY = -2,
  DWRELOC_E_SYSTEM = -3, /* a system call failed; see `system_error` */
  DWRELOC_E_NOT_ELF = -4,
  DWRELOC_E_BAD_ELF = -5,           /* headers contradict the file */
  DWRELOC_E_BAD_DWARF = -6,         /* bytes contradict the DWARF standard */
  DWRELOC_E_TRUNCATED = -7,         /* data ends inside a datum */
  DWRELOC_E_UNSUPPORTED = -8,       /* version, form, compression not known */
  DWRELOC_E_NOT_FOUND = -9,         /* no such section, attribute, DIE, ... */
  DWRELOC_E_WRONG_FORM = -10,       /* the attribute is of another class */
  DWRELOC_E_NEEDS_RELOCATION = -11, /* the place of its target is unknown */
  DWRELOC_E_SECTION_ABSENT = -12,   /* its section is known not to be loaded */
  DWRELOC_E_SYMBOL_ABSENT = -13,    /* its symbol is known not to exist */
  DWRELOC_E_RELOC_TYPE = -14,       /* relocation type (or machine) unknown */
  DWRELOC_E_BAD_RELOC = -15,        /* bad r_offset, symbol index, overlap */
  DWRELOC_E_RANGE = -16,            /* relocated value does not fit its field */
  DWRELOC_E_TWO_RELOCATABLE = -17,  /* base and offset both relocatable */
  DWRELOC_E_CALLBACK = -18,         /* a callback answered FAIL, or threw */
  DWRELOC_E_RECURSION = -19,        /* a callback asked for its own answer */
  /* a TLS offset or difference, not an address */
  DWRELOC_E_NOT_NUMERIC = -20,
  /* it counts from a base that the file does not tell */
  DWRELOC_E_UNKNOWN_BASE = -21,
  /* it is in the skeleton of a split unit, which is not known */
  DWRELOC_E_NO_SKELETON = -22,
} Dwreloc_Error_Code;

typedef struct Dwreloc_Module Dwreloc_Module;
typedef struct Dwreloc_Unit Dwreloc_Unit;
typedef struct Dwreloc_Line_Table Dwreloc_Line_Table;

#define DWRELOC_NO_SECTION UINT32_MAX
#define DWRELOC_NO_SYMBOL UINT32_MAX
#define DWRELOC_NO_ADDRESS_INDEX UINT32_MAX
#define DWRELOC_NO_OFFSET UINT64_MAX

typedef struct Dwreloc_Error {
  int32_t code;         /* a Dwreloc_Error_Code */
  int32_t system_error; /* errno for DWRELOC_E_SYSTEM, else 0 */
  uint32_t section;     /* section index, or DWRELOC_NO_SECTION */
  uint32_t reloc_type;  /* r_type where a relocation is to blame, else 0 */
  uint32_t symbol;      /* symbol index, or DWRELOC_NO_SYMBOL */
  uint32_t reserved;
  uint64_t offset;  /* in that section, or DWRELOC_NO_OFFSET */
  const char *text; /* "file: .debug_line+0x12: what was expected"; valid
                       until this thread's next failing call */
  uint64_t spare[4];
} Dwreloc_Error;

/* Describes the calling thread's last failure.  Returns its code. */
DWRELOC_API int dwreloc_error(Dwreloc_Error *error);

/* A short static text for a code, e.g. "value requires relocation". */
DWRELOC_API const char *dwreloc_strerror(int code);

/* Modules -----------------------------------------------------------------*/

/* Opens an ELF file.  Costs the ELF header: nothing else is read.
 *
 * A file that is compressed as a whole by gzip, xz or zstd (.ko.gz, .ko.xz,
 * .ko.zst; its first bytes count, not its name) is unpacked here, into memory
 * of the module; offsets and sizes are those of the ELF file in it.  Nothing
 * that is compressed once more is unpacked.  DWRELOC_E_BAD_ELF if it is
 * damaged, DWRELOC_E_TRUNCATED if it is cut, DWRELOC_E_UNSUPPORTED if it would
 * take more than 4 GiB, more than 2000 times its size and 16 MiB, or a
 * dictionary or window of more than 128 MiB.  All of that holds for _fd and
 * _memory, too.
 *
 * A file that cannot be mapped (a pipe, a FIFO, a socket given to _fd) is read
 * into memory of the module: no further than its first bytes if they are not
 * those of such a file, and 4 GiB at most (DWRELOC_E_UNSUPPORTED).  The call
 * waits for whoever has the other end open; a FIFO that no process has open for
 * writing is DWRELOC_E_NOT_ELF at once.  So is a device, and a file of another
 * kind: archives (see dwreloc_archive_open), LLVM bitcode, Mach-O, COFF, PE and
 * WebAssembly are named in the error. */
DWRELOC_API int dwreloc_open(const char *path, Dwreloc_Module **module);

/* The same with another limit than 4 GiB, in bytes, on the memory that a
 * compressed file, or one that cannot be mapped, may take.  2000 times the size
 * of a compressed file and 16 MiB remain a limit as well. */
DWRELOC_API int dwreloc_open_limited(const char *path, uint64_t limit,
                                     Dwreloc_Module **module);

/* The same for an open file; `fd` is only used during the call.  `name` is
 * for messages and may be NULL. */
DWRELOC_API int dwreloc_open_fd(int fd, const char *name,
                                Dwreloc_Module **module);

/* The same for an image in memory, borrowed, unmodified, until dwreloc_close (a
 * compressed one: during the call). */
DWRELOC_API int dwreloc_open_memory(const void *image, size_t size,
                                    const char *name, Dwreloc_Module **module);

struct Elf; /* libelf's: `Elf *` is a pointer to it */

/* The same for libelf's `Elf *` (a plain ELF file, not an archive), which the
 * caller keeps open, unmodified, until dwreloc_close. */
DWRELOC_API int dwreloc_open_elf(struct Elf *elf, const char *name,
                                 Dwreloc_Module **module);

/* Closes a module; NULL is allowed. */
DWRELOC_API void dwreloc_close(Dwreloc_Module *module);

typedef struct Dwreloc_File_Info {
  const char *name;      /* as given to open */
  uint16_t e_type;       /* ET_REL, ET_EXEC, ... (gABI ch. 4) */
  uint16_t e_machine;    /* EM_X86_64, ... */
  uint8_t elf_class;     /* 32 or 64 */
  uint8_t big_endian;    /* 0 or 1 */
  uint8_t relocatable;   /* 1: relocation records are applied (ET_REL) */
  uint8_t machine_known; /* 1: its relocation types are known */
  const char *machine;   /* "EM_X86_64", or a number */
  uint32_t section_count;
  uint32_t symbol_count;
  uint64_t size; /* of the file in bytes; of a compressed one, unpacked */
  uint32_t absolute32_type; /* r_type of a 4-byte address in data, as an */
  uint32_t absolute64_type; /* assembler writes it; of an 8-byte one; 0: none,
                               or not known */
  const char *main_name; /* of the stripped file whose debug file this is, in a
                            set; else NULL */
  uint64_t spare[6];
} Dwreloc_File_Info;

DWRELOC_API int dwreloc_file_info(const Dwreloc_Module *module,
                                  Dwreloc_File_Info *info);

/* The bytes of the ELF file, as stored; of one that is compressed as a whole,
 * unpacked.  What was appended to it, a signature for one, is at the end.
 * They stay until dwreloc_close. */
DWRELOC_API int dwreloc_file_bytes(const Dwreloc_Module *module,
                                   const uint8_t **bytes, size_t *size);

/* The GNU build-id (note NT_GNU_BUILD_ID).  DWRELOC_E_NOT_FOUND if none. */
DWRELOC_API int dwreloc_build_id(const Dwreloc_Module *module,
                                 const uint8_t **bytes, size_t *size);

/* What kernel builds append to a signed module (Linux,
 * include/linux/module_signature.h).  Nothing is verified. */
typedef struct Dwreloc_Signature {
  uint64_t elf_size;     /* bytes before it: what was signed */
  uint64_t offset;       /* of the signature in the file */
  uint64_t size;         /* bytes, without the trailer that says all this */
  const char *type_name; /* "PKCS#7", "X.509", "PGP" */
  const char *hash;      /* "sha256"; NULL: not one that is known */
  uint8_t type;          /* enum pkey_id_type: 0 PGP, 1 X.509, 2 PKCS#7 */
  uint8_t reserved[7];
  uint64_t spare[4];
} Dwreloc_Signature;

/* The signature after the ELF file: 1, or 0 if there is none.
 * DWRELOC_E_BAD_ELF if there is one that is cut, has other bytes after it, or
 * contradicts the file: dwreloc_error says how. */
DWRELOC_API int dwreloc_signature(const Dwreloc_Module *module,
                                  Dwreloc_Signature *signature);

/* Archives (ar(5)) --------------------------------------------------------*/

/* An archive of object files: .a of GNU, System V and BSD, thin ones of GNU,
 * and .rlib of Rust.  Owned by the caller.  A member is read where it stands in
 * the archive, which it shares: archive and modules may be closed in any order.
 *
 *   Dwreloc_Archive *archive;
 *   Dwreloc_Archive_Info info;
 *   Dwreloc_Member member;
 *   Dwreloc_Module *module;
 *   if (dwreloc_archive_open("libx.a", &archive) < 0) return complain();
 *   dwreloc_archive_info(archive, &info);
 *   for (uint32_t i = 0; i < info.member_count; ++i) {
 *     dwreloc_archive_member(archive, i, &member);
 *     if (member.content == DWRELOC_CONTENT_OTHER) continue;
 *     if (dwreloc_archive_open_member(archive, i, &module) < 0) complain();
 *     else read(module), dwreloc_close(module);
 *   }
 *   if (dwreloc_archive_error(archive) < 0) complain();
 *   dwreloc_archive_close(archive);
 */
typedef struct Dwreloc_Archive Dwreloc_Archive;

typedef struct Dwreloc_Archive_Info {
  const char *name; /* as given to open */
  uint64_t size;    /* of the archive in bytes; of a compressed one, unpacked */
  uint32_t member_count;
  uint8_t is_thin; /* 1: it names files, which hold the members */
  uint8_t reserved[3];
  uint64_t spare[8];
} Dwreloc_Archive_Info;

/* What a member's first bytes say that it is. */
typedef enum Dwreloc_Content {
  DWRELOC_CONTENT_OTHER = 0,      /* nothing that is read here */
  DWRELOC_CONTENT_ELF = 1,        /* an ELF file */
  DWRELOC_CONTENT_COMPRESSED = 2, /* a file that is compressed as a whole */
  DWRELOC_CONTENT_ARCHIVE = 3,    /* an archive: not read in another one */
  DWRELOC_CONTENT_UNREADABLE = 4, /* cannot be read: opening it tells why */
} Dwreloc_Content;

typedef struct Dwreloc_Member {
  const char *name;         /* as stored; names may repeat.  Thin: the path */
  const char *full_name;    /* "libx.a(y.o)", the name of the opened module */
  const char *content_name; /* "ELF", "LLVM bitcode"; NULL: not known */
  uint64_t header_offset;   /* in the archive */
  uint64_t offset;          /* of the contents; thin: DWRELOC_NO_OFFSET */
  uint64_t size;            /* of the contents in bytes, as the header says */
  uint32_t index;
  uint8_t content; /* Dwreloc_Content */
  uint8_t reserved[3];
  uint64_t spare[8];
} Dwreloc_Member;

/* Opens an archive, which may be compressed as a whole, and reads the headers
 * of its members.  DWRELOC_E_NOT_ELF if it is a file of another kind.  The
 * files of a thin archive are those that it names, beside it unless by a full
 * path, and those alone that are regular files. */
DWRELOC_API int dwreloc_archive_open(const char *path,
                                     Dwreloc_Archive **archive);
/* The same with another limit than 4 GiB on the memory that the archive, or one
 * of its members, may take: see dwreloc_open_limited. */
DWRELOC_API int dwreloc_archive_open_limited(const char *path, uint64_t limit,
                                             Dwreloc_Archive **archive);
/* The same for an open file, which is only used during the call; `name` is for
 * messages, and for where the files of a thin archive are.  It may be NULL. */
DWRELOC_API int dwreloc_archive_open_fd(int fd, const char *name,
                                        Dwreloc_Archive **archive);
/* The same for an image in memory, borrowed until archive and members are
 * closed. */
DWRELOC_API int dwreloc_archive_open_memory(const void *image, size_t size,
                                            const char *name,
                                            Dwreloc_Archive **archive);
/* Closes an archive; NULL is allowed.  Modules of its members stay open. */
DWRELOC_API void dwreloc_archive_close(Dwreloc_Archive *archive);

DWRELOC_API int dwreloc_archive_info(const Dwreloc_Archive *archive,
                                     Dwreloc_Archive_Info *info);
/* Why nothing is read after the last member: 0 if the archive ends there; else
 * a negative code, for its rest is damaged. */
DWRELOC_API int dwreloc_archive_error(const Dwreloc_Archive *archive);
/* A member, in the order of the archive.  Tables of names and symbols are none.
 * DWRELOC_E_NOT_FOUND if there are fewer. */
DWRELOC_API int dwreloc_archive_member(const Dwreloc_Archive *archive,
                                       uint32_t index, Dwreloc_Member *member);
/* The first member at or after index `from` with that name.  Returns 1 and sets
 * *index, or 0. */
DWRELOC_API int dwreloc_archive_find(const Dwreloc_Archive *archive,
                                     const char *name, uint32_t from,
                                     uint32_t *index);
/* Opens a member as dwreloc_open does a file, without a copy.  What belongs to
 * it (.dwo files) is looked for beside the archive; of a thin one, beside the
 * member. */
DWRELOC_API int dwreloc_archive_open_member(const Dwreloc_Archive *archive,
                                            uint32_t index,
                                            Dwreloc_Module **module);

/* Sections (gABI ch. 4 "Sections") ----------------------------------------*/

typedef struct Dwreloc_Section {
  uint32_t index;
  uint32_t type; /* sh_type */
  const char *name;
  uint64_t flags;        /* sh_flags */
  uint64_t address;      /* sh_addr */
  uint64_t file_offset;  /* sh_offset */
  uint64_t file_size;    /* sh_size */
  uint64_t alignment;    /* sh_addralign */
  uint64_t entry_size;   /* sh_entsize */
  uint32_t link;         /* sh_link */
  uint32_t info;         /* sh_info */
  uint32_t group;        /* its SHT_GROUP section, or DWRELOC_NO_SECTION */
  uint8_t is_debug;      /* holds DWARF or what belongs to it, and is never
                            loaded: a writer may remove it */
  uint8_t is_compressed; /* SHF_COMPRESSED or .zdebug_ */
  uint8_t holds_dwarf;   /* this library reads it: is_debug, or .eh_frame, which
                            is loaded */
  uint8_t reserved;
  uint64_t reloc_count; /* records that apply to it */
  uint32_t main_index;  /* the same section of the stripped file (main_name), or
                           DWRELOC_NO_SECTION */
  uint32_t reserved2;
  uint64_t spare[7];
} Dwreloc_Section;

DWRELOC_API int dwreloc_section(const Dwreloc_Module *module, uint32_t index,
                                Dwreloc_Section *section);

/* The bytes of a section, decompressed, never relocated.  SHT_NOBITS: size 0.
 */
DWRELOC_API int dwreloc_section_data(const Dwreloc_Module *module,
                                     uint32_t index, const uint8_t **bytes,
                                     size_t *size);

/* The first section at or after index `from` with that name (".zdebug_x" is
 * found as ".debug_x").  Returns 1 and sets *index, or 0. */
DWRELOC_API int dwreloc_find_section(const Dwreloc_Module *module,
                                     const char *name, uint32_t from,
                                     uint32_t *index);

/* Symbols (gABI ch. 4 "Symbol Table") -------------------------------------*/

typedef struct Dwreloc_Symbol {
  uint32_t index;
  uint32_t section;   /* section index with SHN_XINDEX followed, or
                         DWRELOC_NO_SECTION for the special ones; always one of
                         this module, wherever the symbol is */
  uint16_t st_shndx;  /* as stored: SHN_UNDEF, SHN_ABS, SHN_COMMON, ...; see
                         dwreloc_special_index_name */
  uint8_t type;       /* STT_* */
  uint8_t binding;    /* STB_* */
  uint8_t visibility; /* STV_* */
  uint8_t is_of_main_file; /* 1: it is in the symbol table of the stripped file
                              (main_name), for the debug file has none */
  uint8_t reserved[2];
  uint64_t value;   /* st_value */
  uint64_t size;    /* st_size */
  const char *name; /* a section symbol without name: its section's */
  uint64_t spare[4];
} Dwreloc_Symbol;

/* The number of symbols; 0 if the file has no symbol table that can be read,
 * and without memory to find it, which dwreloc_file_info tells apart. */
DWRELOC_API uint32_t dwreloc_symbol_count(const Dwreloc_Module *module);
DWRELOC_API int dwreloc_symbol(const Dwreloc_Module *module, uint32_t index,
                               Dwreloc_Symbol *symbol);

/* The section symbol (STT_SECTION) of a section: 1 and *symbol, or 0 if it has
 * none.  The first call passes over the symbol table. */
DWRELOC_API int dwreloc_section_symbol(const Dwreloc_Module *module,
                                       uint32_t section, uint32_t *symbol);

/* The first symbol at or after index `from` with that name: 1 and *index, or 0.
 * A name may have many bearers (static functions); their st_size and section
 * tell them apart.  Hashes all names on first use. */
DWRELOC_API int dwreloc_find_symbol(const Dwreloc_Module *module,
                                    const char *name, uint32_t from,
                                    uint32_t *index);
/* The symbol of a name that is known better: of that st_size (0: any), in that
 * section (DWRELOC_NO_SECTION: any).  Returns how many there are: 0; 1, and
 * *index; or more, and the first of them, so that nobody takes one for the
 * other.  The others are after it, see dwreloc_find_symbol. */
DWRELOC_API int dwreloc_match_symbol(const Dwreloc_Module *module,
                                     const char *name, uint64_t size,
                                     uint32_t section, uint32_t *index);
/* The first symbol at or after index `from`, other than `symbol`, that begins
 * where that one does: 1 and *index, or 0.  One place has several names where
 * there are aliases (weak ones, too), and where a linker has folded functions
 * of equal code.  Sorts the symbols on first use.  DWRELOC_E_NOT_FOUND if there
 * is no symbol `symbol`. */
DWRELOC_API int dwreloc_find_alias(const Dwreloc_Module *module,
                                   uint32_t symbol, uint32_t from,
                                   uint32_t *index);

/* Relocatable values ------------------------------------------------------*/

typedef enum Dwreloc_Kind {
  DWRELOC_CONSTANT = 0, /* a number: `value` */
  /* `value` bytes into section `section`; the address has the bits of `detail`
     besides */
  DWRELOC_SECTION = 1,
  DWRELOC_UNDEFINED = 2, /* undefined or common `symbol` plus `value` */
  /* thread-local: `value` bytes into `section` (.tdata, .tbss), the machine's
     bias removed; undefined: `symbol` plus `value` */
  DWRELOC_TLS = 3,
  DWRELOC_DIFFERENCE = 4, /* symbol + value minus `minus_symbol` */
  /* not available: `error` says why.  The record asks for `symbol` plus
     `value`, if there is one; an address of a split unit is entry `detail` of
     its skeleton's .debug_addr plus `value` */
  DWRELOC_BAD = 5,
} Dwreloc_Kind;

/* A value and what it is relative to.  32 bytes, copied freely.
 *
 * Mode bits: on ARM and MIPS the address of code that is Thumb, microMIPS or
 * MIPS16 has bit 0 set wherever the linker makes it from the symbol of a
 * function or label, and not where it makes it from a section symbol.  The bit
 * says in which instruction set the code is, not where it is: `value` is
 * without it, in lines and lists as in attributes, and values that differ in it
 * alone are equal.  dwreloc_relocatable_address adds it, so that the number is
 * that of the linked file. */
typedef struct Dwreloc_Relocatable {
  const Dwreloc_Module *module;
  uint64_t value;
  uint32_t section;   /* SECTION, TLS: st_shndx of its symbol; CONSTANT: the
                         section of DWARF that the number is an offset in, or
                         DWRELOC_NO_SECTION: none, or not known */
  uint32_t symbol;    /* symbol table index, or DWRELOC_NO_SYMBOL */
  uint32_t detail;    /* DIFFERENCE: minus symbol; BAD: r_type, with
                         DWRELOC_E_NO_SKELETON the index of the address;
                         SECTION: mode bits */
  uint8_t kind;       /* Dwreloc_Kind */
  uint8_t error;      /* BAD: minus a Dwreloc_Error_Code */
  uint8_t width;      /* bytes the datum has in the file; 0: computed */
  uint8_t has_record; /* 1: a relocation record supplied it */
} Dwreloc_Relocatable;

typedef struct Dwreloc_Relocatable_Info {
  uint8_t kind;  /* Dwreloc_Kind */
  uint8_t named; /* 1: the symbol is not a section symbol */
  uint8_t mode;  /* SECTION: bits that the address has besides: 0 or 1 */
  uint8_t reserved;
  uint32_t symbol_index;       /* or DWRELOC_NO_SYMBOL */
  Dwreloc_Symbol symbol;       /* zero if there is none */
  int64_t addend;              /* value = symbol + addend; the number itself for
                                  constants; BAD: the record's (of REL, 0 where
                                  its field is not known) */
  const char *section;         /* its name, or NULL */
  uint64_t section_offset;     /* bytes into the section */
  uint32_t section_index;      /* or DWRELOC_NO_SECTION */
  uint32_t minus_symbol_index; /* DIFFERENCE, else DWRELOC_NO_SYMBOL */
  uint32_t reloc_type;         /* BAD: the r_type to blame, if any */
  int32_t error;               /* BAD: a Dwreloc_Error_Code, else 0 */
  uint32_t address_index;      /* BAD with DWRELOC_E_NO_SKELETON: the address is
                                  this entry of .debug_addr, plus addend; else,
                                  or if it is the skeleton's DW_AT_low_pc,
                                  DWRELOC_NO_ADDRESS_INDEX */
  uint32_t reserved2;
  uint64_t spare[7];
} Dwreloc_Relocatable_Info;

/* Values of a caller's own, for calls that look something up:
 *
 *   Dwreloc_Relocatable pc;
 *   dwreloc_relocatable_in_section(module, text, 0x40, &pc);
 *   dwreloc_cfi_find_relocatable(module, DWRELOC_NO_SECTION, &pc, &entry);
 *
 * A number, of no module.  In a linked file every address is one. */
DWRELOC_API int dwreloc_relocatable_number(uint64_t number,
                                           Dwreloc_Relocatable *value);
/* `offset` bytes into a section, as a record against its section symbol has it:
 * in a linked file the address, in a section that is never loaded (.debug_str)
 * the offset, a number.  DWRELOC_E_NOT_FOUND if there is no such section. */
DWRELOC_API int dwreloc_relocatable_in_section(const Dwreloc_Module *module,
                                               uint32_t section,
                                               uint64_t offset,
                                               Dwreloc_Relocatable *value);
/* A symbol plus `addend`, as a record against it has it.  DWRELOC_E_NOT_FOUND
 * if there is no such symbol. */
DWRELOC_API int dwreloc_relocatable_of_symbol(const Dwreloc_Module *module,
                                              uint32_t symbol, int64_t addend,
                                              Dwreloc_Relocatable *value);

/* What a value is relative to.  Needs no placement. */
DWRELOC_API int dwreloc_relocatable_info(const Dwreloc_Relocatable *value,
                                         Dwreloc_Relocatable_Info *info);

/* Why a DWRELOC_BAD value is not available, in words: "invalid relocation
 * record R_X86_64_64: overlaps the record at 0x10".  Returns the length without
 * NUL; writes at most size - 1 characters and a NUL.  0 for all other kinds. */
DWRELOC_API int dwreloc_relocatable_why(const Dwreloc_Relocatable *value,
                                        char *buffer, size_t size);

/* The number.  Constants always have one; others need placement or callbacks,
 * asked on first need.  DWRELOC_E_NEEDS_RELOCATION if it is unknown,
 * _SECTION_ABSENT, _SYMBOL_ABSENT, _CALLBACK, _RECURSION, _NOT_NUMERIC; for
 * DWRELOC_BAD its own error. */
DWRELOC_API int dwreloc_relocatable_address(const Dwreloc_Relocatable *value,
                                            uint64_t *address);

/* Adds a constant, wrapping as addresses of the file do. */
DWRELOC_API int dwreloc_relocatable_add(Dwreloc_Relocatable *value,
                                        int64_t delta);

/* a - b in bytes, where both count from the same section, symbol or nothing;
 * else DWRELOC_E_NOT_NUMERIC. */
DWRELOC_API int dwreloc_relocatable_difference(const Dwreloc_Relocatable *a,
                                               const Dwreloc_Relocatable *b,
                                               int64_t *difference);

/* Is begin <= pc < end, all in one section?  1 or 0. */
DWRELOC_API int dwreloc_relocatable_in_range(const Dwreloc_Relocatable *pc,
                                             const Dwreloc_Relocatable *begin,
                                             const Dwreloc_Relocatable *end);

/* Orders by kind, then section or symbol, then offset: *order becomes -1, 0 or
 * 1.  Two values are equal exactly when they are the same place, whichever
 * symbol of a section they were written against.  Both of one module. */
DWRELOC_API int dwreloc_relocatable_compare(const Dwreloc_Relocatable *a,
                                            const Dwreloc_Relocatable *b,
                                            int *order);

/* Equal values (by _compare) have equal hashes. */
DWRELOC_API uint64_t dwreloc_relocatable_hash(const Dwreloc_Relocatable *value);

/* Placement ---------------------------------------------------------------*/

typedef enum Dwreloc_Answer {
  DWRELOC_PLACED = 0,  /* *address is set */
  DWRELOC_ABSENT = 1,  /* not loaded, will not be */
  DWRELOC_UNKNOWN = 2, /* cannot say */
  DWRELOC_FAIL = 3,    /* something broke; the datum's read fails */
} Dwreloc_Answer;

typedef enum Dwreloc_File_Kind {
  DWRELOC_FILE_DWO = 1,           /* one split unit and its types */
  DWRELOC_FILE_DWP = 2,           /* a package of them */
  DWRELOC_FILE_SUPPLEMENTARY = 3, /* shared with others: .gnu_debugaltlink,
                                     .debug_sup */
} Dwreloc_File_Kind;

/* A file that another one refers to. */
typedef struct Dwreloc_File_Request {
  uint32_t kind; /* Dwreloc_File_Kind */
  uint32_t reserved;
  const char *name;        /* DW_AT_dwo_name, or that of the link, as stored;
                              DWP: NULL */
  const char *directory;   /* DW_AT_comp_dir, or NULL */
  uint64_t dwo_id;         /* DWO, DWP: of the unit that is looked for */
  const uint8_t *build_id; /* SUPPLEMENTARY: which it has, or the checksum of
                              .debug_sup; else NULL */
  size_t build_id_size;    /* bytes */
  uint64_t spare[6];
} Dwreloc_File_Request;

/* What a module does on its own, when it is needed. */
typedef enum Dwreloc_Event_Kind {
  DWRELOC_EVENT_OPEN = 1,        /* a file is read from now on: `name`, of a
                                    module of a set, of split units or
                                    supplementary; it may have been opened for
                                    another one before */
  DWRELOC_EVENT_DIGEST = 2,      /* `records` of `section` were digested */
  DWRELOC_EVENT_ASK_SECTION = 3, /* section_address is called for `section` */
  DWRELOC_EVENT_ASK_SYMBOL = 4,  /* symbol_address, for `symbol` */
  DWRELOC_EVENT_ASK_FILE = 5,    /* find_file, for `name` (a package: NULL) */
} Dwreloc_Event_Kind;

typedef struct Dwreloc_Event {
  uint32_t kind;    /* Dwreloc_Event_Kind */
  uint32_t section; /* or DWRELOC_NO_SECTION */
  uint32_t symbol;  /* or DWRELOC_NO_SYMBOL */
  uint32_t reserved;
  const char *name; /* of the file, section or symbol */
  uint64_t records;
  uint64_t spare[4];
} Dwreloc_Event;

typedef struct Dwreloc_Callbacks {
  size_t size; /* sizeof(Dwreloc_Callbacks), for later members */
  void *user;
  /* Each returns a Dwreloc_Answer; any other number is DWRELOC_FAIL. */
  /* Address of the first byte of a loaded (SHF_ALLOC) section. */
  int (*section_address)(void *user, const Dwreloc_Module *module,
                         const Dwreloc_Section *section, uint64_t *address);
  /* Address of an undefined or common symbol. */
  int (*symbol_address)(void *user, const Dwreloc_Module *module,
                        const Dwreloc_Symbol *symbol, uint64_t *address);
  /* Where a file is: PLACED with *path set, which is copied at once; ABSENT:
   * nowhere; UNKNOWN: look in the usual places.  Asked once per unit that
   * needs it, or once for a supplementary file, before any other place is
   * tried; it must not ask for that unit's split unit, or read what is in the
   * supplementary file. */
  int (*find_file)(void *user, const Dwreloc_Module *module,
                   const Dwreloc_File_Request *request, const char **path);
  /* Told what a module does, for counts and tests: on the thread that needed
   * it, with no lock held.  OPEN names the module of the file that was opened,
   * the others the one that does it. */
  void (*observe)(void *user, const Dwreloc_Module *module,
                  const Dwreloc_Event *event);
} Dwreloc_Callbacks;

/* Who is asked where things are.  Each is asked on first need, once per
 * section or symbol, on the thread that needs it, with no lock held; either
 * may be NULL.  Explicit places (below) go before callbacks.  Forgets earlier
 * answers.  NULL removes the callbacks.  A callback may ask for other addresses
 * of the module; two threads whose callbacks ask for each other's answer would
 * wait for ever, so section_address and symbol_address must not do that. */
DWRELOC_API int dwreloc_set_callbacks(Dwreloc_Module *module,
                                      const Dwreloc_Callbacks *callbacks);

/* A call that would place a section that is not loaded (not SHF_ALLOC), or at
 * an address that the file's 32 bits cannot hold, is
 * DWRELOC_E_INVALID_ARGUMENT; no such call has then done anything.  Sections
 * may be placed one after the other, and over each other: nothing is said until
 * dwreloc_overlap is asked.
 *
 * In a linked file all values are addresses of the file, whatever is placed,
 * and so is a pc that is given to a call.  The place of a section is where it
 * has been moved to, each by its own distance (FDPIC, unikernels, a PIE loaded
 * by segments): dwreloc_locate leads from an address there to the one in the
 * file, and dwreloc_address_of back. */

/* Places every loaded section of that name.  0, or their number if more than
 * one of them has bytes: all of these lie at one address now, which is hardly
 * meant (dwreloc_place_section tells them apart).  DWRELOC_E_NOT_FOUND if no
 * section has that name. */
DWRELOC_API int dwreloc_place(Dwreloc_Module *module, const char *section,
                              uint64_t address);
/* Places one section.  DWRELOC_E_NOT_FOUND if there is none of that index. */
DWRELOC_API int dwreloc_place_section(Dwreloc_Module *module, uint32_t index,
                                      uint64_t address);
/* Says that a section is not loaded. */
DWRELOC_API int dwreloc_place_absent(Dwreloc_Module *module, uint32_t index);
/* 1 and the first two sections, by address, whose places overlap; 0 if none
 * do.  Calls no callback: sections whose place was not needed so far are not
 * looked at. */
DWRELOC_API int dwreloc_overlap(const Dwreloc_Module *module, uint32_t *first,
                                uint32_t *second);
/* The way back: 1 and the place in the section that holds the address, 0 if no
 * section that is placed does.  In a linked file the place is the address in
 * the file; it is 1 and the number itself as long as nothing is placed.  Of
 * sections that overlap it is the one that begins last.  Asks the callbacks for
 * all loaded sections, from which this must not be called.
 *
 * Calls that take a pc (dwreloc_haspc_relocatable, _getsrc_, _getarange_,
 * _addrdie_, _cfi_find_relocatable, _cfi_row_at, dwreloc_frames_begin,
 * dwreloc_function_at, dwreloc_variable_at, dwreloc_symbol_at) look a number up
 * like this.  They return
 * DWRELOC_E_NEEDS_RELOCATION where nothing is found and no section of an
 * unlinked file is placed, so that a number is nowhere in it. */
DWRELOC_API int dwreloc_locate(const Dwreloc_Module *module, uint64_t address,
                               Dwreloc_Relocatable *value);
/* Where a place is now: dwreloc_relocatable_address, and for an address of a
 * linked file of which something is placed the one that it has moved to
 * (DWRELOC_E_NOT_FOUND if it is in no section). */
DWRELOC_API int dwreloc_address_of(const Dwreloc_Relocatable *place,
                                   uint64_t *address);
/* Moves the sections of a linked file that are in PT_LOAD segment `index` (of
 * all program headers, from 0), as if the segment's first byte were at
 * `address`.  Returns their number.  DWRELOC_E_NOT_FOUND if there is no such
 * segment, _INVALID_ARGUMENT if it is not PT_LOAD. */
DWRELOC_API int dwreloc_place_segment(Dwreloc_Module *module, uint32_t index,
                                      uint64_t address);
/* Gives the address of an undefined or common symbol;
 * DWRELOC_E_INVALID_ARGUMENT in a linked file, which has them. */
DWRELOC_API int dwreloc_place_symbol(Dwreloc_Module *module, const char *name,
                                     uint64_t address);
/* Lays the SHF_ALLOC sections out from `base`, in file order at their
 * alignment, as libdwfl's dwfl_report_offline does (0x10000 is its first
 * base): to the number, and therefore also where a section has an sh_addr of
 * its own, which is mostly left as it is and takes no room.  *end (may be NULL)
 * becomes the first address after them.  In a linked file there is nothing to
 * lay out: 0, and *end is `base`. */
DWRELOC_API int dwreloc_place_offline(Dwreloc_Module *module, uint64_t base,
                                      uint64_t *end);
/* Places sections as a directory says that has a file for each, with its
 * address: /sys/module/NAME/sections of a live kernel, or a copy.  Returns the
 * number of sections that have a place now.  Sections without a file are absent
 * (.modinfo, __versions, what was freed after init); .data..percpu and those
 * whose file says 0, because the kernel hides it from the user, stay unknown.
 * DWRELOC_E_SYSTEM if the directory cannot be read, _INVALID_ARGUMENT if a file
 * of it holds no address; nothing is placed then. */
DWRELOC_API int dwreloc_place_from_directory(Dwreloc_Module *module,
                                             const char *path);
/* The same from `size` bytes of text, with a line "NAME ADDRESS" per section,
 * the address in hexadecimal; blank lines and lines from # on are passed over.
 * DWRELOC_E_INVALID_ARGUMENT names the line that is something else. */
DWRELOC_API int dwreloc_place_from_text(Dwreloc_Module *module,
                                        const char *text, size_t size);
/* Gives the addresses of undefined and common symbols from `size` bytes of
 * text in the format of /proc/kallsyms and System.map: "ADDRESS TYPE NAME", and
 * "[MODULE]" after it.  Of several symbols of one name a global one is meant,
 * rather of the kernel than of a module.  Returns the number of symbols that
 * were found. */
DWRELOC_API int dwreloc_place_symbols_from_text(Dwreloc_Module *module,
                                                const char *text, size_t size);
/* Forgets all places and answers; callbacks stay and are asked anew. */
DWRELOC_API int dwreloc_forget_places(Dwreloc_Module *module);

/* Units (DWARF 5 7.5.1) ---------------------------------------------------*/

typedef struct Dwreloc_Unit_Info {
  uint32_t section;     /* .debug_info or .debug_types section index */
  uint16_t version;     /* 2 to 5 */
  uint8_t unit_type;    /* DW_UT_*; versions 2 to 4: DW_UT_compile, _type */
  uint8_t address_size; /* bytes */
  uint8_t offset_size;  /* 4 or 8: 32- or 64-bit DWARF format */
  uint8_t reserved[3];
  uint32_t abbrev_section; /* .debug_abbrev section index, or
                              DWRELOC_NO_SECTION */
  uint64_t offset;         /* of the unit header in its section */
  uint64_t header_size;    /* the first DIE is at offset + header_size */
  uint64_t end;            /* first byte after the unit */
  uint64_t abbrev_offset;  /* into .debug_abbrev */
  uint64_t signature;      /* of the header: type signature or dwo_id, else 0 */
  uint64_t type_offset;    /* type units: offset of the type DIE in the unit */
  uint64_t spare[8];
} Dwreloc_Unit_Info;

/* Steps through the units of all .debug_info and .debug_types sections, in
 * section then offset order.  *unit NULL starts.  1, or 0 at the end with
 * *unit NULL.  Units whose header cannot be read are left out: see
 * dwreloc_unit_error. */
DWRELOC_API int dwreloc_units_next(const Dwreloc_Module *module,
                                   const Dwreloc_Unit **unit);
/* The number-th unit header that cannot be read: its negative code, details in
 * dwreloc_error; 0 if there are no more.  Reading goes on after a bad unit
 * where its length can be known, else with the next section. */
DWRELOC_API int dwreloc_unit_error(const Dwreloc_Module *module,
                                   uint32_t number);
/* Random access to the units that could be read, in the order above. */
DWRELOC_API int dwreloc_unit_count(const Dwreloc_Module *module,
                                   uint32_t *count);
DWRELOC_API int dwreloc_unit(const Dwreloc_Module *module, uint32_t number,
                             const Dwreloc_Unit **unit);
DWRELOC_API int dwreloc_unit_info(const Dwreloc_Unit *unit,
                                  Dwreloc_Unit_Info *info);
/* The module that owns it: of a split unit in a file of its own, a module that
 * dwreloc_close of the skeleton's module closes. */
DWRELOC_API const Dwreloc_Module *dwreloc_unit_module(const Dwreloc_Unit *unit);

/* Split units (DWARF 5 3.1.2, 3.1.3, 7.3.2; GNU DebugFission in version 4).
 *
 * The split unit of a skeleton unit: 1 and *split, or 0 and NULL if the unit is
 * not a skeleton.  It is searched for on the first call: in the same file
 * (-gsplit-dwarf=single); where find_file says; as DW_AT_dwo_name in
 * DW_AT_comp_dir, then beside the skeleton's file; in the package FILE.dwp.
 * DWRELOC_E_NOT_FOUND if none of these is there; DWRELOC_E_BAD_DWARF if there
 * is one, but none of its units has the skeleton's dwo_id; the error of opening
 * or reading it.  A split unit is read as any other; its addresses are symbolic
 * in the skeleton's module, and placed there (`module` of a
 * Dwreloc_Relocatable).  Its line table is the skeleton's.  Its types are units
 * of dwreloc_unit_module. */
DWRELOC_API int dwreloc_unit_split(const Dwreloc_Unit *skeleton,
                                   const Dwreloc_Unit **split);
/* The skeleton of a split unit: 1 and *skeleton, or 0 and NULL for all other
 * units (type units have none), and where it is not known: a .dwo file that was
 * opened by itself.  Address indices of such a unit are DWRELOC_E_NO_SKELETON.
 * Those of a split type unit count in the skeleton of the compile unit that it
 * was written with: the only one of a .dwo file, or that with the same part of
 * a package's .debug_abbrev. */
DWRELOC_API int dwreloc_unit_skeleton(const Dwreloc_Unit *split,
                                      const Dwreloc_Unit **skeleton);

/* DIEs and attributes (DWARF 5 2.1, 7.5) ----------------------------------*/

typedef struct Dwreloc_Die {
  const Dwreloc_Unit *unit;
  uint64_t offset; /* in the unit's section */
  const void *opaque;
  uint64_t attributes_offset; /* of the first attribute's value */
  uint32_t code;              /* abbreviation code */
  uint16_t tag;               /* DW_TAG_* */
  uint8_t has_children;
  uint8_t reserved;
} Dwreloc_Die;

/* DWARF 5 7.5.5 */
typedef enum Dwreloc_Class {
  DWRELOC_CLASS_ADDRESS = 1,
  DWRELOC_CLASS_CONSTANT = 2,
  DWRELOC_CLASS_STRING = 3,
  DWRELOC_CLASS_FLAG = 4,
  DWRELOC_CLASS_REFERENCE = 5,
  DWRELOC_CLASS_BLOCK = 6,
  DWRELOC_CLASS_EXPRLOC = 7,
  DWRELOC_CLASS_LINEPTR = 8,
  DWRELOC_CLASS_LOCLIST = 9,
  DWRELOC_CLASS_RNGLIST = 10,
  DWRELOC_CLASS_MACPTR = 11,
  DWRELOC_CLASS_ADDRPTR = 12,
  DWRELOC_CLASS_STROFFSETSPTR = 13,
  DWRELOC_CLASS_LOCLISTSPTR = 14,
  DWRELOC_CLASS_RNGLISTSPTR = 15,
  DWRELOC_CLASS_SECOFFSET = 16, /* sec_offset of an unknown attribute */
} Dwreloc_Class;

/* Dwreloc_Attribute.flags */
enum {
  DWRELOC_ATTR_HAS_RECORD = 1, /* a relocation record supplied the value */
  /* value is not a number: use dwreloc_form_relocatable */
  DWRELOC_ATTR_SYMBOLIC = 2,
  DWRELOC_ATTR_BAD = 4,    /* its relocation is bad: ditto */
  DWRELOC_ATTR_SIGNED = 8, /* value is sign-extended */
};

/* One attribute of a DIE, as stored.  48 bytes. */
typedef struct Dwreloc_Attribute {
  const Dwreloc_Unit *unit;
  uint64_t value;          /* by form: the number; offset of a string or list
                              in its section; index (strx, addrx, listx);
                              reference as stored; length of a block in bytes;
                              for SYMBOLIC the offset in `section` */
  uint64_t offset;         /* of the value's first byte in the unit's section;
                              implicit_const: DWRELOC_NO_OFFSET */
  uint64_t data;           /* blocks: section offset of the first byte of the
                              contents; inline strings: length in bytes;
                              data16: high half; LLVM_addrx_offset: what is
                              added to the address of that index; SYMBOLIC and
                              BAD: the library's own */
  uint16_t name;           /* DW_AT_* */
  uint16_t form;           /* DW_FORM_*; indirect forms already followed */
  uint8_t attribute_class; /* Dwreloc_Class */
  uint8_t flags;           /* DWRELOC_ATTR_* */
  uint8_t width;           /* bytes of a fixed-size value, else 0 */
  uint8_t reserved;
  uint32_t symbol;  /* SYMBOLIC: symbol index or DWRELOC_NO_SYMBOL */
  uint32_t section; /* SYMBOLIC: section index or DWRELOC_NO_SECTION */
} Dwreloc_Attribute;

/* The unit DIE. */
DWRELOC_API int dwreloc_unit_die(const Dwreloc_Unit *unit, Dwreloc_Die *die);
/* The DIE that starts at `offset` of section `section`.  That a DIE starts
 * there is the caller's knowledge; bytes that cannot be one are an error. */
DWRELOC_API int dwreloc_die_at(const Dwreloc_Module *module, uint32_t section,
                               uint64_t offset, Dwreloc_Die *die);
/* Tree steps: 1 and *result, or 0 if there is none.  result may be die.
 * Siblings cost DW_AT_sibling or a walk over the children; the parent costs a
 * walk from the unit DIE. */
DWRELOC_API int dwreloc_child(const Dwreloc_Die *die, Dwreloc_Die *result);
DWRELOC_API int dwreloc_sibling(const Dwreloc_Die *die, Dwreloc_Die *result);
DWRELOC_API int dwreloc_parent(const Dwreloc_Die *die, Dwreloc_Die *result);

/* All attributes of a DIE in order.  *count becomes their number; at most
 * `capacity` are stored.  Returns 0. */
DWRELOC_API int dwreloc_attributes(const Dwreloc_Die *die,
                                   Dwreloc_Attribute *attributes,
                                   size_t capacity, size_t *count);
/* One attribute: 1, or 0 if the DIE has none of that name. */
DWRELOC_API int dwreloc_attr(const Dwreloc_Die *die, unsigned name,
                             Dwreloc_Attribute *attribute);

/* Whole-unit reading: every DIE of a unit in order, with all attributes, in
 * one call per DIE, or per several.  The fastest way to read. */
typedef struct Dwreloc_Walk {
  uint64_t opaque[40];
} Dwreloc_Walk;

DWRELOC_API int dwreloc_walk_begin(const Dwreloc_Unit *unit,
                                   Dwreloc_Walk *walk);
/* Begins at a DIE; ends after its subtree. */
DWRELOC_API int dwreloc_walk_begin_at(const Dwreloc_Die *die,
                                      Dwreloc_Walk *walk);
/* 1 and the next DIE, its depth (0: where the walk began; may be NULL) and
 * attributes (as dwreloc_attributes); 0 at the end.  Negative if a DIE cannot
 * be read to its end, as where a form is unknown: then, unless *count is 0,
 * *die is that DIE, and *count attributes come before what is bad.  What comes
 * after it up to the next DIE that DW_AT_sibling leads to is lost to the walk
 * (references may lead there); the next call goes on with that one, or returns
 * 0 if there is none.  `attributes` may be NULL with capacity 0. */
DWRELOC_API int dwreloc_walk_next(Dwreloc_Walk *walk, Dwreloc_Die *die,
                                  uint32_t *depth,
                                  Dwreloc_Attribute *attributes,
                                  size_t capacity, size_t *count);
/* One DIE of several.  48 bytes. */
typedef struct Dwreloc_Die_Entry {
  Dwreloc_Die die;
  uint32_t depth;           /* 0: where the walk began */
  uint32_t attribute_count; /* those of this DIE come after those of the one
                               before it */
} Dwreloc_Die_Entry;

/* The same for up to `capacity` DIEs at once, for callers that go over the
 * attributes of many DIEs in one loop.  Returns 1 while DIEs may follow, 0 at
 * the end; *count is how many were set.  A call may set fewer DIEs than there
 * is room for, and sets none for whose attributes no room is left, but always
 * the first: attributes beyond `attribute_capacity` are counted, not stored, as
 * by dwreloc_walk_next.  With attribute_capacity 0 none is stored, `attributes`
 * may be NULL, and DIEs come as `entries` has room for them.  DIEs before one
 * that cannot be read to its end are handed out first.  The next call then
 * returns the error, and *count is 1 if entries[0] is that DIE, with the
 * attributes that come before what is bad.  Calls may take turns with those of
 * dwreloc_walk_next. */
DWRELOC_API int dwreloc_walk_next_many(
    Dwreloc_Walk *walk, Dwreloc_Die_Entry *entries, size_t capacity,
    Dwreloc_Attribute *attributes, size_t attribute_capacity, size_t *count);

/* Attribute values.  DWRELOC_E_WRONG_FORM if the attribute is not of the
 * class. */
DWRELOC_API int dwreloc_formudata(const Dwreloc_Attribute *attribute,
                                  uint64_t *value);
DWRELOC_API int dwreloc_formsdata(const Dwreloc_Attribute *attribute,
                                  int64_t *value);
DWRELOC_API int dwreloc_formflag(const Dwreloc_Attribute *attribute,
                                 int *value);
/* Strings of every form, strx included.  *length (may be NULL) in bytes. */
DWRELOC_API int dwreloc_formstring(const Dwreloc_Attribute *attribute,
                                   const char **string, size_t *length);
/* Where the string is: section index and offset (DWARF 5 7.5.5).
 * DWRELOC_E_NOT_FOUND if it is in a supplementary file. */
DWRELOC_API int dwreloc_formstring_place(const Dwreloc_Attribute *attribute,
                                         uint32_t *section, uint64_t *offset);
DWRELOC_API int dwreloc_formblock(const Dwreloc_Attribute *attribute,
                                  const uint8_t **bytes, size_t *size);
/* Offset of the referenced DIE in *section (signatures: in the section of the
 * type unit).  DWRELOC_E_NOT_FOUND if the DIE is not in this module: that of a
 * supplementary file is found by dwreloc_formref_die only. */
DWRELOC_API int dwreloc_formref(const Dwreloc_Attribute *attribute,
                                uint32_t *section, uint64_t *offset);
DWRELOC_API int dwreloc_formref_die(const Dwreloc_Attribute *attribute,
                                    Dwreloc_Die *die);
/* Address class as a number; dwreloc_form_relocatable and
 * dwreloc_relocatable_address in one. */
DWRELOC_API int dwreloc_formaddr(const Dwreloc_Attribute *attribute,
                                 uint64_t *address);
/* Any attribute with a fixed-size value as symbol + addend: addresses (addrx
 * is looked up in .debug_addr), constants that a record may change
 * (DW_AT_high_pc on RISC-V), offsets (of a list also where it is stored as an
 * index: loclistx, rnglistx). */
DWRELOC_API int dwreloc_form_relocatable(const Dwreloc_Attribute *attribute,
                                         Dwreloc_Relocatable *value);
/* The datum of `width` bytes (1, 2, 4 or 8) at an offset of a debug section,
 * relocated: for data of formats that this library has no reader for. */
DWRELOC_API int dwreloc_section_value(const Dwreloc_Module *module,
                                      uint32_t section, uint64_t offset,
                                      int width, Dwreloc_Relocatable *value);

/* DW_AT_low_pc and DW_AT_high_pc as a half-open interval; high_pc of class
 * constant is added to low_pc.  1, or 0 if the DIE has no such pair. */
DWRELOC_API int dwreloc_pc_relocatable(const Dwreloc_Die *die,
                                       Dwreloc_Relocatable *low,
                                       Dwreloc_Relocatable *high);
/* Does the DIE's low/high pair or range list hold pc?  1, 0 or an error. */
DWRELOC_API int dwreloc_haspc_relocatable(const Dwreloc_Die *die,
                                          const Dwreloc_Relocatable *pc);

/* What a DIE is called: DW_AT_name and DW_AT_linkage_name, its own or those of
 * the DIEs that DW_AT_abstract_origin and DW_AT_specification lead to.  NULL
 * for one that there is not; each pointer may be NULL.  1 if it has either
 * name, or 0; on an error the names that were found before it are set. */
DWRELOC_API int dwreloc_die_name(const Dwreloc_Die *die, const char **name,
                                 const char **linkage_name);
/* How many bytes a type takes, or the variable, parameter or member that `die`
 * is, whose type its DW_AT_abstract_origin or DW_AT_specification may have:
 * DW_AT_byte_size, or what the type is made of, through typedefs, qualifiers
 * and the bounds of arrays.  1 and *size, or 0 if the DIEs do not tell:
 * declarations, arrays without bounds or with bounds that only the running
 * program knows. */
DWRELOC_API int dwreloc_byte_size(const Dwreloc_Die *die, uint64_t *size);

/* Operands ----------------------------------------------------------------*/

/* Line programs, lists and expressions as stored consist of operands.  Whoever
 * copies such data and moves what some of them refer to finds here which bytes
 * are to be written anew. */

/* How an operand is stored. */
typedef enum Dwreloc_Operand_Encoding {
  DWRELOC_OPERAND_NONE = 0,     /* there is no such operand */
  DWRELOC_OPERAND_UNSIGNED = 1, /* a number of `size` bytes */
  DWRELOC_OPERAND_SIGNED = 2,   /* the same in two's complement */
  DWRELOC_OPERAND_ULEB128 = 3,
  DWRELOC_OPERAND_SLEB128 = 4,
  DWRELOC_OPERAND_STRING = 5, /* with its NUL */
  DWRELOC_OPERAND_BYTES = 6,
} Dwreloc_Operand_Encoding;

/* What its number counts. */
typedef enum Dwreloc_Operand_Role {
  DWRELOC_ROLE_NUMBER = 0,        /* nothing of the file */
  DWRELOC_ROLE_ADDRESS = 1,       /* an address */
  DWRELOC_ROLE_ADDRESS_INDEX = 2, /* entries of .debug_addr */
  DWRELOC_ROLE_UNIT_DIE = 3,      /* bytes from the unit's header to a DIE */
  DWRELOC_ROLE_INFO_DIE = 4,      /* bytes of .debug_info up to a DIE */
  DWRELOC_ROLE_DISTANCE = 5,      /* bytes of the expression from the end of
                                     this operation to another one */
} Dwreloc_Operand_Role;

typedef struct Dwreloc_Operand {
  Dwreloc_Relocatable value; /* as stored: has_record says whether a record
                                made it.  0 for strings and bytes */
  uint64_t offset;           /* in the section */
  uint64_t size;             /* bytes */
  uint8_t encoding;          /* Dwreloc_Operand_Encoding */
  uint8_t role;              /* Dwreloc_Operand_Role */
  uint8_t reserved[6];
} Dwreloc_Operand;

/* Lines (DWARF 5 6.2) -----------------------------------------------------*/

typedef struct Dwreloc_Line_Info {
  uint32_t section; /* .debug_line section index */
  uint16_t version; /* 2 to 5 */
  uint8_t address_size;
  uint8_t offset_size;
  uint64_t offset;         /* of the header in its section */
  uint64_t program_offset; /* of the first opcode */
  uint64_t end;
  uint32_t directory_count;
  uint32_t file_count;
  uint32_t first_file; /* number of the first file: 1 up to v4, 0 in v5 */
  uint8_t minimum_instruction_length;
  uint8_t maximum_operations_per_instruction;
  uint8_t default_is_stmt;
  int8_t line_base;
  uint8_t line_range;
  uint8_t opcode_base;
  uint8_t is_cut; /* 1: the rest of the directories and files is lost, as after
                     an unknown form; not the rows.  Asking for one of the lost
                     tells why */
  uint8_t reserved[5];
  uint64_t spare[8];
} Dwreloc_Line_Info;

typedef struct Dwreloc_Line_File {
  const char *name;      /* as stored */
  const char *directory; /* as stored, or NULL if the index is bad; index 0
                            up to v4: DW_AT_comp_dir */
  uint64_t directory_index;
  uint64_t mtime;     /* 0: not given */
  uint64_t length;    /* bytes; 0: not given */
  const uint8_t *md5; /* 16 bytes, or NULL */
  uint64_t spare[8];
} Dwreloc_Line_File;

typedef struct Dwreloc_Line {
  Dwreloc_Relocatable address;
  uint64_t offset; /* of the opcode that made the row, in the section */
  uint32_t file;   /* file number as stored */
  uint32_t line;   /* 1-based; 0: none */
  uint32_t column;
  uint32_t discriminator;
  uint32_t isa;
  uint8_t op_index;
  uint8_t is_stmt;
  uint8_t basic_block;
  uint8_t end_sequence;
  uint8_t prologue_end;
  uint8_t epilogue_begin;
  uint8_t reserved[6];
} Dwreloc_Line;

/* The line table of a unit: 1, or 0 if it has no DW_AT_stmt_list. */
DWRELOC_API int dwreloc_line_table(const Dwreloc_Unit *unit,
                                   const Dwreloc_Line_Table **table);
/* The first line table from an offset of a section on, whether a unit refers to
 * it or not: 1, or 0 if the section is of another kind, or ends there.  With
 * offset 0, then *next_offset, all of a section are read; after an error too,
 * unless *next_offset is DWRELOC_NO_OFFSET.  Units are read only if a path
 * needs one: directory 0 before DWARF 5 is DW_AT_comp_dir of the unit that
 * refers to the table.  The size of an address is that of the file there. */
DWRELOC_API int dwreloc_line_table_at(const Dwreloc_Module *module,
                                      uint32_t section, uint64_t offset,
                                      const Dwreloc_Line_Table **table,
                                      uint64_t *next_offset);
DWRELOC_API int dwreloc_line_info(const Dwreloc_Line_Table *table,
                                  Dwreloc_Line_Info *info);
DWRELOC_API int dwreloc_line_directory(const Dwreloc_Line_Table *table,
                                       uint32_t index, const char **name);
/* DWRELOC_E_NOT_FOUND if the table has no such file; if its path cannot be
 * read, that datum's error; if is_cut, what ended the list.  The same for
 * dwreloc_line_file_path, which also needs the directory. */
DWRELOC_API int dwreloc_line_file(const Dwreloc_Line_Table *table,
                                  uint32_t number, Dwreloc_Line_File *file);
/* "directory/name" of a file, which counts from the compilation directory
 * unless it is absolute.  Directory 0 is the compilation directory and adds
 * nothing, so a program that joins both never doubles it.  Returns the length
 * without NUL; writes at most size - 1 characters and a NUL. */
DWRELOC_API int dwreloc_line_file_path(const Dwreloc_Line_Table *table,
                                       uint32_t number, char *buffer,
                                       size_t size);

/* The same with the compilation directory in front of what is not absolute:
 * directory 0 of the table, before DWARF 5 DW_AT_comp_dir.  It is absolute if
 * that one is, and it is known. */
DWRELOC_API int dwreloc_line_file_full_path(const Dwreloc_Line_Table *table,
                                            uint32_t number, char *buffer,
                                            size_t size);

/* Calls `visit` for the field of each path, or other string (clang's source
 * text), in the header of a table of version 5: directories, then files (DWARF
 * 5 6.2.4.1).  `offset` is in the section of the table, `form` a DW_FORM_*; of
 * one of a fixed size, dwreloc_section_value gives the value, of `size` bytes.
 * Before version 5 a header holds the paths
 * themselves, and there are none.  A visit that returns non-zero ends it; that
 * value is returned. */
DWRELOC_API int dwreloc_line_paths(const Dwreloc_Line_Table *table,
                                   int (*visit)(void *user, uint64_t offset,
                                                uint64_t size, uint16_t form),
                                   void *user);

typedef struct Dwreloc_Rows {
  uint64_t opaque[48];
} Dwreloc_Rows;

DWRELOC_API int dwreloc_rows_begin(const Dwreloc_Line_Table *table,
                                   Dwreloc_Rows *rows);
/* The next row of the line number matrix: 1, 0 at the end, or an error, after
 * which there is none. */
DWRELOC_API int dwreloc_rows_next(Dwreloc_Rows *rows, Dwreloc_Line *line);
/* The same for up to `capacity` rows at once; *count is how many were set.  1
 * while rows may follow, 0 at the end. */
DWRELOC_API int dwreloc_rows_next_many(Dwreloc_Rows *rows, Dwreloc_Line *lines,
                                       size_t capacity, size_t *count);
/* The row that covers `address` in the unit's line table: 1 or 0. */
DWRELOC_API int dwreloc_getsrc_relocatable(const Dwreloc_Unit *unit,
                                           const Dwreloc_Relocatable *address,
                                           Dwreloc_Line *line);

/* Reads the instructions of a line number program as stored. */
typedef struct Dwreloc_Line_Instructions {
  uint64_t opaque[48];
} Dwreloc_Line_Instructions;

typedef enum Dwreloc_Line_Opcode_Class {
  DWRELOC_LINE_STANDARD = 0,
  DWRELOC_LINE_EXTENDED = 1,
  DWRELOC_LINE_SPECIAL = 2,
} Dwreloc_Line_Opcode_Class;

typedef struct Dwreloc_Line_Instruction {
  uint64_t offset; /* in the section of the table */
  uint64_t size;   /* bytes.  Those of an extended one may be more than its
                      operands: its length counts */
  const uint8_t *bytes;
  uint8_t opcode_class;  /* Dwreloc_Line_Opcode_Class */
  uint8_t opcode;        /* DW_LNS_*, DW_LNE_*; of a special one as stored */
  uint8_t operand_count; /* beyond 4: of an unknown standard opcode; those that
                            are not given are LEB128 numbers, too */
  uint8_t reserved[5];
  uint64_t operation_advance; /* of special opcodes and DW_LNS_const_add_pc: */
  int64_t line_advance;       /* what they add, according to the header */
  /* DW_LNE_define_file: path, directory, time, length.  Unknown extended
   * opcodes: one, the bytes after the opcode. */
  Dwreloc_Operand operands[4];
  uint64_t spare[4];
} Dwreloc_Line_Instruction;

DWRELOC_API int dwreloc_line_instructions_begin(
    const Dwreloc_Line_Table *table, Dwreloc_Line_Instructions *instructions);
/* The next instruction: 1, 0 at the end, or an error, after which there is
 * none.  Errors are those of dwreloc_rows_next. */
DWRELOC_API int dwreloc_line_instructions_next(
    Dwreloc_Line_Instructions *instructions,
    Dwreloc_Line_Instruction *instruction);

/* Range and location lists (DWARF 5 2.6.2, 2.17.3, 7.25; DWARF 4 2.6.2, 2.17.3)
 */

typedef struct Dwreloc_List {
  uint64_t opaque[64];
} Dwreloc_List;

typedef struct Dwreloc_Expression {
  const Dwreloc_Unit *unit; /* NULL: it belongs to none (call frames) */
  const uint8_t *bytes;
  uint64_t size;
  uint64_t offset; /* of bytes[0] in `section` */
  uint32_t section;
  uint16_t version;     /* without a unit: how its operands are read, */
  uint8_t address_size; /* as of a unit */
  uint8_t offset_size;
  const Dwreloc_Module *module; /* without a unit */
  uint64_t spare[4];
} Dwreloc_Expression;

typedef struct Dwreloc_List_Entry {
  uint16_t kind;         /* DW_RLE_* or DW_LLE_*; .debug_ranges and .debug_loc
                            entries as _offset_pair, _base_address,
                            _end_of_list */
  uint8_t is_pair;       /* 1: a pair of .debug_ranges or .debug_loc, which
                            stores no kind */
  uint8_t operand_count; /* of `operands` */
  uint8_t reserved[4];
  uint64_t offset;           /* of the entry in the list's section */
  uint64_t size;             /* its bytes, expression included */
  Dwreloc_Relocatable first; /* operands as stored: address, offset, ... */
  Dwreloc_Relocatable second;
  Dwreloc_Expression expression; /* location entries; size 0 else */
  /* The bytes of its operands: `first`, `second`, and the length of an
   * expression.  A pair is stored as two addresses: of a new base the first one
   * is all ones, the second one the base. */
  Dwreloc_Operand operands[3];
  uint64_t spare[4];
} Dwreloc_List_Entry;

/* The DIE's DW_AT_ranges list: 1, or 0 if there is none. */
DWRELOC_API int dwreloc_ranges_begin(const Dwreloc_Die *die,
                                     Dwreloc_List *list);
/* The next range [begin, end), bases applied; empty ones included. 1, 0 or an
 * error, after which there is none. */
DWRELOC_API int dwreloc_ranges_next(Dwreloc_List *list,
                                    Dwreloc_Relocatable *begin,
                                    Dwreloc_Relocatable *end);
/* The locations of an attribute of class loclist, exprloc or (DWARF 2 and 3)
 * block: 1.  DWRELOC_E_WRONG_FORM for other classes. */
DWRELOC_API int dwreloc_locations_begin(const Dwreloc_Attribute *attribute,
                                        Dwreloc_List *list);
/* The next location.  1: bounded by [begin, end); 2: valid everywhere (single
 * expression, default entry), begin and end are zero; 0 at the end. */
DWRELOC_API int dwreloc_locations_next(Dwreloc_List *list,
                                       Dwreloc_Relocatable *begin,
                                       Dwreloc_Relocatable *end,
                                       Dwreloc_Expression *expression);
/* The next entry as stored, of a list begun by either call above; view pairs
 * and base entries included.  1, 0 at the end, or an error. */
DWRELOC_API int dwreloc_list_next(Dwreloc_List *list,
                                  Dwreloc_List_Entry *entry);

/* Where a list is: bytes [*offset, *offset + *size) of *section, its end
 * included, wherever reading it is now.  1; 0 for the one expression of an
 * attribute, which is no list; an error if it has no end.  A list may begin
 * inside of another one. */
DWRELOC_API int dwreloc_list_extent(const Dwreloc_List *list, uint32_t *section,
                                    uint64_t *offset, uint64_t *size);

/* The views of a DIE (DW_AT_GNU_locviews): bytes among the location lists that
 * belong to none of them. */
typedef struct Dwreloc_Views {
  uint64_t opaque[40];
} Dwreloc_Views;

/* The view numbers of the bounds of one entry of DW_AT_location. */
typedef struct Dwreloc_View_Pair {
  Dwreloc_Operand begin;
  Dwreloc_Operand end;
  uint64_t spare[2];
} Dwreloc_View_Pair;

/* 1, or 0 if the DIE has none.  Their number is that of the bounded entries of
 * its DW_AT_location. */
DWRELOC_API int dwreloc_views_begin(const Dwreloc_Die *die,
                                    Dwreloc_Views *views);
/* The next pair: 1, 0 at the end, or an error, after which there is none. */
DWRELOC_API int dwreloc_views_next(Dwreloc_Views *views,
                                   Dwreloc_View_Pair *pair);
/* Where all pairs are, as dwreloc_list_extent.  1, or an error. */
DWRELOC_API int dwreloc_views_extent(const Dwreloc_Views *views,
                                     uint32_t *section, uint64_t *offset,
                                     uint64_t *size);

/* Expressions (DWARF 5 2.5, 7.7.1) ----------------------------------------*/

typedef struct Dwreloc_Op {
  uint8_t atom;          /* DW_OP_* */
  uint8_t operand_count; /* 0 to 2; a block counts as one */
  uint8_t relocatable;   /* 1: dwreloc_getlocation_relocatable_addr has a
                            value for its first operand */
  uint8_t is_signed;     /* bit 0: number, bit 1: number2 */
  uint32_t size;         /* bytes, opcode included */
  uint64_t offset;       /* of the opcode, from the expression's start */
  uint64_t number;       /* operands as stored, sign-extended */
  uint64_t number2;
  uint64_t operand_offset; /* section offset of the first operand */
  const uint8_t *block;    /* implicit_value, entry_value, const_type: bytes */
  uint64_t block_size;
  uint64_t
      sub_operation; /* LLVM_user: DW_OP_LLVM_*, whose operands these are */
  uint64_t spare[3];
} Dwreloc_Op;

/* Decodes all operations.  *count becomes their number; at most `capacity` are
 * stored.  On an error those before it are. */
DWRELOC_API int dwreloc_expression_ops(const Dwreloc_Expression *expression,
                                       Dwreloc_Op *ops, size_t capacity,
                                       size_t *count);
/* The first operand as symbol + addend: DW_OP_addr, const4u/s, const8u/s,
 * addrx, constx and their GNU forms (looked up in .debug_addr), call_ref,
 * implicit_pointer and their GNU forms (offset in .debug_info; of a unit in a
 * package the operand is an offset in the unit's part, the value one in the
 * section), GNU_encoded_addr (whose number2 is the encoding, DW_EH_PE_*, stored
 * before).
 */
DWRELOC_API int dwreloc_getlocation_relocatable_addr(
    const Dwreloc_Expression *expression, const Dwreloc_Op *op,
    Dwreloc_Relocatable *value);

/* The operands of an operation as stored, with their bytes: `number`,
 * `number2`, then the block; *count is their number, at most 3.  Their values
 * are those of the bytes: an index is not looked up, and an offset in
 * .debug_info is not moved to the unit's part of a package. */
DWRELOC_API int dwreloc_op_operands(const Dwreloc_Expression *expression,
                                    const Dwreloc_Op *op,
                                    Dwreloc_Operand *operands, size_t *count);

/* The expression that an operation holds in its block (DW_OP_entry_value, GNU's
 * as well): 1 and *nested, which is read as any other; 0 for other operations.
 * *nested may be *expression.
 *
 *   if (dwreloc_op_expression(&expression, &op, &nested) == 1)
 *     dwreloc_expression_ops(&nested, ops, capacity, &count); */
DWRELOC_API int dwreloc_op_expression(const Dwreloc_Expression *expression,
                                      const Dwreloc_Op *op,
                                      Dwreloc_Expression *nested);

/* The operations as text, for people: "DW_OP_fbreg -20", "DW_OP_breg7 rsp+8",
 * "DW_OP_addr .bss+0x10", "DW_OP_entry_value(DW_OP_reg5 rdi),
 * DW_OP_stack_value". DIEs are hexadecimal offsets.  Returns the length without
 * NUL; writes at most size - 1 characters and a NUL.  On an error the text ends
 * before the operation that is bad. */
DWRELOC_API int dwreloc_expression_text(const Dwreloc_Expression *expression,
                                        char *buffer, size_t size);
/* The name of a register, as the ABI of the file's machine numbers them in
 * DWARF: "rsp" is 7 of EM_X86_64.  NULL if number or machine is not known;
 * known are EM_X86_64, _386, _AARCH64, _ARM, _RISCV, _S390, _PPC, _PPC64,
 * _MIPS, _LOONGARCH, _SPARC, _SPARC32PLUS, _SPARCV9 and _68K.  They are spelt
 * as GNU readelf does. */
DWRELOC_API const char *dwreloc_register_name(const Dwreloc_Module *module,
                                              uint64_t number);

/* Abbreviations (DWARF 5 7.5.3) -------------------------------------------*/

/* Reads declarations of .debug_abbrev as stored. */
typedef struct Dwreloc_Abbrevs {
  uint64_t opaque[64];
} Dwreloc_Abbrevs;

/* A declaration.  Numbers are those of the file, also where no unit can use
 * them: a tag beyond 16 bits, a code that was declared before. */
typedef struct Dwreloc_Abbrev {
  uint64_t code;
  uint64_t tag;             /* DW_TAG_* */
  uint64_t offset;          /* in its section */
  uint64_t size;            /* bytes, from code to the pair of zeros */
  uint64_t table_offset;    /* of its table */
  uint64_t attribute_count; /* without the pair of zeros */
  uint32_t section;         /* .debug_abbrev section index */
  uint8_t has_children;     /* 0, or 1 for any other byte */
  uint8_t reserved[3];
  uint64_t spare[4];
} Dwreloc_Abbrev;

/* An attribute of a declaration. */
typedef struct Dwreloc_Abbrev_Attribute {
  uint64_t name;              /* DW_AT_* */
  uint64_t form;              /* DW_FORM_* */
  int64_t implicit_const;     /* 0 if there is none */
  uint64_t offset;            /* of the name in the section */
  uint8_t has_implicit_const; /* 1: DW_FORM_implicit_const */
  uint8_t reserved[7];
  uint64_t spare[4];
} Dwreloc_Abbrev_Attribute;

/* Begins to read the table of a unit. */
DWRELOC_API int dwreloc_abbrevs_begin(const Dwreloc_Unit *unit,
                                      Dwreloc_Abbrevs *abbrevs);
/* Begins to read all tables of a .debug_abbrev section, or of all of them
 * (DWRELOC_NO_SECTION), whether a unit refers to them or not: one follows the
 * other.  DWRELOC_E_INVALID_ARGUMENT for other sections. */
DWRELOC_API int dwreloc_abbrevs_begin_all(const Dwreloc_Module *module,
                                          uint32_t section,
                                          Dwreloc_Abbrevs *abbrevs);
/* The next declaration.  1, 0 at the end, or an error: a damaged table gives
 * all declarations before the damage.  After it the next call goes on with the
 * next table that a unit refers to; the table of a unit is at its end. */
DWRELOC_API int dwreloc_abbrevs_next(Dwreloc_Abbrevs *abbrevs,
                                     Dwreloc_Abbrev *abbrev);
/* The next attribute of the declaration that was read last.  1, or 0 at its
 * end.
 *
 *   while (dwreloc_abbrevs_next(&abbrevs, &abbrev) > 0)
 *     while (dwreloc_abbrev_attributes_next(&abbrevs, &attribute) > 0) ... */
DWRELOC_API int dwreloc_abbrev_attributes_next(
    Dwreloc_Abbrevs *abbrevs, Dwreloc_Abbrev_Attribute *attribute);

/* Lookup tables -----------------------------------------------------------*/

/* .debug_aranges (DWARF 5 6.1.2, 7.21): which unit covers which addresses. */
typedef struct Dwreloc_Aranges {
  uint64_t opaque[64];
} Dwreloc_Aranges;

/* A tuple and what its set's header says. */
typedef struct Dwreloc_Arange {
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable length;            /* bytes */
  Dwreloc_Relocatable segment;           /* constant 0 without segments */
  Dwreloc_Relocatable debug_info_offset; /* as stored, relocated */
  uint64_t offset;                       /* of the tuple */
  uint64_t set_offset;                   /* of its set's header */
  uint64_t unit_offset;                  /* of the unit, or DWRELOC_NO_OFFSET if
                                            debug_info_offset is no number; whether there is
                                            a unit, dwreloc_unit_at tells */
  uint32_t unit_section;                 /* section index of the unit */
  uint32_t section;                      /* .debug_aranges section index */
  uint8_t offset_size;
  uint8_t address_size;
  uint8_t segment_selector_size;
  uint8_t reserved[5];
  uint64_t spare[4];
} Dwreloc_Arange;

/* Begins to read a .debug_aranges section, or all of them
 * (DWRELOC_NO_SECTION).  DWRELOC_E_INVALID_ARGUMENT for other sections. */
DWRELOC_API int dwreloc_aranges_begin(const Dwreloc_Module *module,
                                      uint32_t section,
                                      Dwreloc_Aranges *aranges);
/* The next tuple, as stored; those that end a set are left out.  1, 0 at the
 * end, or an error, after which the next call goes on with the next set. */
DWRELOC_API int dwreloc_aranges_next(Dwreloc_Aranges *aranges,
                                     Dwreloc_Arange *arange);
/* A tuple whose range holds `address`, the smallest if they nest: 1, or 0 if
 * there is none.  Compilers may leave units out.  Sorts all of them on first
 * use; those that cannot be read, or whose length needs placement, are not
 * found. */
DWRELOC_API int dwreloc_getarange_relocatable(
    const Dwreloc_Module *module, const Dwreloc_Relocatable *address,
    Dwreloc_Arange *arange);
/* The unit DIE of the unit that such a tuple names: 1, or 0 if there is no
 * tuple or no such unit. */
DWRELOC_API int dwreloc_addrdie_relocatable(const Dwreloc_Module *module,
                                            const Dwreloc_Relocatable *address,
                                            Dwreloc_Die *die);
/* The unit that holds byte `offset` of a section: 1, or 0 if there is none. */
DWRELOC_API int dwreloc_unit_at(const Dwreloc_Module *module, uint32_t section,
                                uint64_t offset, const Dwreloc_Unit **unit);

/* Questions about places --------------------------------------------------*/

/* What a backtrace shows of one place of code: its function and, where that was
 * inlined, the ones it was inlined into.
 *
 *   Dwreloc_Relocatable place;
 *   Dwreloc_Frames frames;
 *   Dwreloc_Frame frame;
 *   dwreloc_relocatable_in_section(module, section, offset, &place);
 *   if (dwreloc_frames_begin(module, &place, &frames) != 1) return complain();
 *   while (dwreloc_frames_next(&frames, &frame) == 1)
 *     printf("%s at %s:%" PRIu64 "\n", frame.name ? frame.name : "??",
 *            frame.path ? frame.path : "??", frame.line);
 *
 * The first question reads the root DIEs of the module's units; the first one
 * about a unit, its DIEs and its line program.  What that tells is kept, for
 * questions that take a few searches then, until dwreloc_trim. */
typedef struct Dwreloc_Frames {
  uint64_t opaque[24];
} Dwreloc_Frames;

typedef struct Dwreloc_Frame {
  Dwreloc_Die die;          /* DW_TAG_inlined_subroutine, DW_TAG_subprogram; not
                               filled in (unit NULL) if no DIE has the place */
  const char *name;         /* DW_AT_name, through DW_AT_abstract_origin and
                               DW_AT_specification; NULL: none, or unknown */
  const char *linkage_name; /* DW_AT_linkage_name in the same way */
  const char *path; /* of the source file, in full as far as it is known;
                       NULL: unknown */
  const Dwreloc_Line_Table *line_table; /* that `file` is of; NULL: no file */
  uint64_t file;                        /* as stored */
  uint64_t line;   /* 0: unknown, or code that belongs to no line */
  uint64_t column; /* 0: unknown */
  uint64_t discriminator;
  int32_t name_error;  /* why die or names are missing: 0, or a negative code */
  int32_t place_error; /* why the place in the sources is: the same */
  uint8_t is_inlined;  /* 1: another frame follows, which has the call */
  uint8_t reserved[7];
  uint64_t spare[8];
} Dwreloc_Frame;

/* Begins with the innermost frame: 1, or 0 if no unit of the module has code
 * there.  `place` may be a number: see dwreloc_locate.  In linked files what a
 * linker discarded, and put at 0, 1, -1 or -2, is nowhere.  If no unit has the
 * place, but one of them cannot be read, then the error of that one. */
DWRELOC_API int dwreloc_frames_begin(const Dwreloc_Module *module,
                                     const Dwreloc_Relocatable *place,
                                     Dwreloc_Frames *frames);
/* The next frame outwards: 1, or 0 at the end.  The first one has file, line
 * and column of the row that covers the place, the others those of the call.
 * What cannot be read is missing, and dwreloc_error tells why if name_error or
 * place_error is set. */
DWRELOC_API int dwreloc_frames_next(Dwreloc_Frames *frames,
                                    Dwreloc_Frame *frame);
/* The DW_TAG_subprogram that has code there: 1, or 0 if there is none.  It is
 * the die of the last of these frames.  Where a linker has folded functions of
 * equal code it is one of them; dwreloc_find_alias names the others. */
DWRELOC_API int dwreloc_function_at(const Dwreloc_Module *module,
                                    const Dwreloc_Relocatable *place,
                                    Dwreloc_Die *die);
/* The scopes of a place of code: the DIEs around it, innermost first, up to the
 * unit DIE, and their variables as they are there.
 *
 *   Dwreloc_Scopes scopes;
 *   Dwreloc_Die scope;
 *   Dwreloc_Variables variables;
 *   Dwreloc_Variable variable;
 *   if (dwreloc_scopes_begin(module, &place, &scopes) != 1) return complain();
 *   while (dwreloc_scopes_next(&scopes, &scope) == 1) {
 *     if (dwreloc_variables_begin(&scope, &place, &variables) != 1) continue;
 *     while (dwreloc_variables_next(&variables, &variable) == 1)
 *       show(&variable);
 *   }
 *
 * Nothing is placed for it, and nothing is evaluated. */
typedef struct Dwreloc_Scopes {
  uint64_t opaque[64];
} Dwreloc_Scopes;

/* 1, or 0 if no unit of the module has code there.  `place` and errors are as
 * in dwreloc_frames_begin; if the unit has no function there, but one of its
 * functions cannot be read, then the error of that one. */
DWRELOC_API int dwreloc_scopes_begin(const Dwreloc_Module *module,
                                     const Dwreloc_Relocatable *place,
                                     Dwreloc_Scopes *scopes);
/* The next scope outwards: 1, 0 after the unit DIE, or an error.  First comes a
 * block (DW_TAG_lexical_block, _try_block, _catch_block, _with_stmt) that has
 * the place, if there is one, then all DIEs that it is in: blocks,
 * DW_TAG_inlined_subroutine and DW_TAG_subprogram as in the frames of the
 * place, namespaces, classes, the unit; where only the unit is known to have
 * the place, the unit.  What a function was inlined from is not among them: its
 * DW_AT_abstract_origin leads there.  In a split unit they are its DIEs.  An
 * error of the first call that concerns the code of a block (there may be
 * scopes further in) does not end the scopes; any other does. */
DWRELOC_API int dwreloc_scopes_next(Dwreloc_Scopes *scopes, Dwreloc_Die *scope);

typedef enum Dwreloc_Variable_Kind {
  /* The DIEs do not tell its value at that place: it is kept nowhere, or
   * defined elsewhere (DW_AT_declaration). */
  DWRELOC_VARIABLE_UNAVAILABLE = 0,
  DWRELOC_VARIABLE_LOCATION = 1, /* it is what `location` says */
  DWRELOC_VARIABLE_CONSTANT = 2, /* it is `constant`, DW_AT_const_value */
} Dwreloc_Variable_Kind;

typedef struct Dwreloc_Variables {
  uint64_t opaque[24];
} Dwreloc_Variables;

/* Name, type, location and constant are those of the DIE, or of the one that
 * its DW_AT_abstract_origin or DW_AT_specification leads to. */
typedef struct Dwreloc_Variable {
  Dwreloc_Die die;        /* DW_TAG_variable, DW_TAG_formal_parameter */
  Dwreloc_Attribute type; /* DW_AT_type, see dwreloc_formref_die; not filled in
                             (unit NULL) if there is none */
  Dwreloc_Attribute constant;  /* not filled in unless it is one */
  Dwreloc_Expression location; /* likewise; empty if that is what counts at the
                                  place of one that is not available */
  Dwreloc_Relocatable begin;   /* is_bounded: the location counts for places */
  Dwreloc_Relocatable end;     /* begin <= pc < end */
  const char *name;            /* NULL: none, or unknown */
  int32_t name_error;          /* why name or type are missing: 0, or a negative
                                  code */
  int32_t location_error; /* why it is not available: the same; 0 if the DIEs
                             say so */
  uint8_t kind;           /* Dwreloc_Variable_Kind */
  uint8_t is_bounded;     /* 0: the location counts everywhere */
  uint8_t reserved[6];
  uint64_t spare[6];
} Dwreloc_Variable;

/* The variables and parameters that a scope itself has, of which those inside
 * of it are no part: 1, or 0 if there are no DIEs below it.  `scope` may be any
 * DIE.  DWRELOC_E_NEEDS_RELOCATION if `place` is a number, and no section of
 * the file is placed. */
DWRELOC_API int dwreloc_variables_begin(const Dwreloc_Die *scope,
                                        const Dwreloc_Relocatable *place,
                                        Dwreloc_Variables *variables);
/* The next one, in the order of the DIEs: 1, 0 at the end, or an error, after
 * which there is none.  Of several locations that count at the place it has the
 * first.  What cannot be read is missing, and dwreloc_error tells why if
 * name_error or location_error is set. */
DWRELOC_API int dwreloc_variables_next(Dwreloc_Variables *variables,
                                       Dwreloc_Variable *variable);
/* The variable whose data a place of data is in: 1, *die (DW_TAG_variable) and
 * *offset, the bytes from its first byte to the place; or 0.  Variables of
 * files and static ones of functions are found, whose DW_AT_location is one
 * address (DW_OP_addr, or an index into .debug_addr).  Each is as long as its
 * type; as long as the symbol of its name that begins there, if that is longer
 * (a structure that ends with an array without bounds); if neither tells, a
 * byte.  One without any bytes is nowhere.
 *
 * Of several that have the place, number 0 is the smallest, and of these the
 * first of the file; 1, 2 and so on are the others: 0 is returned once there
 * are no more.  The first question reads all DIEs of the module.  If no
 * variable has the place, but some DIE cannot be read, then the error of that
 * one. */
DWRELOC_API int dwreloc_variable_at(const Dwreloc_Module *module,
                                    const Dwreloc_Relocatable *place,
                                    uint32_t number, Dwreloc_Die *die,
                                    uint64_t *offset);
/* The symbol that a place of code or data belongs to: 1, *index and *offset,
 * the bytes from the symbol to the place; or 0.  Of symbols whose st_size
 * covers the place it is the one that begins last; else, of those without a
 * size, the last before the place in its section.  If several begin there: one
 * with a size, then a function or object, then a global one, then a weak one,
 * then the first of the table.  Those not told are found by dwreloc_find_alias.
 * Sorts the symbols on first use. */
DWRELOC_API int dwreloc_symbol_at(const Dwreloc_Module *module,
                                  const Dwreloc_Relocatable *place,
                                  uint32_t *index, uint64_t *offset);

/* Sets of modules ---------------------------------------------------------*/

/* The modules of a kernel, or of a directory: thousands, of which few are read.
 * A module is added by name and path, which opens nothing.  Its file is opened
 * when dwreloc_set_module or _locate first needs it, once, on the thread that
 * asks first.
 *
 *   Dwreloc_Set *set;
 *   Dwreloc_Module *module;
 *   uint32_t index;
 *   dwreloc_set_new(&set);
 *   dwreloc_set_add_directory(set, "/lib/modules/6.1.0/kernel");
 *   if (dwreloc_set_find(set, "snd_pcm", 0, &index) == 1 &&
 *       dwreloc_set_module(set, index, &module) == 0) ...
 *   dwreloc_set_free(set);
 *
 * dwreloc_set_add*, _close and _free need the set to themselves; all else may
 * be called from any number of threads. */
typedef struct Dwreloc_Set Dwreloc_Set;

/* A module of a set, as it was added. */
typedef struct Dwreloc_Set_Entry {
  const char *name;        /* NULL to add one: that of the file, without
                              directories, .ko, .debug, .xz, .gz and .zst */
  const char *path;        /* of its file, stripped or not; NULL: none is known,
                              and dwreloc_set_module will say so */
  const char *places;      /* a directory as dwreloc_place_from_directory reads
                              it, once the file is open; NULL: none */
  const uint8_t *build_id; /* which the file must have; NULL: any */
  size_t build_id_size;    /* bytes */
  uint64_t begin;          /* its addresses are begin <= address < end; */
  uint64_t end;            /* both 0: not known */
  uint64_t slide;          /* linked file: what was added to its addresses */
  uint64_t spare[8];
} Dwreloc_Set_Entry;

DWRELOC_API int dwreloc_set_new(Dwreloc_Set **set);
/* Closes all modules of the set; NULL is allowed. */
DWRELOC_API void dwreloc_set_free(Dwreloc_Set *set);

/* Adds a module, of which all is copied, and gives its index: they are numbered
 * from 0.  `index` may be NULL. */
DWRELOC_API int dwreloc_set_add(Dwreloc_Set *set,
                                const Dwreloc_Set_Entry *entry,
                                uint32_t *index);
/* Adds all kernel modules below a directory (.ko, .ko.debug, compressed or
 * not), sorted by path.  Returns how many. */
DWRELOC_API int dwreloc_set_add_directory(Dwreloc_Set *set, const char *path);
/* Adds the modules that are loaded: `root`/proc/modules names them, with their
 * addresses; `root`/sys/module/NAME/sections places their sections on first
 * need; each has the file of the module of that name that the set has already,
 * or else a debug file of its build-id (sys/module/NAME/notes).  A file of
 * another build than the one that is loaded is not taken.
 * `root` is "" for the running kernel, or where the two were copied to.
 * Returns how many. */
DWRELOC_API int dwreloc_set_add_live(Dwreloc_Set *set, const char *root);
/* Debug files of stripped modules are searched for below this directory, too
 * (/usr/lib/debug): by build-id, by .gnu_debuglink with its CRC, and by the
 * path of the module.  One that belongs to another build is not taken. */
DWRELOC_API int dwreloc_set_add_debug_directory(Dwreloc_Set *set,
                                                const char *path);

/* Whether debugging information may be downloaded from debuginfod servers, if
 * no directory has it: 1 or 0, which it is at first.  libdebuginfod.so.1 is
 * loaded on the first need; its environment variables say which servers are
 * asked (DEBUGINFOD_URLS) and where files are kept.  A download may take long,
 * and its thread waits. */
DWRELOC_API int dwreloc_set_allow_servers(Dwreloc_Set *set, int allow);

/* Callbacks of every module of the set, open or not, as if each had got them by
 * dwreloc_set_callbacks: `module` tells which one asks.  Places that were given
 * before are forgotten.  NULL removes them. */
DWRELOC_API int dwreloc_set_module_callbacks(
    Dwreloc_Set *set, const Dwreloc_Callbacks *callbacks);
/* Addresses of the undefined symbols of all modules, for those that no callback
 * knows: `size` bytes in the format of /proc/kallsyms and System.map (see
 * dwreloc_place_symbols_from_text), which are copied, and hashed when the first
 * symbol is looked up.  Returns how many symbols have an address.  Replaces an
 * earlier text. */
DWRELOC_API int dwreloc_set_symbols_from_text(Dwreloc_Set *set,
                                              const char *text, size_t size);
/* Whether undefined symbols that the text does not have are looked up in the
 * other modules that have places: 1 or 0, which it is at first.  On the first
 * need these are opened and their global symbols hashed.  A module that exports
 * the name (__ksymtab_NAME) goes before one that defines it; a name that
 * several define alike has no address. */
DWRELOC_API int dwreloc_set_symbols_from_modules(Dwreloc_Set *set, int use);

DWRELOC_API uint32_t dwreloc_set_count(const Dwreloc_Set *set);
/* DWRELOC_E_NOT_FOUND if there is no module of that index; the same below. */
DWRELOC_API int dwreloc_set_entry(const Dwreloc_Set *set, uint32_t index,
                                  Dwreloc_Set_Entry *entry);
/* The first module of that name at or after index `from`: 1 and *index, or 0.
 * '-' and '_' are the same, as for the kernel. */
DWRELOC_API int dwreloc_set_find(const Dwreloc_Set *set, const char *name,
                                 uint32_t from, uint32_t *index);
/* The same by build-id.  Opens the modules before it of which no build-id was
 * given. */
DWRELOC_API int dwreloc_set_find_build_id(const Dwreloc_Set *set,
                                          const uint8_t *build_id, size_t size,
                                          uint32_t from, uint32_t *index);
/* The module: its debug file if its own file has no DWARF and there is one.
 * Owned by the set.  An error of opening is kept until dwreloc_set_close. */
DWRELOC_API int dwreloc_set_module(const Dwreloc_Set *set, uint32_t index,
                                   Dwreloc_Module **module);
/* The module that has an address, and the place in it: 1, or 0 if none has.
 * Opens the module whose range has the address; if it is in no range, or not in
 * the module that it should be in, those of the others that have places. */
DWRELOC_API int dwreloc_set_locate(const Dwreloc_Set *set, uint64_t address,
                                   uint32_t *index, Dwreloc_Relocatable *place);
/* How many modules have been opened so far. */
DWRELOC_API uint32_t dwreloc_set_opened(const Dwreloc_Set *set);
/* Closes a module, which ends all that it owns; it is opened again on need. */
DWRELOC_API int dwreloc_set_close(Dwreloc_Set *set, uint32_t index);

/* Copies for readers that know no relocations -----------------------------*/

/* A copy of an unlinked file in which sections have the addresses of their
 * places, and debugging information is what the linker would make of it: for
 * gdb, readelf, LLVM, pyelftools, a debugger's JIT interface.  Section and
 * symbol numbers stay.  Compressed sections whose records are applied are
 * stored uncompressed. */
typedef struct Dwreloc_Image Dwreloc_Image;

typedef enum Dwreloc_Materialize {
  DWRELOC_MATERIALIZE_FULL = 0,      /* addresses, debug sections, .eh_frame */
  DWRELOC_MATERIALIZE_DEBUG = 1,     /* addresses and debug sections */
  DWRELOC_MATERIALIZE_ADDRESSES = 2, /* addresses; all records stay */
  DWRELOC_MATERIALIZE_STATIC = 3,    /* no addresses: only what is a number
                                        wherever the file is loaded, as
                                        eu-strip --reloc-debug-sections does */
} Dwreloc_Materialize;

enum {
  DWRELOC_MATERIALIZE_EXEC = 1,    /* ET_EXEC; symbols have addresses */
  DWRELOC_MATERIALIZE_STRICT = 2,  /* a record that cannot be applied fails */
  DWRELOC_MATERIALIZE_NO_CODE = 4, /* loaded sections without contents, but
                                      notes and .eh_frame */
};

/* Places come from the module, callbacks included.  `mode` is one of
 * Dwreloc_Materialize, `flags` any of the others.  A relocation section whose
 * records are all applied becomes SHT_NULL; records that cannot be applied
 * stay, and so do those of code and data.  DWRELOC_E_INVALID_ARGUMENT in a
 * linked file. */
DWRELOC_API int dwreloc_materialize(const Dwreloc_Module *module, uint32_t mode,
                                    uint32_t flags, Dwreloc_Image **image);
/* NULL is allowed. */
DWRELOC_API void dwreloc_image_free(Dwreloc_Image *image);

typedef struct Dwreloc_Image_Info {
  const uint8_t *bytes; /* the file; valid until dwreloc_image_free */
  size_t size;
  uint32_t sections_placed; /* that have an address */
  int32_t first_failure;    /* why the first record is left, a negative code;
                               0: none is, or only what STATIC leaves */
  uint64_t records_applied;
  uint64_t records_left;  /* of the sections that were to be relocated */
  uint32_t first_section; /* of the module: the datum's, or
                             DWRELOC_NO_SECTION */
  uint32_t reserved;
  uint64_t first_offset;
  uint64_t spare[8];
} Dwreloc_Image_Info;

DWRELOC_API int dwreloc_image_info(const Dwreloc_Image *image,
                                   Dwreloc_Image_Info *info);
/* A file in memory with a copy of it (memfd_create(2)), which the caller
 * closes, for those that read files only: /proc/self/fd/N is its name. */
DWRELOC_API int dwreloc_image_memfd(const Dwreloc_Image *image, int *fd);

/* Public names ------------------------------------------------------------*/

/* .debug_pubnames, .debug_pubtypes (DWARF 4 6.1.1, 7.19), .debug_gnu_pubnames,
 * .debug_gnu_pubtypes (gcc and clang -ggnu-pubnames). */
typedef struct Dwreloc_Pubnames {
  uint64_t opaque[64];
} Dwreloc_Pubnames;

/* What a symbol is (gdb manual, "Index Section Format"). */
typedef enum Dwreloc_Symbol_Kind {
  DWRELOC_SYMBOL_NONE = 0,
  DWRELOC_SYMBOL_TYPE = 1,
  DWRELOC_SYMBOL_VARIABLE = 2, /* and enumerators */
  DWRELOC_SYMBOL_FUNCTION = 3,
  DWRELOC_SYMBOL_OTHER = 4,
} Dwreloc_Symbol_Kind;

/* An entry and what its set's header says. */
typedef struct Dwreloc_Pubname {
  const char *name;
  uint64_t name_length;                  /* without NUL */
  Dwreloc_Relocatable debug_info_offset; /* as stored, relocated */
  Dwreloc_Relocatable debug_info_length; /* size of the unit, as stored */
  uint64_t offset;                       /* of the entry */
  uint64_t set_offset;                   /* of its set's header */
  uint64_t unit_offset;                  /* see Dwreloc_Arange */
  uint64_t die_offset;                   /* from the unit's start */
  uint32_t unit_section;
  uint32_t section;    /* of the table */
  uint8_t offset_size; /* 4 or 8 */
  uint8_t has_flags;   /* 1: a GNU section; else the next three are 0 */
  uint8_t flags;       /* as stored */
  uint8_t symbol_kind; /* Dwreloc_Symbol_Kind, or another number up to 7 */
  uint8_t is_static;
  uint8_t reserved[3];
  uint64_t spare[4];
} Dwreloc_Pubname;

/* Begins to read one of these sections, or all of them (DWRELOC_NO_SECTION), in
 * file order.  DWRELOC_E_INVALID_ARGUMENT for other sections. */
DWRELOC_API int dwreloc_pubnames_begin(const Dwreloc_Module *module,
                                       uint32_t section,
                                       Dwreloc_Pubnames *pubnames);
/* The next entry.  1, 0 at the end, or an error, after which the next call goes
 * on with the next set. */
DWRELOC_API int dwreloc_pubnames_next(Dwreloc_Pubnames *pubnames,
                                      Dwreloc_Pubname *pubname);

/* .debug_names (DWARF 5 6.1.1.4, 7.19).  Owned by the module. */
typedef struct Dwreloc_Name_Index Dwreloc_Name_Index;

typedef struct Dwreloc_Name_Index_Info {
  uint32_t section;    /* .debug_names section index */
  uint16_t version;    /* 5 */
  uint8_t offset_size; /* 4 or 8 */
  uint8_t reserved;
  uint64_t offset; /* of the header in its section */
  uint64_t end;
  uint64_t entry_pool; /* offset of the entry pool */
  uint32_t comp_unit_count;
  uint32_t local_type_unit_count;
  uint32_t foreign_type_unit_count;
  uint32_t bucket_count; /* 0: no hash table */
  uint32_t name_count;
  uint32_t abbrev_table_size; /* bytes */
  const char *augmentation;   /* "LLVM0700", without NUL */
  uint64_t augmentation_size; /* bytes */
  uint64_t spare[8];
} Dwreloc_Name_Index_Info;

/* Which list a unit of an index is in. */
typedef enum Dwreloc_Name_Unit_Kind {
  DWRELOC_NAME_UNIT_COMPILE = 0,
  DWRELOC_NAME_UNIT_LOCAL_TYPE = 1,
  DWRELOC_NAME_UNIT_FOREIGN_TYPE = 2, /* in another file */
  DWRELOC_NAME_UNIT_NONE = 3,         /* an entry that names no unit */
} Dwreloc_Name_Unit_Kind;

typedef struct Dwreloc_Name_Unit {
  Dwreloc_Relocatable offset; /* as stored, relocated; constant 0 for foreign
                                 units and none */
  uint64_t unit_offset;       /* see Dwreloc_Arange */
  uint64_t signature;         /* foreign type units */
  uint32_t unit_section;
  uint8_t kind; /* Dwreloc_Name_Unit_Kind */
  uint8_t reserved[3];
  uint64_t spare[4];
} Dwreloc_Name_Unit;

typedef struct Dwreloc_Name {
  const Dwreloc_Name_Index *index;
  Dwreloc_Relocatable string_offset; /* in .debug_str, relocated */
  uint64_t entries;                  /* section offset of the first entry */
  uint32_t number;                   /* in the index, from 1 */
  uint32_t hash;                     /* 0 without a hash table */
  uint64_t spare[4];
} Dwreloc_Name;

typedef struct Dwreloc_Name_Entries {
  uint64_t opaque[48];
} Dwreloc_Name_Entries;

/* Dwreloc_Name_Entry.parent_kind */
enum {
  DWRELOC_PARENT_UNKNOWN = 0,     /* not told */
  DWRELOC_PARENT_NOT_INDEXED = 1, /* the parent has no entry */
  DWRELOC_PARENT_ENTRY = 2,
};

/* Dwreloc_Name_Entry.linkage */
enum {
  DWRELOC_LINKAGE_UNKNOWN = 0,  /* not told */
  DWRELOC_LINKAGE_INTERNAL = 1, /* DW_IDX_GNU_internal */
  DWRELOC_LINKAGE_EXTERNAL = 2, /* DW_IDX_GNU_external */
};

/* A DIE that has the name. */
typedef struct Dwreloc_Name_Entry {
  Dwreloc_Name_Unit unit;
  uint64_t offset;     /* of the entry in the section */
  uint64_t code;       /* of its abbreviation */
  uint64_t die_offset; /* from the unit's start, or DWRELOC_NO_OFFSET */
  uint64_t parent;     /* PARENT_ENTRY: section offset of the parent's entry,
                          else DWRELOC_NO_OFFSET */
  uint64_t type_hash;  /* DW_IDX_type_hash, or 0 */
  uint16_t tag;        /* DW_TAG_* */
  uint8_t parent_kind;
  uint8_t linkage;
  uint8_t reserved[4];
  uint64_t spare[4];
} Dwreloc_Name_Entry;

/* Steps through the indexes of all .debug_names sections, in section then
 * offset order.  *index NULL starts.  1, or 0 at the end with *index NULL.
 * Those that cannot be read are left out: see dwreloc_name_index_error. */
DWRELOC_API int dwreloc_name_indexes_next(const Dwreloc_Module *module,
                                          const Dwreloc_Name_Index **index);
/* The number-th index that cannot be read: its negative code, details in
 * dwreloc_error; 0 if there are no more. */
DWRELOC_API int dwreloc_name_index_error(const Dwreloc_Module *module,
                                         uint32_t number);
DWRELOC_API int dwreloc_name_index_info(const Dwreloc_Name_Index *index,
                                        Dwreloc_Name_Index_Info *info);
/* Number `number` (from 0) of a list of units.  DWRELOC_E_NOT_FOUND if it has
 * fewer. */
DWRELOC_API int dwreloc_name_index_unit(const Dwreloc_Name_Index *index,
                                        int kind, /* Dwreloc_Name_Unit_Kind */
                                        uint32_t number,
                                        Dwreloc_Name_Unit *unit);
/* Number `number` (from 1) of the names.  DWRELOC_E_NOT_FOUND if there are
 * fewer. */
DWRELOC_API int dwreloc_name(const Dwreloc_Name_Index *index, uint32_t number,
                             Dwreloc_Name *name);
/* The name that is exactly `string`: 1, or 0 if there is none.  Costs a hash;
 * where there is no hash table, or the string is not ASCII, a comparison with
 * every name. */
DWRELOC_API int dwreloc_find_name(const Dwreloc_Name_Index *index,
                                  const char *string, Dwreloc_Name *name);
/* The string.  *length (may be NULL) in bytes. */
DWRELOC_API int dwreloc_name_string(const Dwreloc_Name *name,
                                    const char **string, size_t *length);
DWRELOC_API int dwreloc_name_entries_begin(const Dwreloc_Name *name,
                                           Dwreloc_Name_Entries *entries);
/* The next entry of the name's series.  1, 0 at the end, or an error, after
 * which there is none. */
DWRELOC_API int dwreloc_name_entries_next(Dwreloc_Name_Entries *entries,
                                          Dwreloc_Name_Entry *entry);
/* Addresses and string offsets by index (DWARF 5 7.26, 7.27) ---------------*/

/* What one unit contributes to .debug_addr or .debug_str_offsets: entries that
 * forms give the index of (DW_FORM_addrx, DW_FORM_strx).  Before DWARF 5, in
 * the sections of GNU split DWARF, there are entries without a header. */
typedef struct Dwreloc_Contribution {
  const Dwreloc_Module *module;
  uint32_t section;
  uint16_t version;     /* 5; 0: there is no header */
  uint8_t offset_size;  /* 4 or 8 */
  uint8_t entry_size;   /* of .debug_addr the size of an address, else of an
                           offset */
  uint8_t is_addresses; /* 1: .debug_addr; 0: .debug_str_offsets */
  uint8_t reserved[7];
  uint64_t offset;      /* of the header */
  uint64_t base;        /* of entry 0: what DW_AT_addr_base and
                           DW_AT_str_offsets_base say */
  uint64_t count;       /* of entries */
  uint64_t next_offset; /* of the first byte after it; DWRELOC_NO_OFFSET: its
                           length is not known */
  uint64_t spare[4];
} Dwreloc_Contribution;

/* The contribution at an offset of a section.  1, or 0 if the section is of
 * another kind, or ends there.  With offset 0, then next_offset of the one
 * before, all of a section are read; after an error too, which sets
 * is_addresses and next_offset, unless that is DWRELOC_NO_OFFSET. */
DWRELOC_API int dwreloc_contribution_at(const Dwreloc_Module *module,
                                        uint32_t section, uint64_t offset,
                                        Dwreloc_Contribution *contribution);
/* Entry `index`: an address, or the offset of a string. */
DWRELOC_API int dwreloc_contribution_value(
    const Dwreloc_Contribution *contribution, uint64_t index,
    Dwreloc_Relocatable *value);
/* The string that entry `index` of .debug_str_offsets refers to.  *length (may
 * be NULL) in bytes.  DWRELOC_E_WRONG_FORM for addresses. */
DWRELOC_API int dwreloc_contribution_string(
    const Dwreloc_Contribution *contribution, uint64_t index,
    const char **string, size_t *length);

/* Indexes of package files (DWARF 5 7.3.5.3; version 2: GNU) ----------------*/

/* A .debug_cu_index or .debug_tu_index: which part of each section of a package
 * belongs to which unit. */
typedef struct Dwreloc_Unit_Index {
  uint32_t section;
  uint32_t version;       /* 5, or 2 */
  uint32_t section_count; /* columns: sections that units have a part of */
  uint32_t unit_count;    /* rows, which are counted from 1 */
  uint32_t slot_count;    /* of the hash table from signatures to rows */
  uint32_t reserved;
  uint64_t opaque[24];
  uint64_t spare[4];
} Dwreloc_Unit_Index;

typedef struct Dwreloc_Unit_Contribution {
  uint32_t section_id; /* DW_SECT_*, as stored */
  uint32_t offset;     /* bytes from the start of that section */
  uint32_t size;       /* bytes; 0: the unit has none of it */
  uint32_t reserved;
  uint64_t spare[4];
} Dwreloc_Unit_Contribution;

/* The index in a section: 1, or 0 if the section is of another kind. */
DWRELOC_API int dwreloc_unit_index(const Dwreloc_Module *module,
                                   uint32_t section, Dwreloc_Unit_Index *index);
/* Slot `slot` of the hash table: 1, or 0 if it is not in use. */
DWRELOC_API int dwreloc_unit_index_slot(const Dwreloc_Unit_Index *index,
                                        uint32_t slot, uint64_t *signature,
                                        uint32_t *row);
/* The row of a signature (of a type unit, or dwo_id): 1, or 0 if the index does
 * not hold it. */
DWRELOC_API int dwreloc_unit_index_find(const Dwreloc_Unit_Index *index,
                                        uint64_t signature, uint32_t *row);
/* What the unit of row 1 to unit_count has of the section of column 0 to
 * section_count - 1. */
DWRELOC_API int dwreloc_unit_index_contribution(
    const Dwreloc_Unit_Index *index, uint32_t row, uint32_t column,
    Dwreloc_Unit_Contribution *contribution);

/* Supplementary and separate debug files -----------------------------------*/

typedef enum Dwreloc_Link_Kind {
  DWRELOC_LINK_SUP = 1,     /* .debug_sup (DWARF 5 7.3.6) */
  DWRELOC_LINK_ALTLINK = 2, /* .gnu_debugaltlink (dwz) */
  /* .gnu_debuglink (objcopy --add-gnu-debuglink) */
  DWRELOC_LINK_DEBUGLINK = 3,
} Dwreloc_Link_Kind;

/* What a file says of another file that holds part of its DWARF. */
typedef struct Dwreloc_Link {
  uint8_t kind;             /* Dwreloc_Link_Kind */
  uint8_t is_supplementary; /* .debug_sup: 1: this file is the supplementary
                               one, and file_name is "" */
  uint16_t version;         /* .debug_sup: 5; else 0 */
  uint32_t section;
  const char *file_name;   /* as stored */
  const uint8_t *checksum; /* .debug_sup: checksum; .gnu_debugaltlink: build-id
                              of the other file; else NULL */
  size_t checksum_size;    /* bytes */
  uint32_t crc;            /* .gnu_debuglink: CRC32 of the other file; else 0 */
  uint32_t reserved;
  uint64_t spare[8];
} Dwreloc_Link;

/* The link in a section: 1, or 0 if the section is none of these. */
DWRELOC_API int dwreloc_link(const Dwreloc_Module *module, uint32_t section,
                             Dwreloc_Link *link);

/* The file in which this one shares part of its DWARF with others, as
 * .gnu_debugaltlink or .debug_sup says.  Strings and DIEs in it are found by
 * dwreloc_formstring, dwreloc_formref_die and all that follows origins, in any
 * form (DW_FORM_ref_sup4, _ref_sup8, _strp_sup and GNU's _ref_alt, _strp_alt),
 * whose value is the offset there.  For all else in it there is its module,
 * which dwreloc_close of this one closes, or dwreloc_set_free.
 *
 * It is searched for when it is first needed: where find_file says; as it is
 * named, from the directory of this file; by build-id below /usr/lib/debug, or
 * the debug directories of the set; by its bare name in .dwz there and beside
 * this file; from servers if the set may ask them.  DWRELOC_E_NOT_FOUND if
 * there is no link, no such file, or only those of other builds. */
DWRELOC_API int dwreloc_supplementary(const Dwreloc_Module *module,
                                      const Dwreloc_Module **supplementary);

/* Macros (DWARF 5 6.3, DWARF 4 6.3, and GNU's version 4 of .debug_macro) ---*/

typedef struct Dwreloc_Macros {
  uint64_t opaque[128];
} Dwreloc_Macros;

typedef struct Dwreloc_Macro_Info {
  const Dwreloc_Unit *unit;   /* whose macros these are, or NULL */
  uint32_t section;           /* .debug_macro or .debug_macinfo section index */
  uint16_t version;           /* 4 or 5; 0: .debug_macinfo, without header */
  uint8_t offset_size;        /* 4 or 8 */
  uint8_t flags;              /* as stored */
  uint64_t offset;            /* of the macro unit in its section */
  uint64_t operations_offset; /* of its first operation */
  uint64_t next_offset;       /* of the next operation; once there are no more,
                                 of the first byte after the macro unit */
  uint64_t line_offset;       /* of the line table that has its files; not
                                 said, or a bad relocation: DWRELOC_NO_OFFSET */
  uint32_t line_section;      /* .debug_line section index of that, or
                                 DWRELOC_NO_SECTION */
  uint32_t reserved;
  uint64_t spare[8];
} Dwreloc_Macro_Info;

typedef enum Dwreloc_Macro_Kind {
  DWRELOC_MACRO_DEFINE = 1,
  DWRELOC_MACRO_UNDEF = 2,
  DWRELOC_MACRO_START_FILE = 3,
  DWRELOC_MACRO_END_FILE = 4,
  DWRELOC_MACRO_IMPORT = 5,
  /* DW_MACINFO_vendor_ext, or an operation that the header of its macro unit
     describes */
  DWRELOC_MACRO_VENDOR = 6,
} Dwreloc_Macro_Kind;

/* Dwreloc_Macro.operand_kind */
enum {
  DWRELOC_MACRO_NO_OPERAND = 0, /* start_file, end_file, most vendors' */
  DWRELOC_MACRO_STRING = 1,     /* operand: its offset in this section */
  DWRELOC_MACRO_STRP = 2,       /* its offset in .debug_str */
  DWRELOC_MACRO_STRX = 3,       /* its index in .debug_str_offsets */
  DWRELOC_MACRO_UNIT = 4,       /* offset in .debug_macro */
  DWRELOC_MACRO_SUP_STRING = 5, /* offsets in the supplementary file */
  DWRELOC_MACRO_SUP_UNIT = 6,
};

/* One operation. */
typedef struct Dwreloc_Macro {
  const Dwreloc_Unit *unit; /* whose macros these are, or NULL */
  uint8_t kind;             /* Dwreloc_Macro_Kind */
  uint8_t opcode;           /* DW_MACRO_*, DW_MACRO_GNU_* or DW_MACINFO_* */
  uint8_t operand_kind;     /* DWRELOC_MACRO_* */
  uint8_t reserved;
  uint16_t version; /* of its macro unit */
  uint16_t reserved2;
  uint32_t section;      /* it stands in */
  uint32_t depth;        /* start_file operations around it */
  uint32_t import_depth; /* imports that were followed to get there */
  uint32_t reserved3;
  uint64_t offset; /* of the opcode in its section */
  uint64_t line;   /* define, undef, start_file; vendor_ext: its constant */
  uint64_t file;   /* start_file: number in the line table */
  Dwreloc_Relocatable operand;
  uint64_t spare[4];
} Dwreloc_Macro;

/* The macros of a unit (DW_AT_macros, DW_AT_GNU_macros, DW_AT_macro_info of its
 * root DIE): 1, or 0 if it has none. */
DWRELOC_API int dwreloc_macros_begin(const Dwreloc_Unit *unit,
                                     Dwreloc_Macros *macros);
/* The macro unit at an offset of a section.  1, or 0 if the section has no
 * macro information, or none from there on.  With offset 0, then next_offset of
 * the one before, all macro units of a section are read.  Zeros between them
 * are padding and passed by; so is a unit of .debug_macinfo that is empty,
 * which only dwreloc_macros_begin of who refers to it tells from that.  `unit`
 * is the one whose macros they are, for strings given by index; it may be
 * NULL. */
DWRELOC_API int dwreloc_macros_begin_at(const Dwreloc_Module *module,
                                        uint32_t section, uint64_t offset,
                                        const Dwreloc_Unit *unit,
                                        Dwreloc_Macros *macros);
DWRELOC_API int dwreloc_macros_info(const Dwreloc_Macros *macros,
                                    Dwreloc_Macro_Info *info);
/* The line table that numbers the files of start_file: the one that the header
 * names; of .debug_macinfo, which names none, .debug_line.dwo's in a split
 * file, else the unit's.  1 and *table; 0 and NULL if the unit of the macros is
 * not known, or has none.  Errors as of dwreloc_line_table. */
DWRELOC_API int dwreloc_macros_line_table(const Dwreloc_Macros *macros,
                                          const Dwreloc_Line_Table **table);
/* From here on (1) the operations of each imported macro unit follow the
 * import, with a greater import_depth; or (0, how it begins) they do not.  An
 * import that leads to where one already is, that cannot be read, or that is
 * below 16 others is not followed. */
DWRELOC_API int dwreloc_macros_follow_imports(Dwreloc_Macros *macros,
                                              int follow);
/* The next operation: 1, 0 at the end, or an error, after which there is none.
 * An operation that is not known and not described by the header is
 * DWRELOC_E_UNSUPPORTED, for its end is not known. */
DWRELOC_API int dwreloc_macros_next(Dwreloc_Macros *macros,
                                    Dwreloc_Macro *macro);
/* The text of a define, undef or vendor_ext: "NAME value", "NAME(a,b) value".
 * *length (may be NULL) in bytes.  DWRELOC_E_WRONG_FORM if it has none,
 * DWRELOC_E_NOT_FOUND if it is in a supplementary file that is not there, or
 * given by index and no unit is known. */
DWRELOC_API int dwreloc_macro_string(const Dwreloc_Macro *macro,
                                     const char **string, size_t *length);
/* The macro unit that an import refers to, in this or another section: for
 * dwreloc_macros_begin_at.  Errors as above. */
DWRELOC_API int dwreloc_macro_import(const Dwreloc_Macro *macro,
                                     uint32_t *section, uint64_t *offset);

/* Call frame information (DWARF 5 6.4; LSB 10.6) --------------------------*/

/* The entries of one .debug_frame or .eh_frame section. */
typedef struct Dwreloc_Cfi {
  uint64_t opaque[96];
} Dwreloc_Cfi;

/* A CIE, or an FDE with what it needs of the CIE that it names. */
typedef struct Dwreloc_Cfi_Entry {
  const Dwreloc_Module *module;
  uint64_t offset;               /* of the entry in its section */
  uint64_t end;                  /* first byte after it */
  uint64_t cie;                  /* offset of the CIE: for a CIE its own */
  uint64_t instructions;         /* offset of the first; they go to `end` */
  uint64_t initial_instructions; /* the CIE's */
  uint64_t cie_end;
  uint32_t section;              /* that it stands in */
  uint8_t is_cie;                /* 1: the FDE's fields are zero */
  uint8_t has_lsda;              /* 1: lsda is set; see has_null_lsda */
  uint8_t version;               /* 1, 3 or 4 */
  uint8_t address_size;          /* bytes */
  uint8_t offset_size;           /* 4 or 8: 32- or 64-bit DWARF format */
  uint8_t segment_selector_size; /* bytes, 0 to 8 */
  uint8_t fde_encoding;          /* DW_EH_PE_* of initial_location (R) */
  uint8_t lsda_encoding;         /* 0xff (DW_EH_PE_omit): none (L) */
  uint8_t personality_encoding;  /* likewise (P) */
  uint8_t is_signal_frame;       /* S */
  uint8_t is_b_key_frame;        /* B: AArch64, return addresses are signed
                                    with key B */
  uint8_t is_mte_tagged_frame;   /* G: AArch64, the stack is tagged */
  uint8_t is_understood;         /* 0: an augmentation that is not known; what
                                    comes after it in the CIE, and all
                                    instructions, cannot be read */
  char unknown_augmentation;     /* first letter not known of one that begins
                                    with z, else NUL */
  uint8_t has_null_lsda; /* 1: the FDE has a pointer to an LSDA, which is
                            null: this function has none */
  uint8_t reserved;
  uint32_t cie_section; /* that the CIE stands in: where a file has several of
                           the name, maybe another */
  const char *augmentation;
  const uint8_t *augmentation_data; /* the entry's own, if z */
  uint64_t augmentation_size;
  uint64_t code_alignment_factor;
  int64_t data_alignment_factor;
  uint64_t return_address_register;
  Dwreloc_Relocatable personality; /* the routine; if personality_encoding has
                                      0x80 (DW_EH_PE_indirect), where its
                                      address is kept */
  Dwreloc_Relocatable initial_location;
  Dwreloc_Relocatable address_range; /* bytes */
  Dwreloc_Relocatable lsda;          /* language-specific data area; indirect as
                                        above */
  uint64_t spare[8];
} Dwreloc_Cfi_Entry;

/* The first section at or after index `from` that holds call frame
 * information.  Returns 1 and sets *index, or 0. */
DWRELOC_API int dwreloc_cfi_section(const Dwreloc_Module *module, uint32_t from,
                                    uint32_t *index);
/* Begins to read a section.  DWRELOC_E_NOT_FOUND if it holds no call frame
 * information. */
DWRELOC_API int dwreloc_cfi_begin(const Dwreloc_Module *module,
                                  uint32_t section, Dwreloc_Cfi *cfi);
/* The next CIE or FDE: 1, 0 at the end.  An error is that of one entry: the
 * next call goes on after it, or returns 0 if its length is not known.
 * Lengths of 0, which end .eh_frame for unwinders, are passed over.  A pointer
 * that cannot be read spoils itself only: DWRELOC_BAD, with
 * DWRELOC_E_UNKNOWN_BASE where it counts from what the file does not tell. */
DWRELOC_API int dwreloc_cfi_next(Dwreloc_Cfi *cfi, Dwreloc_Cfi_Entry *entry);
/* The entry that starts at `offset`; that one does is the caller's knowledge.
 * DWRELOC_E_NOT_FOUND if there is none any more. */
DWRELOC_API int dwreloc_cfi_at(const Dwreloc_Module *module, uint32_t section,
                               uint64_t offset, Dwreloc_Cfi_Entry *entry);
/* The FDE that covers `pc`: 1 or 0.  Looked for in `section`, or with
 * DWRELOC_NO_SECTION in all, those of .debug_frame first.  The first call reads
 * the headers of all entries of the file.
 *
 * pc is a value, not an address at run time: what reading gives (a low_pc, a
 * row of a line table), or in a relocatable file a place in a section, which
 * dwreloc_relocatable_in_section makes, and in a linked file an address as the
 * file has it, which dwreloc_relocatable_number makes.  Where a module was
 * loaded makes no difference here; whoever has an address at run time takes the
 * address of its section from it first. */
DWRELOC_API int dwreloc_cfi_find_relocatable(const Dwreloc_Module *module,
                                             uint32_t section,
                                             const Dwreloc_Relocatable *pc,
                                             Dwreloc_Cfi_Entry *entry);

typedef struct Dwreloc_Cfi_Instructions {
  uint64_t opaque[48];
} Dwreloc_Cfi_Instructions;

/* One instruction; operands are multiplied by the alignment factors where the
 * standard says so. */
typedef struct Dwreloc_Cfi_Instruction {
  uint8_t opcode; /* DW_CFA_*: 0x40, 0x80, 0xc0 without the operand in the low
                     bits */
  uint8_t operand_count;  /* of `operands` */
  uint8_t is_signed;      /* bit i: operands[i] */
  uint8_t moves_location; /* 1: `location` is its operand */
  uint8_t has_expression; /* 1: one is its last operand */
  uint8_t reserved[3];
  uint64_t offset;              /* in the section */
  uint64_t size;                /* bytes */
  Dwreloc_Relocatable location; /* DW_CFA_set_loc: the location; else by how
                                   many bytes it advances */
  uint64_t operands[3];
  uint64_t expression_offset; /* see dwreloc_cfi_expression */
  uint64_t expression_size;
  uint64_t spare[4];
} Dwreloc_Cfi_Instruction;

/* The instructions of an entry itself: an FDE's without those of its CIE. */
DWRELOC_API int dwreloc_cfi_instructions_begin(
    const Dwreloc_Cfi_Entry *entry, Dwreloc_Cfi_Instructions *instructions);
/* 1, 0 at the end, or an error, after which there is none. */
DWRELOC_API int dwreloc_cfi_instructions_next(
    Dwreloc_Cfi_Instructions *instructions,
    Dwreloc_Cfi_Instruction *instruction);

/* DWARF 5 6.4.1 */
typedef enum Dwreloc_Cfi_Rule_Kind {
  DWRELOC_CFI_NONE = 0, /* a CFA that nothing defines */
  DWRELOC_CFI_UNDEFINED = 1,
  DWRELOC_CFI_SAME_VALUE = 2,
  DWRELOC_CFI_OFFSET = 3,     /* saved at CFA + value */
  DWRELOC_CFI_VAL_OFFSET = 4, /* is CFA + value */
  DWRELOC_CFI_REGISTER = 5,   /* is in register `value` */
  /* saved where the expression says; a CFA: is what it says */
  DWRELOC_CFI_EXPRESSION = 6,
  DWRELOC_CFI_VAL_EXPRESSION = 7, /* is what the expression says */
  /* `value` as the machine means it: AArch64's RA_SIGN_STATE (register 34) */
  DWRELOC_CFI_ARCHITECTURAL = 8,
  DWRELOC_CFI_CFA_REGISTER = 9, /* the CFA is register `number` + value */
} Dwreloc_Cfi_Rule_Kind;

typedef struct Dwreloc_Cfi_Rule {
  int64_t value;   /* offset or register; expressions: offset of the first byte
                      in the section, see dwreloc_cfi_rule_expression */
  uint64_t size;   /* of the expression in bytes */
  uint32_t number; /* the register, as DWARF numbers it */
  uint16_t address_space; /* of the CFA; 0 unless LLVM says otherwise */
  uint8_t kind;           /* Dwreloc_Cfi_Rule_Kind */
  uint8_t is_in_cie;      /* 1: the expression stands among the CIE's
                             instructions, in the entry's cie_section */
} Dwreloc_Cfi_Rule;

/* The rules that hold for locations begin <= pc < end. */
typedef struct Dwreloc_Cfi_Row {
  Dwreloc_Relocatable begin;
  Dwreloc_Relocatable end;
  Dwreloc_Cfi_Rule cfa;
  const Dwreloc_Cfi_Rule *registers; /* by number; those without a rule are
                                        left out.  In the Dwreloc_Cfi_Rows:
                                        valid until its next row */
  size_t register_count;
  uint64_t args_size; /* DW_CFA_GNU_args_size */
  uint64_t spare[4];
} Dwreloc_Cfi_Row;

typedef struct Dwreloc_Cfi_Rows {
  uint64_t opaque[1024];
} Dwreloc_Cfi_Rows;

/* The table that an FDE's instructions build; of a CIE the one row, without
 * begin and end, that all its FDEs start with. */
DWRELOC_API int dwreloc_cfi_rows_begin(const Dwreloc_Cfi_Entry *entry,
                                       Dwreloc_Cfi_Rows *rows);
/* 1, 0 at the end, or an error, after which there is none.  A row may be empty:
 * one ends with every instruction that moves the location. */
DWRELOC_API int dwreloc_cfi_rows_next(Dwreloc_Cfi_Rows *rows,
                                      Dwreloc_Cfi_Row *row);
/* The row that holds at `pc`, of the FDE that covers it: 1, *entry and *row, of
 * which *rows has the rules; or 0.  `section`, pc and errors are as in
 * dwreloc_cfi_find_relocatable; an instruction before the row that cannot be
 * read is an error.  Further rows come from dwreloc_cfi_rows_next. */
DWRELOC_API int dwreloc_cfi_row_at(const Dwreloc_Module *module,
                                   uint32_t section,
                                   const Dwreloc_Relocatable *pc,
                                   Dwreloc_Cfi_Entry *entry,
                                   Dwreloc_Cfi_Rows *rows,
                                   Dwreloc_Cfi_Row *row);
/* The expression of a rule of one of the entry's rows. */
DWRELOC_API int dwreloc_cfi_rule_expression(const Dwreloc_Cfi_Entry *entry,
                                            const Dwreloc_Cfi_Rule *rule,
                                            Dwreloc_Expression *expression);
/* The expression of `size` bytes at `offset` of the entry's section, as its
 * instructions name it. */
DWRELOC_API int dwreloc_cfi_expression(const Dwreloc_Cfi_Entry *entry,
                                       uint64_t offset, uint64_t size,
                                       Dwreloc_Expression *expression);

/* Relocation records ------------------------------------------------------*/

typedef struct Dwreloc_Record {
  uint64_t offset;        /* r_offset */
  uint32_t section;       /* it applies to (sh_info) */
  uint32_t reloc_section; /* it stands in */
  uint64_t index;         /* in that section */
  uint32_t type;          /* r_type */
  uint32_t symbol;        /* r_sym */
  int64_t addend;         /* r_addend; REL: the in-place bytes, signed */
  uint64_t in_place;      /* the field's bytes as stored */
  const char *type_name;  /* "R_X86_64_32", or NULL if unknown */
  uint8_t width;          /* bytes of the field, of a ULEB128 number those it
                             has; 0: unknown */
  uint8_t is_rela;
  uint8_t reserved[6];
  Dwreloc_Relocatable value; /* what a reader of the datum gets */
  uint64_t r_info;           /* as stored; 0 for CREL, which has none */
  uint64_t spare[3];
} Dwreloc_Record;

typedef struct Dwreloc_Records {
  uint64_t opaque[56];
} Dwreloc_Records;

/* The records of a section whose r_offset is in [from, to), as stored, in file
 * order; `to` DWRELOC_NO_OFFSET: all from there on. */
DWRELOC_API int dwreloc_records_begin(const Dwreloc_Module *module,
                                      uint32_t section, uint64_t from,
                                      uint64_t to, Dwreloc_Records *records);
DWRELOC_API int dwreloc_records_next(Dwreloc_Records *records,
                                     Dwreloc_Record *record);

/* The first record at exactly `offset` of a section: 1, or 0 if there is none.
 * Where several make one value (R_RISCV_ADD32 and _SUB32), the others come
 * after it in dwreloc_records_begin(module, section, offset, offset + 1).  A
 * search where records are sorted, else a look at all of them. */
DWRELOC_API int dwreloc_record_at(const Dwreloc_Module *module,
                                  uint32_t section, uint64_t offset,
                                  Dwreloc_Record *record);
/* The same for the field of an attribute: which type of record made the value.
 * 0 for fields without one, DW_FORM_implicit_const and DW_FORM_flag_present. */
DWRELOC_API int dwreloc_form_record(const Dwreloc_Attribute *attribute,
                                    Dwreloc_Record *record);

/* What a linker does with the record, in one sentence: "The linker writes the
 * address of .text+0x10 into these 8 bytes; RELA, so the bytes in the file do
 * not count."  Records of code as well as of data.  Returns the length without
 * NUL; writes at most size - 1 characters and a NUL. */
DWRELOC_API int dwreloc_record_sentence(const Dwreloc_Module *module,
                                        const Dwreloc_Record *record,
                                        char *buffer, size_t size);

/* Which field a record belongs to. */
typedef struct Dwreloc_Owner {
  const char *field;  /* "DW_FORM_strp", "debug_abbrev_offset",
                         "DW_LNE_set_address", "DW_OP_addr", ...; NULL: no
                         field read in this release owns it */
  uint32_t uses;      /* fields that consumed the record: 1 unless the
                         file is odd; 0: unowned */
  uint16_t attribute; /* DW_AT_*, or 0 */
  uint16_t reserved;
  uint64_t unit;    /* offset of the unit or table header it is in, or
                       DWRELOC_NO_OFFSET */
  uint64_t die;     /* DIE offset, or DWRELOC_NO_OFFSET */
  uint64_t list;    /* offset of the list or line header, or
                       DWRELOC_NO_OFFSET */
  uint32_t section; /* section index of unit and die, or
                       DWRELOC_NO_SECTION */
  uint32_t reserved2;
  uint64_t spare[4];
} Dwreloc_Owner;

/* Reads everything that can carry a relocation and calls `visit` for each
 * record of section `section` (DWRELOC_NO_SECTION: of all debug sections) with
 * its owner.  A visit that returns non-zero ends it; that value is returned. */
DWRELOC_API int dwreloc_owners(const Dwreloc_Module *module, uint32_t section,
                               int (*visit)(void *user,
                                            const Dwreloc_Record *record,
                                            const Dwreloc_Owner *owner),
                               void *user);
/* The same for the records whose r_offset is in [from, to), of the section or
 * of each of them; `to` DWRELOC_NO_OFFSET: all from there on.  Takes less time
 * than all of them: kinds of sections without a record there are not read, and,
 * unless there is one in a list, of .debug_info and .debug_types only the units
 * there. */
DWRELOC_API int dwreloc_owners_between(
    const Dwreloc_Module *module, uint32_t section, uint64_t from, uint64_t to,
    int (*visit)(void *user, const Dwreloc_Record *record,
                 const Dwreloc_Owner *owner),
    void *user);

/* Rewriting ---------------------------------------------------------------*/

/* A program that moves data has to know everything that refers to them, and
 * everything that they refer to.  What cannot be understood of a section, or of
 * one that may refer to it, is an obstacle to rewriting it. */
typedef enum Dwreloc_Obstacle_Kind {
  DWRELOC_OBSTACLE_NONE = 0,
  DWRELOC_OBSTACLE_FILE = 1,       /* not relocatable, of an unknown machine, or
                                      signed */
  DWRELOC_OBSTACLE_LOADED = 2,     /* the section is loaded with the program */
  DWRELOC_OBSTACLE_ROLE = 3,       /* it is unknown what the section holds */
  DWRELOC_OBSTACLE_UNREADABLE = 4, /* a form, an operation, a kind of entry is
                                      unknown, or damaged */
  DWRELOC_OBSTACLE_ATTRIBUTE = 5,  /* an offset, or a constant that a record
                                      makes one, whose attribute is unknown */
  DWRELOC_OBSTACLE_RECORD_KIND = 6,  /* a record that is unknown, bad, or not a
                                        plain absolute one */
  DWRELOC_OBSTACLE_RECORD_OWNER = 7, /* one that no field owns, or several */
} Dwreloc_Obstacle_Kind;

/* The first of those of one kind in one section, and their number. */
typedef struct Dwreloc_Obstacle {
  uint32_t kind;    /* Dwreloc_Obstacle_Kind */
  uint32_t section; /* it is in; DWRELOC_NO_SECTION: it concerns the file */
  uint64_t offset;  /* in that section, or DWRELOC_NO_OFFSET */
  uint64_t count;
  const char *text; /* why, of the first one: "unknown form 0x77" */
  uint64_t spare[4];
} Dwreloc_Obstacle;

/* Can a section be rewritten?  1; 0 if not, and *obstacle is the first one, of
 * the section itself if it has one.  Reads everything that can refer to
 * something, as dwreloc_owners does: for many sections of a file
 * dwreloc_obstacles takes as long as this for one. */
DWRELOC_API int dwreloc_section_is_rewritable(const Dwreloc_Module *module,
                                              uint32_t section,
                                              Dwreloc_Obstacle *obstacle);
/* Calls `visit` for each obstacle to rewriting a section, or with
 * DWRELOC_NO_SECTION all debug sections, one after the other; `obstacle` is
 * NULL, once, for a section without any.  A visit that returns non-zero ends
 * it; that value is returned. */
DWRELOC_API int dwreloc_obstacles(
    const Dwreloc_Module *module, uint32_t section,
    int (*visit)(void *user, uint32_t section,
                 const Dwreloc_Obstacle *obstacle),
    void *user);

/* Counters and diagnostics ------------------------------------------------*/

typedef struct Dwreloc_Stats {
  uint64_t sections_digested; /* relocated sections that have a digest now */
  uint64_t records_digested;
  uint64_t records_static; /* of these, folded to constants */
  uint64_t digests_sorted; /* digests that had to be sorted */
  uint64_t digest_bytes;   /* private memory of the digests */
  uint64_t sections_decompressed;
  uint64_t decompressed_bytes;
  uint64_t sections_asked; /* callbacks called */
  uint64_t symbols_asked;
  uint64_t unpacked_bytes; /* memory of a file compressed as a whole, else 0 */
  uint64_t spare[8];
} Dwreloc_Stats;

DWRELOC_API int dwreloc_stats(const Dwreloc_Module *module,
                              Dwreloc_Stats *stats);
/* 1 if the section has a digest now, else 0. */
DWRELOC_API int dwreloc_is_digested(const Dwreloc_Module *module,
                                    uint32_t section);

typedef struct Dwreloc_Diagnostic {
  int32_t code;     /* Dwreloc_Error_Code; DWRELOC_OK: the same record once
                       more, which spoils nothing */
  uint32_t section; /* the relocated section */
  uint32_t reloc_type;
  uint32_t reserved;
  uint64_t count;   /* records concerned */
  uint64_t offset;  /* r_offset of the first */
  const char *text; /* e.g. "unsupported relocation type 42" */
  uint64_t spare[4];
} Dwreloc_Diagnostic;

/* What the digests there are now could not use, counted per (section, type,
 * code).  1 for index < their number, else 0.  Asking for one after the other
 * from 0 on is one pass; what is digested meanwhile may be missed until 0 is
 * asked for again. */
DWRELOC_API int dwreloc_diagnostic(const Dwreloc_Module *module, size_t index,
                                   Dwreloc_Diagnostic *diagnostic);
/* Digests every debug section, so that the above is complete. */
DWRELOC_API int dwreloc_digest_all(const Dwreloc_Module *module);
/* The same, by the threads of the caller: the library has none.  `execute` is
 * to call run(work, index) once for each index below count, in any order and on
 * any threads, and to return when all calls have; `user` is handed to it.
 * Threads that are given parts of one large section share its records.  What is
 * left undone is done before this returns, on the calling thread. */
DWRELOC_API int dwreloc_digest_all_with(
    const Dwreloc_Module *module,
    void (*execute)(void *user, size_t count,
                    void (*run)(void *work, size_t index), void *work),
    void *user);

/* Memory that reading one section has taken, and holds now. */
typedef struct Dwreloc_Section_Memory {
  uint64_t records_digested;   /* relocation records in its digest */
  uint64_t digest_bytes;       /* 0: not digested, or nothing to digest */
  uint64_t decompressed_bytes; /* 0: not decompressed, or not compressed */
  uint64_t spare[4];
} Dwreloc_Section_Memory;

DWRELOC_API int dwreloc_section_memory(const Dwreloc_Module *module,
                                       uint32_t section,
                                       Dwreloc_Section_Memory *memory);
/* Gives back what can be made again from the file: the digests, and the pages
 * of a file that the library mapped.  The next read of a section digests it
 * again, with the same values.  Units, DIEs, attributes, line tables, symbols,
 * relocatable values, strings and bytes stay valid.  Dwreloc_Walk, _Rows,
 * _Line_Instructions, _List, _Views, _Aranges, _Pubnames, _Name_Entries, _Cfi,
 * _Cfi_Instructions, _Cfi_Rows and _Records that were begun do not: begin them
 * anew.  A Dwreloc_Frames goes on.  Needs the module to itself, as
 * dwreloc_close does: no thread may be reading. */
DWRELOC_API int dwreloc_trim(Dwreloc_Module *module);

/* Names of the constants of the standards ---------------------------------*/

/* E.g. "DW_TAG_subprogram"; NULL for an unknown value.  The names as constants
 * are in <dwreloc/dwarf.h>, which this header does not include. */
DWRELOC_API const char *dwreloc_tag_name(unsigned value);
DWRELOC_API const char *dwreloc_at_name(unsigned value);
DWRELOC_API const char *dwreloc_form_name(unsigned value);
DWRELOC_API const char *dwreloc_op_name(unsigned value);
/* "DW_OP_LLVM_nop": a sub_operation of DW_OP_LLVM_user. */
DWRELOC_API const char *dwreloc_llvm_op_name(uint64_t value);
DWRELOC_API const char *dwreloc_rle_name(unsigned value);
DWRELOC_API const char *dwreloc_lle_name(unsigned value);
/* Standard and extended opcodes of line number programs. */
DWRELOC_API const char *dwreloc_lns_name(unsigned value);
DWRELOC_API const char *dwreloc_lne_name(unsigned value);
DWRELOC_API const char *dwreloc_ut_name(unsigned value);
DWRELOC_API const char *dwreloc_idx_name(unsigned value);
/* The operation of a macro unit of that version; 0: of .debug_macinfo. */
DWRELOC_API const char *dwreloc_macro_name(unsigned version, unsigned opcode);
/* "DW_SECT_INFO": a section identifier of a unit index of that version. */
DWRELOC_API const char *dwreloc_sect_name(unsigned version, unsigned value);
/* DW_CFA_*; what a number from 0x1c on means is up to the machine (e_machine):
 * NULL where it means nothing. */
DWRELOC_API const char *dwreloc_cfa_name(unsigned value, unsigned e_machine);
/* The constants of an attribute with a fixed set: (DW_AT_language, 12) gives
 * "DW_LANG_C99"; NULL if there is none. */
DWRELOC_API const char *dwreloc_constant_name(unsigned attribute,
                                              uint64_t value);
/* "SHN_COMMON", "SHN_MIPS_SCOMMON": a st_shndx that names no section; NULL for
 * one that does, or is not known on that machine. */
DWRELOC_API const char *dwreloc_special_index_name(unsigned e_machine,
                                                   unsigned st_shndx);
/* "R_X86_64_64"; NULL for an unknown type or machine.  Some files number their
 * types by their flags (MSP430): see dwreloc_file_reloc_type_name. */
DWRELOC_API const char *dwreloc_reloc_type_name(unsigned e_machine,
                                                unsigned elf_class,
                                                unsigned type);
/* The same in the numbering of that file. */
DWRELOC_API const char *dwreloc_file_reloc_type_name(
    const Dwreloc_Module *module, unsigned type);

#ifdef __cplusplus
}
#endif

#endif /* DWRELOC_DWRELOC_H */

#include "dwarf/lookup/names_entries.h"

#include <type_traits>

#include "absl/strings/str_cat.h"
#include "dwarf/constants.h"

namespace dwreloc::internal {

// The C API keeps readers in memory that is never destroyed.
static_assert(std::is_trivially_destructible_v<NameEntryReader>);

NameEntryReader::NameEntryReader(const NameIndex& index, uint64_t offset,
                                 RelocObserver* observer)
    : index_(&index) {
  const NameIndexHeader& header = index.header();
  if (offset < header.entry_pool || offset >= header.end) {
    Fail(Error::kOutsidePool, offset);
    return;
  }
  cursor_ = RelocCursor(index.view(), offset, header.end);
  cursor_.set_observer(observer);
  cursor_.set_field("name index entry");
}

bool NameEntryReader::Fail(Error error, uint64_t offset) {
  error_ = error;
  error_offset_ = offset;
  return false;
}

bool NameEntryReader::Next(NameEntry* entry) {
  if (is_done_ || !ok()) return false;
  *entry = NameEntry();
  entry->offset = cursor_.offset();
  entry->code = cursor_.Uleb();
  if (!cursor_.ok()) return Fail(Error::kData, entry->offset);
  if (entry->code == 0) {
    is_done_ = true;
    return false;
  }
  const Abbrev* abbrev = index_->FindAbbrev(entry->code);
  if (abbrev == nullptr) return Fail(Error::kCode, entry->offset);
  entry->tag = abbrev->tag;
  compile_unit_ = kNoOffset;
  type_unit_ = kNoOffset;
  for (const AttributeSpec& spec : abbrev->attributes()) {
    if (!DecodeAttribute(cursor_, spec, index_->header().encoding,
                         &attribute_)) {
      return Fail(Error::kForm, entry->offset);
    }
    Take(attribute_, entry);
  }
  return SetUnit(entry);
}

void NameEntryReader::Take(const Attribute& attribute, NameEntry* entry) {
  switch (attribute.name) {
    case DW_IDX_compile_unit:
      compile_unit_ = attribute.value;
      break;
    case DW_IDX_type_unit:
      type_unit_ = attribute.value;
      break;
    case DW_IDX_die_offset:
      entry->die_offset = attribute.value;
      break;
    case DW_IDX_parent:
      if (attribute.form == DW_FORM_flag_present) {
        entry->parent_kind = NameParent::kNotIndexed;
      } else {
        entry->parent_kind = NameParent::kEntry;
        entry->parent = index_->header().entry_pool + attribute.value;
      }
      break;
    case DW_IDX_type_hash:
      entry->type_hash = attribute.value;
      break;
    case DW_IDX_GNU_internal:
      entry->linkage = NameLinkage::kInternal;
      break;
    case DW_IDX_GNU_external:
      entry->linkage = NameLinkage::kExternal;
      break;
    default:
      break;
  }
}

bool NameEntryReader::SetUnit(NameEntry* entry) {
  const NameIndexHeader& header = index_->header();
  // Type units are counted through both lists; next to a foreign one, the
  // compile unit is that of its skeleton.
  if (type_unit_ != kNoOffset) {
    const uint64_t local = header.local_type_unit_count;
    const bool is_local = type_unit_ < local;
    const uint64_t number = is_local ? type_unit_ : type_unit_ - local;
    if (!is_local && number >= header.foreign_type_unit_count) {
      return Fail(Error::kUnit, entry->offset);
    }
    entry->unit = index_->UnitAt(
        is_local ? NameUnitKind::kLocalType : NameUnitKind::kForeignType,
        static_cast<uint32_t>(number));
    return true;
  }
  // An entry in an index of one unit need not name it.
  if (compile_unit_ == kNoOffset && header.comp_unit_count == 1) {
    compile_unit_ = 0;
  }
  if (compile_unit_ == kNoOffset) return true;
  if (compile_unit_ >= header.comp_unit_count) {
    return Fail(Error::kUnit, entry->offset);
  }
  entry->unit = index_->UnitAt(NameUnitKind::kCompile,
                               static_cast<uint32_t>(compile_unit_));
  return true;
}

absl::Status NameEntryReader::status() const {
  const auto error = [this](std::string_view text) {
    return MakeError(ErrorCode::kBadDwarf, index_->view().index, error_offset_,
                     text);
  };
  switch (error_) {
    case Error::kNone:
      break;
    case Error::kOutsidePool:
      return error("entries outside the entry pool of the index");
    case Error::kCode: {
      Cursor cursor(index_->view().bytes, index_->view().order,
                    index_->view().index, error_offset_);
      return error(
          absl::StrCat("no abbreviation ", cursor.Uleb(), " in the index"));
    }
    case Error::kForm: {
      const char* name = IndexAttributeName(attribute_.name);
      return FormError(cursor_, attribute_,
                       name == nullptr ? "an unknown index attribute" : name);
    }
    case Error::kUnit:
      return error("the entry names a unit that the index has not");
    case Error::kData:
      return cursor_.status();
  }
  return absl::OkStatus();
}

}  // namespace dwreloc::internal

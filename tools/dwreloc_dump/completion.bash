# Completion of dwreloc-dump's options by bash: those that --help lists. All other
# words are names of files.

_dwreloc_dump() {
  COMPREPLY=()
  [[ $2 == -* ]] || return 0
  local options
  options=$("$1" --help 2>/dev/null | sed -nE 's/^  (--[a-z-]+=?).*/\1/p')
  mapfile -t COMPREPLY < <(compgen -W "$options" -- "$2")
  # A value follows without a blank.
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace 2>/dev/null
  fi
  return 0
}

complete -o bashdefault -o default -F _dwreloc_dump dwreloc-dump

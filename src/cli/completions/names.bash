
# The names of entries and tags, as long as the vault is unlocked. Where none belong, what is above.
_vmfa_or_names() {
    local names name
    if names=$(command vmfa complete-names --bash "$COMP_WORDBREAKS" -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null); then
        COMPREPLY=()
        while IFS= read -r name; do
            [[ -z $name ]] || COMPREPLY+=("$name")
        done <<<"$names"
        # No file is meant. Bash 3 cannot be told.
        type compopt &>/dev/null && compopt +o bashdefault +o default 2>/dev/null
        return 0
    fi
    _vmfa "$@"
}

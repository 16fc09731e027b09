# The names of entries and tags, as long as the vault is unlocked; false where none belong.
_vmfa_names() {
    local names
    names="$(command vmfa complete-names -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)" || return 1
    [[ $PREFIX == --*=* ]] && compset -P 1 '*='
    local -a list=("${(@f)names}")
    [[ -n $names ]] && compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -a list
    return 0
}



# The names of entries and tags, as long as the vault is unlocked; false where none belong.
function __vmfa_names
    set -l current (commandline -ct)
    command vmfa complete-names -- (commandline -opc) "$current" 2>/dev/null </dev/null
end
complete -c vmfa -n "__vmfa_names >/dev/null" -f -a "(__vmfa_names)"

import { FILES } from './candidates.ts';

/** Each gives mywire the line up to the cursor, and takes a word a line, or the sign that a file is wanted. */
export const completionScripts = {
  bash: `# bash completion of mywire
_mywire() {
  local line=\${COMP_LINE:0:COMP_POINT} cur colon out
  cur=\${line##*[[:space:]]}
  COMPREPLY=()
  out=$(MYWIRE_COMPLETE=$line "\${COMP_WORDS[0]}" completion words 2>/dev/null) || return
  if [ "$out" = ${FILES} ]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    return
  fi
  [ -n "$out" ] || return
  mapfile -t COMPREPLY <<<"$out"
  # bash ends a word at a colon where COMP_WORDBREAKS has it: what stands before it is on the line already.
  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
    colon=\${cur%"\${cur##*:}"}
    COMPREPLY=("\${COMPREPLY[@]#"$colon"}")
  fi
}
complete -F _mywire mywire
`,
  zsh: `#compdef mywire
# zsh completion of mywire
_mywire() {
  local -a out
  out=("\${(@f)$(MYWIRE_COMPLETE="\${(j: :)words[1,CURRENT]}" $words[1] completion words 2>/dev/null)}")
  if [[ $out[1] == ${FILES} ]]; then
    _files
  else
    compadd -- "\${(@)out:#}"
  fi
}
if [ "$funcstack[1]" = _mywire ]; then _mywire "$@"; else compdef _mywire mywire; fi
`,
  fish: `# fish completion of mywire
function __mywire_complete
    set -lx MYWIRE_COMPLETE (commandline -cp)
    set -l out (mywire completion words 2>/dev/null)
    if test "$out[1]" = ${FILES}
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $out
    end
end
complete -c mywire -f -a '(__mywire_complete)'
`,
} as const;

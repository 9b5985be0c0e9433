#!/bin/sh
# Checks a dossier. Needs a POSIX shell, GNU coreutils, sed and grep, and openssl 3; no Python.
#
#     sh verify.sh [--trust FILE] [DOSSIER]        DOSSIER: the folder, by default the one of this file
#
# The plan, what FILE says, the exit codes and the last line are those of verify.py: they are at its top. The steps have
# the same numbers here, and what does not hold is named in the same words.
#
# Nothing in a dossier is run, sourced or taken for a pattern. Hashing and decoding is done for many lines at once:
# `split` makes a file of each, and one sha256sum hashes them all.

set -eu
LC_ALL=C
export LC_ALL
umask 077
exec 3>&1 # where refusals go, wherever the output of a step goes

HEX='[0-9a-f]{64}'
ID='[0-9a-f]{16}'
SIZE='[1-9][0-9]{0,15}'
WHEN='[1-9][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z'
NAME='[A-Za-z0-9_][A-Za-z0-9._-]*'
BASE64_32='[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=' # so many bytes, written in the only canonical way
BASE64_64='[A-Za-z0-9+/]{85}[AQgw]=='
DASH=$(printf '\342\200\224') # before a signature in a note
BS=$(printf '\010')           # after a key, in `canonical`

step=0 name='' work='' heights=0
begin() { step=$1 name=$2; }
ok() { printf '%2s %s: ok (%s)\n' "$step" "$name" "$1"; }
refuse() {
    printf 'NOT VERIFIED: %s %s: ' "$step" "$name" >&3
    printf '%s' "$1" | tr -c '[:print:]' '?' >&3
    echo >&3
    : >"$work/refused"
    exit 1
}
bad_input() {
    printf '%s\n' "$1" >&2
    [ -z "$work" ] || : >"$work/refused"
    exit 2
}
# However it ends: a step that cannot be taken is one that does not hold.
end() {
    said=yes
    [ "$1" = 0 ] || [ -e "$work/refused" ] || said=''
    rm -rf "$work"
    [ -n "$said" ] || { printf 'NOT VERIFIED: %s %s: cannot be checked\n' "$step" "$name" && exit 1; }
}

hex() { basenc --base16 -w 0 | tr A-F a-f; }
sha() { sha256sum | cut -c 1-64; }
same() { [ "$(sha <"$1")" = "$(sha <"$2")" ]; }
# Whether $1 is of the bytes $2 only, and of $3 of them; or ends so that it is base64 of $2 bytes in its one writing.
only() { case $1 in '' | *[!$2]*) return 1 ;; *) [ ${#1} = "$3" ] ;; esac; }
base64_of() {
    case $2:$1 in
    32:*[AEIMQUYcgkosw048]=) only "${1%=}" 'A-Za-z0-9+/' 43 ;;
    64:*[AQgw]==) only "${1%==}" 'A-Za-z0-9+/' 86 ;;
    68:*[AEIMQUYcgkosw048]=) only "${1%=}" 'A-Za-z0-9+/' 91 ;;
    76:*[AQgw]==) only "${1%==}" 'A-Za-z0-9+/' 102 ;;
    *) return 1 ;;
    esac
}
count() { wc -l <"$1"; }

# The number of the first line of file $1 that does not have the form $2, if there is one.
unlike() {
    if grep -qavxE -e "$2" -- "$1"; then
        grep -navxE -m 1 -e "$2" -- "$1" | cut -d : -f 1
    elif [ $? -gt 1 ]; then
        refuse "$1 cannot be read"
    fi
}

ended() {
    [ -f "$1" ] || refuse "$1 is missing"
    [ -z "$(tail -c 1 -- "$1")" ] || refuse "$1: the last line has no end"
}

# Every line of file $1 has the form $2, and an end.
form() {
    ended "$1"
    line=$(unlike "$1" "$2")
    [ -z "$line" ] || refuse "$1 line $line: not in the form that docs/record.md gives"
}

# Each line of file $1 becomes a file of folder $2, without its end and with $3 before it; $2.sha256 has their hashes.
apart() {
    mkdir "$2"
    sed "s/^/$3/" "$1" | split -l 1 -d -a 7 - "$2/"
    if [ -s "$1" ]; then (cd "$2" && truncate -s -1 -- *); fi
    hashed "$2"
}

# The names of the files of folder $1 and their hashes, one a line.
hashed() {
    : >"$1.names"
    : >"$1.sha256"
    if [ -e "$1/0000000" ]; then
        (cd "$1" && printf '%s\n' *) >"$1.names"
        (cd "$1" && sha256sum -- *) | cut -c 1-64 >"$1.sha256"
    fi
}

# Whether the signature in file $3 is by the key in file $1 over file $2.
signed() { openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$3" >/dev/null 2>&1; }

# The four bytes before a signature in a note (C2SP signed-note): of name $1, kind $2 (1 or 4) and the raw key in file $3.
key_hash() { { printf "%s\n\\$2" "$1" && cat -- "$3"; } | sha | cut -c 1-8; }

# A PEM file $2 and a file $2.raw of the Ed25519 key whose 32 bytes are $1 in base64.
write_key() {
    printf '%s\n' '-----BEGIN PUBLIC KEY-----' "MCowBQYDK2VwAyEA$1" '-----END PUBLIC KEY-----' >"$2"
    printf %s "$1" | base64 -d >"$2.raw"
}

# Canonical JSON, line by line. Leaves plain: the lines of file $1, in which every quote and bracket means what it is.
#
# A string that has brackets becomes a string of one byte; so do escapes and characters beyond ASCII. Bytes 1 to 8 mean:
# 1 a control byte that JSON forbids, 4 what was taken out, 5 and 6 the quotes of a string, 7 a value, 8 the end of a
# key. A file cannot smuggle one in: all its control bytes become 1 first.
canonical() {
    ended "$1"
    : >"$work/plain"
    [ -s "$1" ] || return 0
    line=$(cut -b 1048577- -- "$1" | tr '\0' '?' | grep -na -m 1 . | cut -d : -f 1)
    [ -z "$line" ] || refuse "$1 line $line: longer than 1,048,576 bytes"
    two='[\xC2-\xDF][\x80-\xBF]'
    three='(\xE0[\xA0-\xBF]|[\xE1-\xEC\xEE\xEF][\x80-\xBF]|\xED[\x80-\x9F])[\x80-\xBF]'
    four='(\xF0[\x90-\xBF]|[\xF1-\xF3][\x80-\xBF]|\xF4[\x80-\x8F])[\x80-\xBF]{2}'
    tr '\000-\011\013-\037' '\001' <"$1" | sed -E \
        -e 's/\\\\|\\"/\x04/g' -e 's/\\([bfnrt]|u00(0[0-7bef]|1[0-9a-f]))/\x04/g' -e "s/$two|$three|$four/\\x04/g" \
        -e 's/"([^"\\\x01\x80-\xFF]*)"/\x05\1\x06/g' -e 's/\x05[^\x06]*[][{}][^\x06]*\x06/\x05\x04\x06/g' >"$work/marked"
    sed -E 's/[\x05\x06]/"/g' "$work/marked" >"$work/plain"
    # Strings are values, but for keys; numbers are values; then the innermost objects and arrays, one depth a turn.
    key='\x05[!#-+.-9;-Z^-z|~-]+\x08'
    sed -E -e 's/(\x05[!#-+.-9;-Z^-z|~-]+)\x06:/\1\x08/g' -e 's/\x05[^\x06\x08]*\x06/\x07/g' "$work/marked" >"$work/shape"
    grep -naoE "($BS|[[,])-?[0-9]{16}" "$work/shape" >"$work/large" || :
    sed -E -e 's/(\x08|[[,])(0|-?[1-9][0-9]{0,15})/\1\x07/g' "$work/shape" >"$work/folded"
    : >"$work/objects"
    for depth in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
        grep -qa '[][{}]' "$work/folded" || break
        grep -naoE '\{[^][{}]*\}' "$work/folded" >>"$work/objects" || :
        sed -i -E "s/\\[(\\x07(,\\x07)*)?\\]|\\{($key\\x07(,$key\\x07)*)?\\}/\\x07/g" "$work/folded"
    done
    line=$(sed -nE '/^\x07$/!{=;q}' "$work/folded")
    [ -z "$line" ] || refuse "$1 line $line: not canonical JSON"
    while IFS=: read -r line number; do
        number=${number##*[!0-9]}
        [ "$number" -le 9007199254740991 ] || refuse "$1 line $line: not canonical JSON: an integer beyond 2^53 - 1"
    done <"$work/large"
    # The keys of each object once and in order: lines "object:line:key" are sorted as a whole.
    nl -ba -nrz -w 9 -s : "$work/objects" | sed -E -e 's/[{}\x05\x07\x08]//g' |
        sed -E -e 's/^([0-9]+:[0-9]+:)([^,]*),/\1\2\n\1/' -e 'P;D' >"$work/order"
    sort -c -u "$work/order" 2>"$work/disorder" ||
        refuse "$1 line $(sed -nE 's/.*disorder: [0-9]+:([0-9]+):.*/\1/p' "$work/disorder"): not canonical JSON: order of keys"
}

# Lines "number hash step…" of jobs become lines "number root" of roots: a step is l or r, where the sibling stands,
# and the sibling. All hashes of one height at once.
fold() {
    : >"$work/ends"
    while [ -s "$work/jobs" ]; do
        heights=$((heights + 1)) nodes=$work/nodes.$heights
        sed -nE -e "/ [lr]/!w $work/ended" -e "/ [lr]/w $work/open" "$work/jobs"
        cat "$work/ended" >>"$work/ends"
        mkdir "$nodes"
        sed -E 's/^[0-9]+ ([0-9a-f]{64}) (l([0-9a-f]{64})|r([0-9a-f]{64})).*$/01\3\1\4/' "$work/open" | tr a-f A-F |
            basenc --base16 -d | split -b 65 -d -a 7 - "$nodes/"
        hashed "$nodes"
        paste -d ' ' "$nodes.sha256" "$work/open" | sed -E 's/^([0-9a-f]{64}) ([0-9]+) [0-9a-f]{64} [lr][0-9a-f]{64}/\2 \1/' >"$work/jobs"
    done
    sort -n "$work/ends" >"$work/roots"
}

# Reads the checkpoint in file $1: origin, size, root (hex), signer, and cosigned: lines "size seconds file-of-key".
note() {
    ended "$1"
    where=$1 origin='' size='' root='' empty='' first=''
    line=$(unlike "$1" "inviolable/$ID|$SIZE|$BASE64_32||$DASH [!-*,-~]+ [A-Za-z0-9+/=]+")
    { read -r origin && read -r size && read -r root && read -r empty && read -r first; } <"$1" || line=1
    case $line:$origin:$size:$root:$empty:$first in
    :inviolable/????????????????:[1-9]*:[A-Za-z0-9+/]*=::"$DASH "*) ;;
    *) refuse "$where: not a checkpoint in the form that docs/record.md gives" ;;
    esac
    case $size in *[!0-9]*) refuse "$where: not a checkpoint in the form that docs/record.md gives" ;; esac
    tail -n +5 -- "$1" >"$work/signatures"
    if grep -qav "^$DASH " "$work/signatures"; then refuse "$where: not a checkpoint in the form that docs/record.md gives"; fi
    root=$(printf %s "$root" | base64 -d | hex)
    case " $log_keys " in
    *" ${origin#inviolable/} "*) ;;
    *) refuse "$where: the origin names ${origin#inviolable/}, no key of the installation in keys/log" ;;
    esac
    head -n 3 -- "$1" >"$work/body"
    : >"$work/cosigned"
    signer='' at=4
    while read -r _ by encoded; do
        at=$((at + 1))
        printf %s "$encoded" | base64 -d >"$work/blob" 2>/dev/null || refuse "$where line $at: not base64"
        bytes=$(od -An -v -tx1 -w12 -N 12 "$work/blob" | tr -d ' ')
        hash=${bytes%"${bytes#????????}"} seconds=${bytes#????????}
        if [ $at = 5 ]; then
            tail -c +5 "$work/blob" >"$work/signature"
            for id in $log_keys; do
                [ "$hash" != "$(key_hash "$origin" 1 "$work/keys/$id.raw")" ] || signer=$id
            done
            { [ "$by" = "$origin" ] && base64_of "$encoded" 68 && [ -n "$signer" ] &&
                signed "$work/keys/$signer" "$work/body" "$work/signature"; } ||
                refuse "$where line 5: not the signature of the installation"
            continue
        fi
        witness=''
        for key in $witnesses; do
            [ "$hash" != "$(key_hash "$by" 4 "$work/keys/$key.raw")" ] || witness=$key
        done
        if [ -z "$witness" ] && [ $step = 13 ]; then continue; fi
        case $seconds in 000000[01]?????????) ;; *) witness='' seconds=0 ;; esac
        { printf 'cosignature/v1\ntime %d\n' "0x$seconds" && cat "$work/body"; } >"$work/message"
        tail -c +13 "$work/blob" >"$work/signature"
        { base64_of "$encoded" 76 && [ -n "$witness" ] && signed "$work/keys/$witness" "$work/message" "$work/signature"; } ||
            refuse "$where line $at: not the cosignature of a witness in keys/log"
        printf '%s %d %s\n' "$size" "0x$seconds" "$witness" >>"$work/cosigned"
    done <"$work/signatures"
}

# Jobs that lead from a checkpoint (size $1, root $2) to the newest by the proof in file $3: two, numbered $4 and $4 + 1.
# Fails where the proof has a wrong length (RFC 9162, 2.1.4.2).
grow() {
    if [ "$1" = "$newest" ]; then
        [ ! -s "$3" ] || return 1
        printf '%s %s\n' "$4" "$2" $(($4 + 1)) "$2" >>"$work/jobs"
        return
    fi
    place=$(($1 - 1)) last=$((newest - 1)) start='' old='' new=''
    if [ $(($1 & ($1 - 1))) = 0 ]; then start=$2; fi
    while [ $((place & 1)) = 1 ]; do place=$((place >> 1)) last=$((last >> 1)); done
    while read -r sibling; do
        if [ -z "$start" ]; then
            start=$sibling
            continue
        fi
        [ $last != 0 ] || return 1
        if [ $((place & 1)) = 1 ] || [ $place = $last ]; then
            old="$old l$sibling" new="$new l$sibling"
            while [ $((place & 1)) = 0 ] && [ $place != 0 ]; do place=$((place >> 1)) last=$((last >> 1)); done
        else
            new="$new r$sibling"
        fi
        place=$((place >> 1)) last=$((last >> 1))
    done <"$3"
    [ -n "$start" ] && [ $last = 0 ] || return 1
    printf '%s %s%s\n' "$4" "$start" "$old" $(($4 + 1)) "$start" "$new" >>"$work/jobs"
}

# What the token in the response in file $1 says: seconds, wide (its accuracy, rounded up), algorithm, imprint.
token_says() {
    openssl ts -reply -in "$1" -token_out -out "$work/token" >/dev/null 2>&1 || return 1
    # The token alone: the status of a response holds free text that nobody signs.
    openssl ts -reply -token_in -in "$work/token" -text >"$work/text" 2>/dev/null || return 1
    sed -nE -e 's/^Hash Algorithm: (sha256|sha384|sha512)$/algorithm \1/p' \
        -e 's/^    [0-9a-f]{4} - (([0-9a-f]{2}[ -]){1,16}).*$/imprint \1/p' \
        -e 's/^Time stamp: ([A-Z][a-z]{2}) ([ 0-9][0-9]) ([0-9:]{8}) ([0-9]{4}) GMT$/whole \2 \1 \4 \3/p' \
        -e 's/^Time stamp: ([A-Z][a-z]{2}) ([ 0-9][0-9]) ([0-9:]{8})\.[0-9]+ ([0-9]{4}) GMT$/fraction \2 \1 \4 \3/p' \
        -e 's/^Accuracy: (0x[0-9A-F]{1,6}|unspecified) seconds, .*0x.*$/more \1/p;t' \
        -e 's/^Accuracy: (0x[0-9A-F]{1,6}|unspecified) seconds, .*$/accuracy \1/p' "$work/text" >"$work/said"
    # An extension may hold any text: what is said twice is not believed.
    [ "$(grep -acE '^(Time stamp|Accuracy|Hash Algorithm|Message data):' "$work/text")" = 4 ] || return 1
    algorithm='' imprint='' stamp='' wide=0
    while read -r word value; do
        case $word in
        algorithm) algorithm=$value ;;
        imprint) imprint=$imprint$value ;;
        whole) stamp=$value ;;
        fraction) stamp=$value wide=$((wide + 1)) ;;
        accuracy) wide=$((wide + ${value#unspecified})) ;;
        more) wide=$((wide + 1 + ${value#unspecified})) ;;
        esac
    done <"$work/said"
    [ -n "$stamp" ] && [ -n "$algorithm" ] && seconds=$(date -u -d "$stamp UTC" +%s) || return 1
    imprint=$(printf %s "$imprint" | tr -d ' -')
}

# Whether the response in file $1 is over file $2 by who holds a certificate in file $3, valid when it says.
stamped() {
    openssl ts -verify -in "$1" -data "$2" -CAfile "$3" -untrusted "$work/given" -partial_chain -attime "$seconds" >/dev/null 2>&1
}

# What to check, and what the reader trusts -----------------------------------------------------------------------------

dossier=$(dirname -- "$0") trust=''
while [ $# -gt 0 ]; do
    case $1 in
    --trust)
        trust=${2-}
        [ -f "$trust" ] || bad_input "--trust needs a file"
        shift
        ;;
    -*) bad_input "$1 is not understood: verify.sh [--trust FILE] [DOSSIER]" ;;
    *) dossier=$1 ;;
    esac
    shift
done
for tool in basenc comm date join nl openssl paste sha256sum split truncate grep sed; do
    command -v "$tool" >/dev/null || bad_input "$tool is missing: install GNU coreutils, sed, grep and openssl"
done
[ -d "$dossier" ] || bad_input "$dossier is no folder: name the folder of a dossier"
work=$(mktemp -d)
trap 'end $?' EXIT
trap ': >"$work/refused"; exit 2' HUP INT TERM
mkdir "$work/keys" "$work/trust"
: >"$work/trust/log"

# A C2SP key line $1 of kind $2 into the file $3; its name into vkey_name.
key_line() {
    vkey_name=${1%%+*} encoded=${1#*+}
    hash=${encoded%%+*} encoded=${encoded#*+}
    only "$encoded" 'A-Za-z0-9+/' 44 || return 1
    printf %s "$encoded" | base64 -d | tail -c 32 >"$3.raw"
    write_key "$(base64 -w 0 "$3.raw")" "$3"
    [ "$(printf %s "$encoded" | base64 -d | head -c 1 | hex)" = "0$2" ] && [ "$hash" = "$(key_hash "$vkey_name" "$2" "$3.raw")" ]
}

trusted_witnesses='' number=0
if [ -n "$trust" ]; then
    sed 's/#.*//' "$trust" >"$work/trust.lines"
    while read -r word value || [ -n "$word" ]; do
        number=$((number + 1)) at="$trust line $number"
        case $value in /* | '') file=$value ;; *) file=$(dirname -- "$trust")/$value ;; esac
        bare=$(printf %s "$value" | tr -d : | tr A-F a-f)
        case $word in
        '') ;;
        log)
            if only "$bare" 0-9a-f 64; then
                printf '%s\n' "$bare" >>"$work/trust/log"
            else
                key_line "$value" 1 "$work/trust/key" || bad_input "$at: not a C2SP key line of that kind (name+hash+key)"
                printf '%s %s\n' "$(sha <"$work/trust/key.raw")" "$vkey_name" >>"$work/trust/log"
            fi
            ;;
        witness)
            key_line "$value" 4 "$work/keys/trusted-$number" ||
                bad_input "$at: not a C2SP key line of that kind (name+hash+key)"
            trusted_witnesses="$trusted_witnesses trusted-$number"
            ;;
        authority | checkpoint | token)
            if [ "$word" = authority ] && only "$bare" 0-9a-f 64; then
                printf '%s\n' "$bare" >>"$work/trust/fingerprints"
            else
                [ -f "$file" ] || bad_input "$at: $value cannot be read"
                [ "$word" != authority ] || grep -q -e '-----BEGIN CERTIFICATE-----' -- "$file" ||
                    bad_input "$at: $value holds no certificate in PEM"
                cp -- "$file" "$work/trust/$number.$word"
                printf '%s\n' "$value" >"$work/trust/$number.$word.name"
            fi
            ;;
        *) bad_input "$at: $word is not log, witness, authority, checkpoint or token" ;;
        esac
    done <"$work/trust.lines"
    grep -qE '[^[:space:]]' "$work/trust.lines" || bad_input "$trust names nothing to trust"
fi
cd -- "$dossier"

# 1. Every file is plain and listed once with its SHA-256; none is missing; bag-info.txt counts right -------------------

begin 1 bag
walk() {
    case $1 in */*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*) refuse "$1 lies in more than 16 folders" ;; esac
    [ -r "./$1" ] && [ -x "./$1" ] || refuse "$1 cannot be read"
    for item in "$1"* "$1".*; do
        case ${item#"$1"} in . | ..) continue ;; esac
        if [ ! -e "$item" ] && [ ! -L "$item" ]; then
            case ${item#"$1"} in '*' | '.*') continue ;; *) refuse "$item cannot be read" ;; esac
        fi
        case ${item#"$1"} in [.-]* | *[!A-Za-z0-9._-]*)
            refuse "'$item' is no name of a file in a dossier (letters, digits, . _ -)" ;;
        esac
        if [ -L "$item" ]; then
            refuse "$item is no plain file (a link, a pipe or a device)"
        elif [ -d "$item" ]; then
            walk "$item/"
        elif [ -f "$item" ]; then
            printf '%s\n' "$item"
        else
            refuse "$item is no plain file (a link, a pipe or a device)"
        fi
    done
}
walk '' >"$work/walked"
sort "$work/walked" >"$work/found"
for file in bagit.txt bag-info.txt manifest-sha256.txt tagmanifest-sha256.txt tagmanifest-sha256.txt.sig \
    data/entries.jsonl data/disclosed.jsonl data/beacons.jsonl data/beacons.sig entries.sig proofs checkpoint keys/log; do
    [ -f "$file" ] || refuse "$file is missing"
done
[ "$(sha <bagit.txt)" = "$(printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' | sha)" ] ||
    refuse "bagit.txt does not say BagIt 1.0 in UTF-8"
for manifest in manifest-sha256.txt tagmanifest-sha256.txt; do
    form "$manifest" "$HEX  $NAME(/$NAME)*"
    case $manifest in m*) other=-v ;; *) other=-h ;; esac # lines without data/, or with it
    stray=$(grep "$other" -e '^.\{66\}data/' "$manifest" | head -n 1 | cut -c 67-)
    [ -z "$stray" ] || refuse "$manifest: $stray belongs into the other manifest"
done
cut -c 67- manifest-sha256.txt tagmanifest-sha256.txt | sort >"$work/listed"
twice=$(uniq -d "$work/listed" | head -n 1)
[ -z "$twice" ] || refuse "$twice is listed twice"
missing=$(comm -23 "$work/listed" "$work/found" | head -n 1)
[ -z "$missing" ] || refuse "$missing is missing"
stray=$(comm -13 "$work/listed" "$work/found" | grep -vxE 'tagmanifest-sha256\.txt(\.sig)?' | head -n 1)
[ -z "$stray" ] || refuse "$stray is in no manifest"
for manifest in manifest-sha256.txt tagmanifest-sha256.txt; do
    sha256sum --check --strict --quiet -- "$manifest" >"$work/failed" 2>/dev/null || {
        file=$(sed -n '1s/: FAILED.*//p' "$work/failed")
        refuse "$file is not the file that the manifest lists: its SHA-256 is $(sha <"$file")"
    }
done
tr '\n' '\0' <"$work/found" | wc -c --files0-from=- | sed -E 's/^ *([0-9]+) (.*)$/\2 \1/' | sed '$d' >"$work/sizes"
payload=0 files=0
while read -r file size; do
    case $file in data/*) payload=$((payload + size)) files=$((files + 1)) ;; esac
done <"$work/sizes"
[ "$(grep -ac '^Payload-Oxum:' bag-info.txt) $(grep -acxF "Payload-Oxum: $payload.$files" bag-info.txt)" = '1 1' ] ||
    refuse "bag-info.txt: Payload-Oxum should be $payload.$files"
ok "$(count "$work/found") files"

# 2. keys/log and keys/*.pem agree, an id is the hash of its key; the installation signed the tag manifest --------------

begin 2 keys
form keys/log "$ID (log|device|beacon|witness) ($WHEN|-) ($WHEN|-)"
twice=$({ cut -d ' ' -f 1,2 keys/log | sort | uniq -d && cut -d ' ' -f 1,4 keys/log | sort -u | cut -d ' ' -f 1 | uniq -d; } | head -n 1)
[ -z "$twice" ] || refuse "keys/log: ${twice% *} was listed before"
log_keys='' signers='' issuers='' own='' foreign='' revoked='' witnesses=''
echo keys/log >"$work/known"
while read -r id role _ when; do
    case $role in
    log) log_keys="$log_keys $id" signers="$signers $id" issuers="$issuers $id" ;;
    device) signers="$signers $id" ;;
    beacon) issuers="$issuers $id" ;;
    witness) witnesses="$witnesses $id" ;;
    esac
    case $when in -) ;; *) revoked="$revoked $id=$when" ;; esac
    file=keys/$id.pem
    printf '%s\n' "$file" >>"$work/known"
    [ -f "$file" ] || refuse "$file is missing"
    begin='' raw='' end=''
    { read -r begin && read -r raw && read -r end; } <"$file" || :
    case $(wc -c <"$file"):$begin:$raw:$end in
    113:"-----BEGIN PUBLIC KEY-----:MCowBQYDK2VwAyEA"*":-----END PUBLIC KEY-----") ;;
    *) raw='' ;;
    esac
    base64_of "${raw#MCowBQYDK2VwAyEA}" 32 || refuse "$file is no Ed25519 public key in PEM"
    write_key "${raw#MCowBQYDK2VwAyEA}" "$work/keys/$id"
done <keys/log
(cd "$work/keys" && sha256sum -- ????????????????.raw) | sed -E 's/^(.{64})  (.{16}).*$/\1 \2/' >"$work/fingerprints"
while read -r fingerprint id; do
    case $fingerprint in "$id"*) ;; *) refuse "keys/$id.pem holds another key than its name says" ;; esac
done <"$work/fingerprints"
stray=$(grep '^keys/' "$work/found" | grep -vxF -f "$work/known" | head -n 1)
[ -z "$stray" ] || refuse "$stray is not in keys/log"
# The moment from which on nothing signed by key $1 counts; empty if there is none.
revoked_on() { for one in $revoked; do case $one in "$1="*) printf %s "${one#*=}" ;; esac; done; }
signer=''
for id in $log_keys; do
    [ -n "$signer" ] || ! signed "$work/keys/$id" tagmanifest-sha256.txt tagmanifest-sha256.txt.sig || signer=$id
done
[ -n "$signer" ] || refuse "tagmanifest-sha256.txt.sig is no signature by a key of the installation in keys/log"
when=$(revoked_on "$signer")
[ -z "$when" ] || refuse "tagmanifest-sha256.txt.sig is by $signer, a key revoked on $when"
manifest_signer=$signer witnesses="$witnesses $trusted_witnesses"
ok "$(($(sort -u "$work/known" | wc -l) - 1)) keys; the manifest is signed by $signer"

# 3. Each entry is canonical and names the one before; the incident's stream is whole, from 0 to its export --------------

begin 3 entries
canonical data/entries.jsonl
mv "$work/plain" "$work/entries"
body='^\{"actor":\{"id":"[^"]+","role":"[^"]+"\},("beacon":"'$HEX'",)?"body":\{'
claims=',"happened":\{("[^"]+":"[^"]+",)*"[^"]+":"[^"]+"\}'
sealed='\{("[^"]+":"'$HEX'",)*"[^"]+":"'$HEX'"\}'
kind='[a-z0-9_]+(\.[a-z0-9_]+)+'
ending='"seq":(0|[1-9][0-9]*),"stream":"[a-z]+(/[A-Za-z0-9_-]+)*","v":1\}'
tail=',"kind":"'$kind'"(,"prev":"'$HEX'")?,"recorded":"'$WHEN'"(,"sealed":'$sealed')?,'$ending
# The body of each entry between bytes 1 and 2, every object and array in it made one byte, but for packs.
sed -E -e "s@$body@\\x01@" -e "s@$tail\$@\\x02@" -e "s@$claims\\x02\$@\\x02@" -e 's@,"device":"[^"]+"\x02$@\x02@' -e 's@\}\x02$@\x02@' \
    -e 's/"packs":\{([^{}]*)\}/"packs":<\1>/g' -e ':a' -e 's/\{[^][{}]*\}|\[[^][{}]*\]/~/g;ta' "$work/entries" >"$work/bodies"
member='"[^"]+":("[^"]*"|-?[0-9]+|~|<[^<>]*>)'
line=$(sed -nE "/^\\x01($member(,$member)*)?\\x02\$/!{=;q}" "$work/bodies")
[ -z "$line" ] || refuse "data/entries.jsonl line $line: an entry is not as docs/record.md says"
apart data/entries.jsonl "$work/leaf" '\x00'
# One line per entry: hash stream seq kind recorded beacon prev, a dash for what is absent.
told=',"kind":"('$kind')"(,"prev":"('$HEX')")?,"recorded":"('$WHEN')"(,"sealed":'$sealed')?'
told=$told',"seq":(0|[1-9][0-9]*),"stream":"([a-z]+(/[A-Za-z0-9_-]+)*)","v":1\}'
sed -E "s@^.*$told\$@\\9 \\8 \\1 \\5 \\4@" "$work/entries" >"$work/tails"
sed -E 's/^\{"actor":\{[^{}]*\},("beacon":"([^"]*)")?.*$/\2/;s/^$/-/' "$work/entries" >"$work/named"
cut -d ' ' -f 5 "$work/tails" | sed 's/^$/-/' >"$work/prevs"
cut -d ' ' -f 1-4 "$work/tails" | paste -d ' ' "$work/leaf.sha256" - "$work/named" "$work/prevs" >"$work/table"
number=0 incident='' before='' before_seq='' before_leaf=''
while read -r leaf stream seq kind _ _ prev; do
    number=$((number + 1))
    where="data/entries.jsonl line $number ($stream seq $seq)"
    if [ $number = 1 ]; then
        case $stream in incident/*) incident=$stream ;; *) refuse "$where: the first entry is not of an incident" ;; esac
    fi
    if [ "$stream" = "$incident" ]; then
        due=0
        if [ "$before" = "$stream" ]; then due=$((before_seq + 1)); fi
        [ "$seq" = "$due" ] || refuse "$where: the stream of the incident is not whole and in order here"
        last_kind=$kind
    elif [ "$before" = "$stream" ]; then
        [ "$before_seq" -lt "$seq" ] || refuse "$where: not in the order of stream and seq"
    elif [ "$before" != "$incident" ]; then
        printf '%s\n' "$before" "$stream" | sort -c 2>/dev/null || refuse "$where: not in the order of stream and seq"
    fi
    case $seq:$prev in
    0:- | [1-9]*:[0-9a-f]*) ;;
    *) refuse "$where: prev stands in every entry of a stream but the first" ;;
    esac
    if [ "$before" = "$stream" ] && [ $((before_seq + 1)) = "$seq" ] && [ "$prev" != "$before_leaf" ]; then
        refuse "$where: prev is not the hash of the entry before"
    fi
    before=$stream before_seq=$seq before_leaf=$leaf
done <"$work/table"
entries=$number
[ "$entries" != 0 ] && [ "$last_kind" = dossier.exported ] ||
    refuse "data/entries.jsonl: the stream of the incident does not end with dossier.exported"
ok "$entries, of them $(grep -cF " $incident " "$work/table") of $incident"

# 4. Each entry is signed by the installation or a device, with a key not revoked when it was recorded -------------------

begin 4 signatures
form entries.sig "$ID $BASE64_64"
[ "$(count entries.sig)" = "$entries" ] || refuse "entries.sig has $(count entries.sig) lines for $entries entries"
apart data/entries.jsonl "$work/line" ''
mkdir "$work/signed"
cut -d ' ' -f 2 entries.sig | base64 -d | split -b 64 -d -a 7 - "$work/signed/"
number=0
while read -r id _ && read -r _ stream seq _ recorded _ <&4 && read -r file <&5; do
    number=$((number + 1))
    where="entries.sig line $number ($stream seq $seq)"
    case " $signers " in *" $id "*) ;; *)
        refuse "$where: $id is no key of the installation or a device in keys/log" ;;
    esac
    when=''
    if [ -n "$revoked" ]; then when=$(revoked_on "$id"); fi
    [ -z "$when" ] || [ "$when" = "$recorded" ] || printf '%s\n' "$recorded" "$when" | sort -c 2>/dev/null ||
        refuse "$where: $id was revoked on $when, before $recorded"
    signed "$work/keys/$id" "$work/line/$file" "$work/signed/$file" || refuse "$where: not the signature of $id"
done <entries.sig 4<"$work/table" 5<"$work/line.names"
ok "$entries"

# 5. The checkpoint is a signed note of the installation; each cosignature is of a known witness -------------------------

begin 5 checkpoint
note checkpoint
cp "$work/cosigned" "$work/cosignatures"
newest=$size newest_root=$root newest_origin=$origin newest_signer=$signer
ok "$origin, $size entries, cosigned by $(count "$work/cosigned")"

# 6. Each entry is in the tree of the checkpoint; within a stream the places increase ------------------------------------

begin 6 tree
form proofs "(0|$SIZE)( $HEX)*"
[ "$(count proofs)" = "$entries" ] || refuse "proofs has $(count proofs) lines for $entries entries"
: >"$work/jobs"
: >"$work/indices"
number=0 before='' before_index=''
while read -r index proof && read -r leaf stream seq _ <&4; do # RFC 9162, 2.1.3.2
    number=$((number + 1))
    where="proofs line $number ($stream seq $seq, index $index)"
    [ "$index" -lt "$newest" ] || refuse "$where: the checkpoint has only $newest entries"
    [ "$before" != "$stream" ] || [ "$before_index" -lt "$index" ] || refuse "$where: comes before the entry it follows"
    before=$stream before_index=$index
    printf '%s\n' "$index" >>"$work/indices"
    place=$index last=$((newest - 1)) steps=''
    for sibling in $proof; do
        [ $last != 0 ] || refuse "$where: the proof does not lead from the entry to the checkpoint"
        if [ $((place & 1)) = 1 ] || [ "$place" = $last ]; then
            steps="$steps l$sibling"
            while [ $((place & 1)) = 0 ] && [ "$place" != 0 ]; do place=$((place >> 1)) last=$((last >> 1)); done
        else
            steps="$steps r$sibling"
        fi
        place=$((place >> 1)) last=$((last >> 1))
    done
    [ $last = 0 ] || refuse "$where: the proof does not lead from the entry to the checkpoint"
    printf '%s %s%s\n' "$number" "$leaf" "$steps" >>"$work/jobs"
done <proofs 4<"$work/table"
fold
line=$(unlike "$work/roots" "[0-9]+ $newest_root")
[ -z "$line" ] || {
    where="proofs line $line ($(sed -n "${line}p" "$work/table" | cut -d ' ' -f 2,3 | sed 's/ / seq /'), index $(sed -n "${line}p" "$work/indices"))"
    refuse "$where: the proof does not lead from the entry to the checkpoint"
}
ok "$entries proofs"

# 7. Each earlier checkpoint is signed, and the tree only grew since -----------------------------------------------------

begin 7 checkpoints
sed -n 's/^checkpoints\///p' "$work/found" >"$work/names"
grep -v '\.' "$work/names" >"$work/notes" || :
grep -vE "^($SIZE)(\.proof|\.$SIZE\.tsr)?\$" "$work/names" >"$work/strays" || :
: >"$work/jobs"
: >"$work/wanted"
number=0
while read -r file; do
    note "checkpoints/$file"
    [ "$size $origin" = "$file $newest_origin" ] || refuse "checkpoints/$file: is of $origin and of size $size"
    cat "$work/cosigned" >>"$work/cosignatures"
    head -n 5 "checkpoints/$file" >"$work/five.$size"
    form "checkpoints/$file.proof" "$HEX"
    [ "$size" -le "$newest" ] && grow "$size" "$root" "checkpoints/$file.proof" $number ||
        refuse "checkpoints/$file: checkpoints/$file.proof does not show that the checkpoint continues it"
    printf '%s\n' "$number $root" "$((number + 1)) $newest_root" >>"$work/wanted"
    number=$((number + 2))
done <"$work/notes"
fold
number=$(paste -d ' ' "$work/roots" "$work/wanted" | grep -vnE '^([0-9]+ [0-9a-f]{64}) \1$' | head -n 1 | cut -d : -f 1)
[ -z "$number" ] || {
    file=$(sed -n "$(((number + 1) / 2))p" "$work/notes")
    refuse "checkpoints/$file: checkpoints/$file.proof does not show that the checkpoint continues it"
}
head -n 5 checkpoint >"$work/five"
[ -f "$work/five.$newest" ] && same "$work/five" "$work/five.$newest" ||
    refuse "checkpoints/$newest is not the same as checkpoint"
while read -r file; do
    if grep -qxF -e "$file" "$work/strays" || ! grep -qxF -e "${file%%.*}" "$work/notes"; then
        refuse "checkpoints/$file belongs to no checkpoint"
    fi
done <"$work/names"
ok "$(sort -n "$work/notes" | paste -s -d ' ' -)"

# 8. Each time stamp was made over its checkpoint by one of the authorities handed out -----------------------------------

begin 8 'time stamps'
grep '^authorities/' "$work/found" >"$work/authorities" || :
: >"$work/given"
: >"$work/after"
: >"$work/before"
: >"$work/certificates"
while read -r file; do cat "$file" >>"$work/given"; done <"$work/authorities"
[ "$(grep -ac -e '-----BEGIN CERTIFICATE-----' "$work/given")" -le 100 ] || refuse "authorities/ holds more than 100 certificates"
if [ -s "$work/given" ]; then
    csplit -s -z -n 6 -f "$work/certificate." "$work/given" '/-----BEGIN CERTIFICATE-----/' '{*}' 2>/dev/null || :
fi
for file in "$work"/certificate.*; do
    openssl x509 -in "$file" -outform DER >"$work/der" 2>/dev/null || continue
    fingerprint=$(sha <"$work/der")
    printf 'authority %s\n' "$fingerprint" >>"$work/certificates"
    if [ -f "$work/trust/fingerprints" ] && grep -qxF -e "$fingerprint" "$work/trust/fingerprints"; then
        openssl x509 -in "$file" -out "$work/trust/0.${file##*.}.authority" # Nothing that stands beside it comes along.
    fi
done
tokens=0 trusted_stamp=''
grep '\.tsr$' "$work/names" >"$work/tokens" || :
while read -r file; do
    where=checkpoints/$file size=${file%%.*} tokens=$((tokens + 1))
    token_says "$where" || refuse "$where: not a time stamp over SHA-256, SHA-384 or SHA-512 that was granted"
    [ "$("${algorithm}sum" <"$work/five.$size" | cut -d ' ' -f 1)" = "$imprint" ] ||
        refuse "$where is not over the first five lines of checkpoints/$size"
    stamped "$where" "$work/five.$size" "$work/given" || refuse "$where is by none of the authorities in authorities/"
    for anchor in "$work"/trust/*.authority; do
        if [ -f "$anchor" ] && [ "$size" = "$newest" ] && stamped "$where" "$work/five.$size" "$anchor"; then trusted_stamp=yes; fi
    done
    printf '%s %s %s\n' "$(sha <"$where")" $((seconds - wide)) "$where" >>"$work/after"
    printf '%s %s %s\n' $((seconds + wide)) "$size" "$where" >>"$work/before"
done <"$work/tokens"
while read -r size seconds _; do
    printf '%s %s %s\n' "$seconds" "$size" "cosignature of checkpoints/$size" >>"$work/before"
done <"$work/cosignatures"
ok "$tokens"

# 9. Each beacon that an entry names is there and signed, and nothing is older than what it names ------------------------

begin 9 beacons
canonical data/beacons.jsonl
form data/beacons.sig "$ID $BASE64_64"
beacons=$(count data/beacons.jsonl)
[ "$(count data/beacons.sig)" = "$beacons" ] || refuse "data/beacons.sig has $(count data/beacons.sig) lines for $beacons beacons"
line=$(unlike "$work/plain" "\\{\"issuer\":\"[^\"]+\",\"random\":\"$HEX\",\"time\":\"$WHEN\"(,\"token\":\"$HEX\")?\\}")
[ -z "$line" ] || refuse "data/beacons.jsonl line $line: not a beacon in the form that docs/record.md gives"
apart data/beacons.jsonl "$work/beacon" ''
mkdir "$work/beacons.signed"
cut -d ' ' -f 2 data/beacons.sig | base64 -d | split -b 64 -d -a 7 - "$work/beacons.signed/"
sed -E -e 's/^\{"issuer":"([^"]*)",.*,"time":"([^"]*)"\}$/\2 - :\1./;t' \
    -e 's/^\{"issuer":"([^"]*)",.*,"time":"([^"]*)","token":"([^"]*)"\}$/\2 \3 :\1./' "$work/plain" >"$work/said"
: >"$work/floors" # hash of a beacon, seconds before which nothing names it
number=0
while read -r id _ && read -r time token issuer <&4 && read -r hash <&5 && read -r file <&6; do
    number=$((number + 1))
    where="data/beacons.jsonl line $number"
    seconds=$(date -u -d "$time" +%s 2>/dev/null) || refuse "$where: not a beacon in the form that docs/record.md gives"
    case " $issuers " in *" $id "*) ;; *) refuse "$where: $id is no issuer of beacons in keys/log" ;; esac
    when=$(revoked_on "$id")
    [ -z "$when" ] || [ "$when" = "$time" ] || printf '%s\n' "$time" "$when" | sort -c 2>/dev/null ||
        refuse "$where: $id was revoked on $when, before $time"
    case " $log_keys " in
    *" $id "*)
        [ "$issuer" = ":$newest_origin." ] || refuse "$where: $id is no issuer of beacons in keys/log"
        [ "$token" = - ] || grep -q "^$token " "$work/after" || refuse "$where: the time stamp that it names is not here"
        ;;
    *) printf '%s %s beacon of %s\n' "$hash" "$seconds" "$id" >>"$work/floors" ;;
    esac
    signed "$work/keys/$id" "$work/beacon/$file" "$work/beacons.signed/$file" ||
        refuse "data/beacons.sig line $number: not the signature of $id"
    sed -n "s/^$token /$hash /p" "$work/after" >>"$work/floors"
done <data/beacons.sig 4<"$work/said" 5<"$work/beacon.sha256" 6<"$work/beacon.names"
cut -d ' ' -f 6 "$work/table" | paste -d ' ' - "$work/indices" | nl -ba -w 1 -s ' ' | sed -E 's/^([0-9]+) ([^ ]+) (.*)$/\2 \1 \3/' |
    grep -v '^-' | sort >"$work/naming" || :
sort "$work/beacon.sha256" >"$work/here"
line=$(join -v 1 "$work/naming" "$work/here" | cut -d ' ' -f 2 | sort -n | head -n 1)
[ -z "$line" ] || refuse "data/entries.jsonl line $line: its beacon is not in data/beacons.jsonl"
sort "$work/floors" | join "$work/naming" - | sort -n -k 2,2 >"$work/lower"
while read -r _ number index floor source; do
    while read -r ceiling size witness; do
        if [ "$index" -lt "$size" ] && [ "$floor" -gt "$ceiling" ]; then
            says="$(date -u -d "@$floor" +%FT%TZ) ($source) .. $(date -u -d "@$ceiling" +%FT%TZ) ($witness)"
            refuse "data/entries.jsonl line $number: it names a beacon from the future: $says"
        fi
    done <"$work/before"
done <"$work/lower"
ok "$beacons"

# 10. Each disclosed field is what an entry committed to -----------------------------------------------------------------

begin 10 disclosed
canonical data/disclosed.jsonl
line=$(unlike "$work/plain" "\\{\"field\":\"[^\"]+\",\"salt\":\"$HEX\",\"subject\":\"[^\"]+\",\"value\":.*\\}")
[ -z "$line" ] || refuse "data/disclosed.jsonl line $line: not a commitment in the form that docs/record.md gives"
apart data/disclosed.jsonl "$work/disclosed" ''
sed -nE "s@^.*,\"sealed\":\\{([^{}]*)\\},$ending\$@\\1@p" "$work/entries" | tr , '\n' | sort -u >"$work/committed"
sed -E 's/^\{"field":("[^"]*").*$/\1/' "$work/plain" | paste -d : - "$work/disclosed.sha256" | sed -E 's/:([^:]*)$/:"\1"/' |
    nl -ba -w 1 -s ' ' | sed -E 's/^([0-9]+) (.*)$/\2 \1/' | sort >"$work/opened"
line=$(join -v 1 "$work/opened" "$work/committed" | sed 's/.* //' | sort -n | head -n 1)
[ -z "$line" ] || refuse "data/disclosed.jsonl line $line: no entry committed to this under that name"
ok "$(count data/disclosed.jsonl)"

# 11. Each exhibit has the size and hash its entry says; those not handed out are listed ---------------------------------

begin 11 exhibits
column() { sed -nE "s/^(.*[\\x01,])?\"$1\":(\"[^\"]*\"|[^,\\x02]*)([,\\x02].*)?\$/\\2/;t p;s/.*/-/;:p;p" "$work/spaceless"; }
sed 's/"packs":<[^<>]*>/"packs":~/g' "$work/bodies" | tr ' ' '?' >"$work/spaceless"
for key in exhibit segment recording sealed_bytes sealed_sha256 bytes sha256 subject; do column $key >"$work/column.$key"; done
cut -d ' ' -f 4 "$work/table" | paste -d ' ' - "$work/column.exhibit" "$work/column.segment" "$work/column.recording" \
    "$work/column.sealed_bytes" "$work/column.sealed_sha256" "$work/column.bytes" "$work/column.sha256" \
    "$work/column.subject" >"$work/columns"
: >"$work/expected" # file size hash line-of-the-entry
: >"$work/received" # exhibit, and what is erased when it is
: >"$work/gone"
number=0
while read -r kind exhibit segment recording sealed_bytes sealed_sha256 bytes sha256 subject; do
    number=$((number + 1))
    case $kind in
    exhibit.received) item=$exhibit ;;
    segment.received) item=$segment ;;
    subject.erased) printf '%s\n' "$subject" >>"$work/gone" && continue ;;
    *) continue ;;
    esac
    for value in "$item" "$recording"; do
        case $value in
        \"[A-Za-z0-9_]*\") value=${value#\"} && case ${value%\"} in *[!A-Za-z0-9._-]*) ;; *) continue ;; esac ;;
        \"*) ;;
        *) continue ;;
        esac
        refuse "data/entries.jsonl line $number: exhibit, segment or recording is no name of a file"
    done
    bare=${item#\"} bare=${bare%\"}
    case $item in \"*\") ;; *) continue ;; esac
    if [ "$recording" = - ]; then recording=$item; fi
    printf '%s %s\n' "data/exhibits/$bare.age" "$recording" >>"$work/received"
    printf '%s\n' "data/exhibits/$bare.age $sealed_bytes $sealed_sha256 $number sealed_" \
        "data/opened/$bare $bytes $sha256 $number -" >>"$work/expected"
done <"$work/columns"
sort "$work/expected" >"$work/said"
sed -E 's/^(.{64})  (.*)$/\2 \1/' manifest-sha256.txt | sort >"$work/manifest"
sort "$work/sizes" | join - "$work/manifest" | grep -E '^data/(exhibits|opened)/' >"$work/exhibits" || :
file=$(join -v 1 "$work/exhibits" "$work/said" | head -n 1)
[ -z "$file" ] || refuse "${file%% *} is not named by an entry"
join "$work/exhibits" "$work/said" >"$work/both"
while read -r file size hash said_size said_hash number prefix; do
    where="$file is not as data/entries.jsonl line $number says"
    [ "$size" = "$said_size" ] || refuse "$where: ${prefix%-}bytes"
    [ "\"$hash\"" = "$said_hash" ] || refuse "$where: ${prefix%-}sha256"
done <"$work/both"
sort -u -k 1,1 "$work/received" | join -v 1 - "$work/exhibits" >"$work/absent"
: >"$work/withheld"
: >"$work/erased"
while read -r file subject; do
    if grep -qxF -e "$subject" "$work/gone"; then list=erased; else list=withheld; fi
    file=${file#data/exhibits/}
    printf '   %s: %s\n' "$list" "${file%.age}" >>"$work/$list"
done <"$work/absent"
ok "$(grep -c '^data/exhibits' "$work/exhibits" || :) sealed, $(grep -c '^data/opened' "$work/exhibits" || :) opened, $(
    count "$work/withheld") withheld, $(count "$work/erased") erased"
cat "$work/withheld" "$work/erased" | tr -c '[:print:]\n' '?'

# 12. Each law file is one that a finding was made with ------------------------------------------------------------------

begin 12 packs
cut -d ' ' -f 4 "$work/table" | paste -d ' ' - "$work/bodies" |
    sed -nE 's/^finding\.made (.*[\x01,])?"packs":<(("[^"]*":("[^"]*"|-?[0-9]+),?)*)>[,\x02].*$/\2/p' | tr , '\n' | sort -u >"$work/used"
sed -nE 's/^data\/packs\/([0-9a-f]{64}\/)?([^ ]*) (.*)$/"\2":"\3"/p' "$work/manifest" | sort >"$work/packs"
file=$(comm -23 "$work/packs" "$work/used" | head -n 1 | sed -E 's/^"([^"]*)".*/\1/')
[ -z "$file" ] || refuse "data/packs/$file is no law file that a finding here was made with"
ok "$(count "$work/packs")"

# 13. What you trust vouches for this dossier ----------------------------------------------------------------------------

begin 13 trust
origin_checked='' vouched='' # keys/log vouches for nobody: see trust_holds in verify.py.
if [ -s "$work/trust/log" ]; then
    origin_checked=yes
    for what in "checkpoint $newest_signer" "tagmanifest-sha256.txt $manifest_signer"; do
        fingerprint=$(sha <"$work/keys/${what#* }.raw")
        grep -qxF -e "$fingerprint" -e "$fingerprint $newest_origin" "$work/trust/log" ||
            refuse "${what% *} is signed by $fingerprint, a key of $newest_origin you do not trust"
    done
fi
if [ -n "$trusted_witnesses" ]; then
    origin_checked=yes found=''
    for key in $trusted_witnesses; do
        while read -r size _ by; do
            if [ "$size" = "$newest" ] && same "$work/keys/$by" "$work/keys/$key"; then found=yes; fi
        done <"$work/cosignatures"
    done
    [ -n "$found" ] || refuse "no witness that you trust cosigned the checkpoint"
    vouched="$vouched ${newest_origin#inviolable/}"
fi
for file in "$work"/trust/*; do
    case $file in
    *.authority | */fingerprints)
        [ -n "$trusted_stamp" ] || refuse "no authority that you trust stamped the checkpoint"
        ;;
    *.checkpoint)
        origin_checked=yes held=$(cat "$file.name")
        cp "$file" "$work/held"
        note "$work/held"
        held_signer=$signer
        [ "$origin" = "$newest_origin" ] || refuse "$held is of $origin, the dossier of $newest_origin"
        [ "$size" -le "$newest" ] || refuse "this dossier is older than $held: $newest entries, you hold $size"
        if [ "$size" = "$newest" ]; then
            printf '%s\n' "0 $root" "1 $root" >"$work/roots"
        else
            [ -f "checkpoints/$size.proof" ] || refuse "no proof from $held to this dossier: ask for an export with --since $size"
            : >"$work/jobs"
            grow "$size" "$root" "checkpoints/$size.proof" 0 || :
            fold
        fi
        [ "$(cat "$work/roots")" = "0 $root
1 $newest_root" ] ||
            refuse "this dossier does not continue $held: one of them was made up afterwards"
        vouched="$vouched $held_signer"
        ;;
    *.token)
        origin_checked=yes held=$(cat "$file.name") found=''
        token_says "$file" || bad_input "$held: not a time stamp over SHA-256, SHA-384 or SHA-512 that was granted"
        for note in "$work"/five.*; do
            if [ "$("${algorithm}sum" <"$note" | cut -d ' ' -f 1)" = "$imprint" ]; then found=${note##*.}; fi
        done
        [ -n "$found" ] || refuse "$held is over no checkpoint of this dossier"
        note "checkpoints/$found"
        vouched="$vouched $signer"
        ;;
    esac
done
if [ -n "$vouched" ] && [ ! -s "$work/trust/log" ]; then
    column role >"$work/column.role"
    column key >"$work/column.key"
    cut -d ' ' -f 1 entries.sig | paste -d ' ' - "$work/table" "$work/column.role" "$work/column.key" >"$work/enrolled"
    while read -r id _ stream _ kind _ _ _ role key; do
        case " $vouched :$stream:$kind:$role" in *" $id "*:installation:key.enrolled:'"log"') ;; *) continue ;; esac
        key=${key#\"} vouched="$vouched ${key%\"}"
    done <"$work/enrolled"
    for what in "checkpoint $newest_signer" "tagmanifest-sha256.txt $manifest_signer"; do
        case " $vouched " in *" ${what#* } "*) ;; *)
            refuse "${what% *} is signed by ${what#* }, a key that nothing you trust vouches for" ;;
        esac
    done
fi
[ -z "$trust" ] || ok "$([ -n "$origin_checked" ] && echo 'what you trust vouches for it' || echo 'the time only')"
for id in "$newest_signer" "$manifest_signer"; do
    printf 'installation %s of %s\n' "$(sha <"$work/keys/$id.raw")" "$newest_origin"
done | sort -u
while read -r size _ by; do
    [ "$size" != "$newest" ] || printf 'witness %s\n' "$(sha <"$work/keys/$by.raw")"
done <"$work/cosignatures" | sort -u
cat "$work/certificates"
if [ -n "$origin_checked" ]; then echo VERIFIED; else echo 'consistent; origin not checked'; fi

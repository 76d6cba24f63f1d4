#!/usr/bin/env bash
# An independent reader of ticket tokens: coreutils and OpenSSL, nothing of ours. It holds the format of docs/protocols.md
# («The ticket's code») to what any other program would make of it.
#
#     tests/contracts/read_token.sh TEXT KEY_ID=PUBLIC_KEY_IN_HEX …
#
# prints «unreadable», «forged», or «signed key_id=… activity=… ticket=… days_valid=… last_valid_day=… first_valid_day=…».
set -euo pipefail
export LC_ALL=C

text=$(printf '%s' "$1" | tr '[:lower:]' '[:upper:]' | sed -e '1h;1!H;$!d;x' -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//')
shift

say() { printf '%s\n' "$*"; exit 0; }

[[ $text =~ (^|/T/)([A-Z2-7]{127})($|[?#[:space:]]) ]] || say unreadable
token=${BASH_REMATCH[2]}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# 127 characters hold 635 bits, 79 bytes are 632: whoever encodes them again gets the same text only if the rest is zero.
printf '%s=' "$token" | base32 --decode > "$folder/raw" 2> /dev/null || say unreadable
[[ $(base32 --wrap=0 < "$folder/raw" | tr -d =) == "$token" ]] || say unreadable
[[ $(wc -c < "$folder/raw") -eq 79 ]] || say unreadable
head -c 15 "$folder/raw" > "$folder/body"
tail -c 64 "$folder/raw" > "$folder/signature"
hex=$(od -An -v -tx1 "$folder/body" | tr -d ' \n')

version=$((16#${hex:0:1}))
key_id=$((16#${hex:1:1}))
activity=$((16#${hex:2:8}))
ticket=${hex:10:14}
days_valid=$((16#${hex:24:2}))
last_day=$((16#${hex:26:4}))
[[ $version -eq 1 && $days_valid -ge 1 ]] || say unreadable

key=
for one in "$@"; do
    [[ ${one%%=*} == "$key_id" ]] && key=${one#*=}
done
[[ -n $key ]] || say forged

# SubjectPublicKeyInfo of Ed25519 (RFC 8410): twelve bytes that are always the same, and the key.
printf '%b' "$(printf '%s' "302a300506032b6570032100$key" | sed 's/../\\x&/g')" > "$folder/key.der"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$folder/key.der" -rawin -in "$folder/body" \
    -sigfile "$folder/signature" > /dev/null 2>&1 || say forged

last=$(date --utc --date="2020-01-01 + $last_day days" +%F)
first=$(date --utc --date="$last - $((days_valid - 1)) days" +%F)
say "signed key_id=$key_id activity=$activity ticket=$ticket days_valid=$days_valid" \
    "last_valid_day=$last first_valid_day=$first"

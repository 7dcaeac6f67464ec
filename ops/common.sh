# Shared by ops/start and ops/test: words on the terminal, and Debian packages by name.
# shellcheck shell=bash

# What the server needs to be built and to run: first what the Swift toolchain itself leans on. The event loop plugin is loaded by
# name at run time, so nothing links it. The second line looks into the files that people hand in: pictures with HEIC, PDF, and writing; without
# tesseract the server runs with fewer findings. WeasyPrint with a Chinese font prints notices. libjs-pdf is the PDF viewer of the seat's page; it
# is served from its system folder.
# shellcheck disable=SC2034
SERVER_PACKAGES=(
    binutils ca-certificates git libc6-dev libcurl4 libcurl4-openssl-dev libncurses6 libstdc++-12-dev libxml2 tzdata
    libvips-tools poppler-utils tesseract-ocr tesseract-ocr-chi-sim fonts-noto-cjk weasyprint
    libjs-pdf libqrencode-dev libsqlite3-dev libssl-dev libwebsockets-dev libwebsockets-evlib-uv libzip-dev pkg-config zlib1g-dev
)

# What makes the gate's test corpus.
# shellcheck disable=SC2034
CORPUS_PACKAGES=(fonts-noto-cjk python3-numpy python3-pil)

say() { printf '==> %s\n' "$*"; }

# Ends the script: what failed, then what to do about it.
stop() {
    printf '\n!!! %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit 1
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        stop "Debian packages are missing, and this user may not install them." "Run as root once: $*"
    fi
}

# Installs those of the named Debian packages that are missing. Says nothing and takes milliseconds when none is.
install_missing() {
    local package missing=()
    command -v dpkg-query >/dev/null || stop "This is not a Debian system (no dpkg-query)." "Debian 12 is what Farwindow is built and tested on."
    for package in "$@"; do is_installed "$package" || missing+=("$package"); done
    [[ ${#missing[@]} -eq 0 ]] && return
    say "Installing Debian packages: ${missing[*]}"
    if [[ -z ${package_lists_are_fresh:-} ]]; then
        as_root apt-get update -qq || stop "apt-get update failed (its reason is above)." "Check the network and the package sources of this machine."
        package_lists_are_fresh=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        stop "apt-get could not install: ${missing[*]}" "Its reason is above. Try: apt-get install ${missing[*]}"
}

require_swift() {
    command -v swift >/dev/null || stop "The Swift toolchain is not on PATH." "Install Swift 6.3 or newer for Debian 12 from swift.org, then run this again."
}

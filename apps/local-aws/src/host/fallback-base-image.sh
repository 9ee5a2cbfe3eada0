#!/bin/sh
# Makes the Debian tree in $1 behave like an official python image.
# $2: the host's CA bundle, or empty; $3: the pip.conf to put in.
set -eu
cd "$1"
version=$(chroot . python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for name in python python3 "python$version"; do ln -sf "/usr/bin/python$version" "usr/local/bin/$name"; done
rm -f usr/lib/python3*/EXTERNALLY-MANAGED

# Official images say site-packages, Debian says dist-packages; people copy that folder between stages.
mkdir -p "usr/local/lib/python$version/dist-packages"
ln -sfn dist-packages "usr/local/lib/python$version/site-packages"

# Headers, so that a package with C code builds once the Dockerfile installs a compiler.
chroot . sh -c "cd /tmp && apt-get -qq download libpython$version-dev && dpkg-deb --fsys-tarfile libpython$version-dev*.deb | tar x -C / ./usr/include"
rm -f tmp/libpython*.deb

# Behind a proxy that inspects TLS, pip trusts the same authorities as the host, also after a later
# `apt-get install ca-certificates`.
if [ -n "$2" ]; then
  mkdir -p usr/local/share/ca-certificates
  chroot . python3 -c '
import pathlib, re, sys
pem = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.S)
known = set(pem.findall(pathlib.Path("/etc/ssl/certs/ca-certificates.crt").read_text()))
for number, certificate in enumerate(found for found in pem.findall(sys.stdin.read()) if found not in known):
    pathlib.Path(f"/usr/local/share/ca-certificates/host-{number}.crt").write_text(certificate + "\n")
' < "$2"
  chroot . update-ca-certificates >/dev/null 2>&1
fi
cp "$3" etc/pip.conf
# Python's own pip, not Debian's, which installs elsewhere and refuses without a virtual environment.
wheel=$(echo usr/share/python-wheels/pip-*.whl)
chroot . python3 "/$wheel/pip" install --quiet --no-index --no-cache-dir --root-user-action=ignore "/$wheel"

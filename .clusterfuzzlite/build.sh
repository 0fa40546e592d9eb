#!/bin/bash -eu
# The same build for both.
exec "$SRC/smtpspec/fuzz/oss-fuzz/build.sh"
